using System.Collections;
using System.Management.Automation;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Models;

namespace Clembench.PowerShell.Hosting;

/// <summary>Reads what a user's script returned.</summary>
internal static class ScriptResult
{
    /// <summary>Reads the output of one call.</summary>
    /// <param name="output">Everything that the script wrote.</param>
    /// <param name="entry">The model's entry.</param>
    /// <returns>The response.</returns>
    /// <exception cref="ClemException">The output is not one object with the three members.</exception>
    public static ModelResponse Read(IReadOnlyList<PSObject?> output, ModelEntry entry)
    {
        if (output is not [{ } result])
        {
            throw Wrong(entry, output.Count == 0 ? "returned nothing" : $"returned {output.Count} objects instead of one",
                "Return one object with Prompt, Response and ResponseText; send other output to $null.");
        }

        if (Member(result, "ResponseText", entry) is not string text)
            throw Wrong(entry, "returned a ResponseText that is not a string", "Return the generated text alone as a string.");
        return new ModelResponse(Json("Prompt"), Json("Response"), text)
        {
            PromptTokens = Count("PromptTokens"),
            CompletionTokens = Count("CompletionTokens"),
        };

        System.Text.Json.JsonElement Json(string name)
        {
            try
            {
                return ScriptValue.ToElement(Member(result, name, entry));
            }
            catch (ArgumentException error)
            {
                throw Wrong(entry, $"returned a {name} that cannot be recorded: {error.Message}",
                    ScriptValue.Advice);
            }
        }

        long? Count(string name) => TryMember(result, name, out var value) && value is int or long ? Convert.ToInt64(value, null) : null;
    }

    private static object? Member(PSObject result, string name, ModelEntry entry) => TryMember(result, name, out var value)
        ? value
        : throw Wrong(entry, $"returned an object without {name}", "Return one object with Prompt, Response and ResponseText.");

    private static bool TryMember(PSObject result, string name, out object? value)
    {
        if (result.BaseObject is IDictionary map)
        {
            var key = map.Keys.Cast<object>().FirstOrDefault(one => string.Equals(one.ToString(), name, StringComparison.OrdinalIgnoreCase));
            value = key is null ? null : Bare(map[key]);
            return key is not null;
        }

        var property = result.Properties[name];
        value = Bare(property?.Value);
        return property is not null;
    }

    // Strings that a cmdlet has decorated are strings all the same; custom objects keep their wrapper, which holds
    // their members.
    private static object? Bare(object? value) => value is PSObject { BaseObject: not PSCustomObject and var inner } ? inner : value;

    private static ModelCallException Wrong(ModelEntry entry, string what, string action) => new(
        "Clem.Backend.InvalidResponse", ErrorKind.InvalidData, $"The script of the backend '{entry.Backend}' {what} (model '{entry.Name}').",
        action, entry.Name);
}
