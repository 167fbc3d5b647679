using System.Text.RegularExpressions;
using Clembench.Common;
using Clembench.Json;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Clembench.Documents;

/// <summary>Says in words what does not fit a JSON Schema.</summary>
internal static partial class SchemaProblems
{
    /// <summary>Checks an object.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="map">The object.</param>
    /// <param name="whole">What the object as a whole is called.</param>
    /// <returns>What does not fit; nothing where all does.</returns>
    public static IReadOnlyList<string> Of(JsonSchema schema, JsonMap map, string whole) =>
        [.. schema.Validate(map.ToString()).SelectMany(Flatten).Select(error => Describe(error, whole)).Distinct()];

    private static IEnumerable<ValidationError> Flatten(ValidationError error) =>
        error is ChildSchemaValidationError child && child.Errors.Values.Any(errors => errors.Count > 0)
            ? child.Errors.Values.SelectMany(errors => errors).SelectMany(Flatten)
            : [error];

    private static string Describe(ValidationError error, string whole)
    {
        var place = string.IsNullOrEmpty(error.Path) ? whole : $"'{error.Path.TrimStart('#', '/').Replace('/', '.')}'";
        return error.Kind switch
        {
            ValidationErrorKind.PropertyRequired => $"'{error.Property}' is missing",
            ValidationErrorKind.NoAdditionalPropertiesAllowed => $"there is no key {place}"
                + (error.Property is { } name && Spelling.Nearest(name, [.. error.Schema.ActualProperties.Keys]) is { } meant ? $" (did you mean '{meant}'?)" : ""),
            _ => $"{place} is not as the schema says: {Words().Replace(error.Kind.ToString(), " $1").ToLowerInvariant().Trim()}",
        };
    }

    [GeneratedRegex("([A-Z])")]
    private static partial Regex Words();
}
