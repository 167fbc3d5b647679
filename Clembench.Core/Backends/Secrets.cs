using System.Globalization;
using System.Text.RegularExpressions;
using Clembench.Json;

namespace Clembench.Backends;

/// <summary>What may be a secret, and how it is kept out of records.</summary>
public static partial class Secrets
{
    // client_secret, sshKey, auth-token: what the last word says, however the words are joined.
    private static readonly string[] Endings = ["key", "token", "secret", "password", "passphrase", "authorization"];

    // A tokenizer's special tokens are no secrets, nor is whether a model needs a key.
    private static readonly string[] SpecialTokens = ["bos", "eos", "pad", "unk", "sep", "cls", "mask"];

    /// <summary>Whether a member of that name is taken for a secret.</summary>
    /// <param name="name">The member's name.</param>
    /// <returns>The verdict.</returns>
    public static bool IsSecretName(string name) =>
        Array.Exists(Endings, ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        && !name.StartsWith("requires_", StringComparison.OrdinalIgnoreCase)
        && !Array.Exists(SpecialTokens, special => string.Equals(name, special + "_token", StringComparison.OrdinalIgnoreCase));

    /// <summary>A secret as it may be shown: four stars and, of a long one, the last two characters.</summary>
    /// <param name="secret">The secret.</param>
    /// <returns>The masked form.</returns>
    public static string Mask(string secret) => secret.Length >= 12 ? "****" + secret[^2..] : "****";

    /// <summary>A map whose members that are taken for secrets are masked, at any depth.</summary>
    /// <param name="map">The map.</param>
    /// <returns>What may be shown.</returns>
    public static JsonMap MaskMembers(JsonMap map) => new(map.Select(member => KeyValuePair.Create(
        member.Key, MaskValue(member.Value, IsSecretName(member.Key)))));

    /// <summary>A text without the user, the password and the keys in the query of an address that it is.</summary>
    /// <param name="text">A text, such as <c>https://user:password@host/v1?key=secret</c>.</param>
    /// <returns>The address without them, with stars for the keys; any other text as it is.</returns>
    public static string StripAddress(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Address().IsMatch(text) ? QueryValue().Replace(UserInfo().Replace(text, "$1"), HideValue) : text;
    }

    private static string HideValue(Match match) =>
        IsSecretName(match.Groups["name"].Value) || match.Groups["name"].Value.ToLowerInvariant() is "sig" or "signature" or "code"
            ? $"{match.Groups["before"].Value}{match.Groups["name"].Value}=****" : match.Value;

    /// <summary>
    /// A map without the members that are taken for secrets, at any depth, and without the passwords and keys in addresses.
    /// </summary>
    /// <param name="map">The map.</param>
    /// <returns>What may be recorded.</returns>
    public static JsonMap Strip(JsonMap map) => new(map
        .Where(member => !IsSecretName(member.Key))
        .Select(member => KeyValuePair.Create(member.Key, StripValue(member.Value))));

    // What stands below a secret's name is secret, whatever it is called.
    private static object? MaskValue(object? value, bool isSecret) => value switch
    {
        JsonMap map when isSecret => new JsonMap(map.Select(member => KeyValuePair.Create(member.Key, MaskValue(member.Value, true)))),
        JsonMap map => MaskMembers(map),
        object?[] list => Array.ConvertAll(list, item => MaskValue(item, isSecret)),
        null or bool => value,
        _ => isSecret ? Mask(Convert.ToString(value, CultureInfo.InvariantCulture)!) : value,
    };

    private static object? StripValue(object? value) => value switch
    {
        JsonMap map => Strip(map),
        object?[] list => Array.ConvertAll(list, StripValue),
        string text => StripAddress(text),
        _ => value,
    };

    [GeneratedRegex(@"^\s*[A-Za-z][A-Za-z0-9+.-]*://")]
    private static partial Regex Address();

    [GeneratedRegex(@"(?<before>[?&])(?<name>[^=&#?]+)=[^&#]*")]
    private static partial Regex QueryValue();

    // The last @ before the path ends it (RFC 3986, section 3.2.1), also where a password has one.
    [GeneratedRegex(@"^(\s*[A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@")]
    private static partial Regex UserInfo();
}
