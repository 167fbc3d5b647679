using Clembench.Common;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.Backends.Http;

/// <summary>The settings of an entry, checked.</summary>
internal static class EntrySettings
{
    /// <summary>A setting of a type.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="entry">The entry.</param>
    /// <param name="name">The setting's name.</param>
    /// <param name="form">The type in words, such as <c>a whole number</c>.</param>
    /// <returns>The value; the type's default where the entry does not have it.</returns>
    /// <exception cref="ClemException">The value is of another type.</exception>
    public static T? Setting<T>(this ModelEntry entry, string name, string form) => entry.GetSetting(name) switch
    {
        null => default,
        T value => value,
        _ => throw Invalid(entry, $"The setting {name} of the entry '{entry.Name}' is not {form}."),
    };

    /// <summary>Whether a setting is on.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="name">The setting's name.</param>
    /// <returns>The value; null where the entry does not have it.</returns>
    public static bool? Switch(this ModelEntry entry, string name) => entry.Setting<bool?>(name, "true or false");

    /// <summary>A setting that is a number of tokens.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="name">The setting's name.</param>
    /// <returns>The value; null where the entry does not have it.</returns>
    public static long? Tokens(this ModelEntry entry, string name) => entry.Setting<long?>(name, "a whole number");

    /// <summary>A setting that is a proportion.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="name">The setting's name.</param>
    /// <returns>The value, from 0 to 1; null where the entry does not have it.</returns>
    public static double? Proportion(this ModelEntry entry, string name) => entry.GetSetting(name) switch
    {
        null => null,
        long whole and (0 or 1) => whole,
        double real and >= 0 and <= 1 => real,
        _ => throw Invalid(entry, $"The setting {name} of the entry '{entry.Name}' is not a number from 0 to 1."),
    };

    /// <summary>A setting that is a number of seconds.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="name">The setting's name.</param>
    /// <returns>The time; null where the entry does not have it.</returns>
    public static TimeSpan? Seconds(this ModelEntry entry, string name)
    {
        double? seconds = entry.GetSetting(name) switch
        {
            null => null,
            long whole => whole,
            double real => real,
            _ => double.NaN,
        };
        return seconds is null ? null
            : seconds is > 0 and < 1e7 ? TimeSpan.FromSeconds(seconds.Value)
            : throw Invalid(entry, $"The setting {name} of the entry '{entry.Name}' is not a number of seconds.");
    }

    /// <summary>The members that the entry has put into every request.</summary>
    /// <param name="entry">The entry.</param>
    /// <returns>The members of <c>extra_body</c>.</returns>
    /// <exception cref="ClemException">They are not an object, or ask for a stream.</exception>
    public static JsonMap ExtraBody(this ModelEntry entry)
    {
        var extra = entry.Setting<JsonMap>("extra_body", "an object") ?? JsonMap.Empty;
        return !extra.GetOrDefault<bool>("stream") ? extra : throw new ClemException(
            "Clem.Backend.InvalidSetting", ErrorKind.InvalidData,
            $"The entry '{entry.Name}' asks for a streamed response (extra_body.stream), which cannot be recorded as one object.",
            "Remove stream from extra_body.", entry.Name);
    }

    private static ClemException Invalid(ModelEntry entry, string message) => new(
        "Clem.Backend.InvalidSetting", ErrorKind.InvalidData, message, "Correct the entry in its registry.", entry.Name);
}
