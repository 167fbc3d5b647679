using Clembench.Json;

namespace Clembench.Backends;

/// <summary>What may be a secret, and how it is kept out of records.</summary>
public static class Secrets
{
    private static readonly string[] Names = ["api_key", "apikey", "token", "access_token", "secret", "password", "authorization"];

    /// <summary>Whether a member of that name is taken for a secret.</summary>
    /// <param name="name">The member's name.</param>
    /// <returns>The verdict.</returns>
    public static bool IsSecretName(string name) => Names.Contains(name.ToLowerInvariant().Replace('-', '_'));

    /// <summary>A secret as it may be shown: four stars and, of a long one, the last two characters.</summary>
    /// <param name="secret">The secret.</param>
    /// <returns>The masked form.</returns>
    public static string Mask(string secret) => secret.Length >= 12 ? "****" + secret[^2..] : "****";

    /// <summary>A map without the members that are taken for secrets, at any depth.</summary>
    /// <param name="map">The map.</param>
    /// <returns>What may be recorded.</returns>
    public static JsonMap Strip(JsonMap map) => new(map
        .Where(member => !IsSecretName(member.Key))
        .Select(member => KeyValuePair.Create(member.Key, StripValue(member.Value))));

    private static object? StripValue(object? value) => value switch
    {
        JsonMap map => Strip(map),
        object?[] list => Array.ConvertAll(list, StripValue),
        _ => value,
    };
}
