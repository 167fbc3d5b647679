using System.Text.RegularExpressions;
using Clembench.Backends;
using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Json;
using Clembench.Models;

namespace Clembench.Submissions;

/// <summary>
/// Finds keys in texts: those that this machine has (key files, environment, registries), and what has the form of a well-known
/// service's key. What it finds is described, and never quoted.
/// </summary>
public sealed partial class SecretFinder
{
    // Local servers are given placeholders such as "EMPTY": a word that short is no secret, and turns up in dialogues.
    private const int Shortest = 8;

    private readonly IReadOnlyList<(string Name, string Value)> _known;

    /// <summary>A finder of given keys.</summary>
    /// <param name="known">The keys, each with what it is called; short ones are left out.</param>
    public SecretFinder(IEnumerable<(string Name, string Value)> known) =>
        _known = [.. known.Where(secret => secret.Value.Length >= Shortest).SelectMany(secret => Spellings(secret.Value), (secret, spelling) => (secret.Name, spelling)).DistinctBy(secret => secret.spelling)];

    /// <summary>A finder of the keys that a session has.</summary>
    /// <param name="workspace">The session's folders and variables.</param>
    /// <returns>The finder.</returns>
    public static SecretFinder For(Workspace workspace)
    {
        var entries = ModelRegistry.Load(workspace).Entries;
        var keys = KeyStore.Load(workspace);
        var secrets = keys.ListSecrets(entries.Select(entry => entry.Backend)).ToList();
        if (HubSettings.From(workspace, keys).Token is { } token)
            secrets.Add(("the token of the Hugging Face hub", token));
        foreach (var entry in entries)
            secrets.AddRange(SecretsIn(entry.Properties).Select(value => ($"a key of the registry entry '{entry.Name}'", value)));
        return new SecretFinder(secrets);
    }

    /// <summary>What in a text is a secret, or looks like one.</summary>
    /// <param name="text">The text.</param>
    /// <returns>A description of each kind that was found.</returns>
    public IEnumerable<string> Find(string text)
    {
        foreach (var name in _known.Where(secret => text.Contains(secret.Value, StringComparison.Ordinal)).Select(secret => secret.Name).Distinct())
            yield return $"has {name}";

        if (WellKnown().Match(text) is { Success: true } match)
            yield return $"has what looks like {Describe(match)}";
    }

    /// <summary>A text with stars for the secrets in it.</summary>
    /// <param name="text">The text, such as a path.</param>
    /// <returns>What may be shown.</returns>
    public string Mask(string text) => WellKnown().Replace(
        _known.Aggregate(text, (masked, secret) => masked.Replace(secret.Value, "****", StringComparison.Ordinal)), "****");

    // Texts quote JSON and addresses, in which a key may be spelt with escapes.
    private static IEnumerable<string> Spellings(string secret) =>
        [secret, JsonData.ToJson(secret)[1..^1], System.Text.Json.JsonSerializer.Serialize(secret)[1..^1], Uri.EscapeDataString(secret)];

    private static string Describe(Match match) => match.Groups.Values.Skip(1).First(group => group.Success).Name switch
    {
        "provider" => "an API key (sk-…)",
        "hub" => "a token of the Hugging Face hub (hf_…)",
        "google" => "a key of Google's (AIza…)",
        "github" => "a token of GitHub's",
        "slack" => "a token of Slack's (xox…)",
        "aws" => "a key of AWS (AKIA…)",
        "groq" => "a key of Groq's (gsk_…)",
        "private" => "a private key",
        "jwt" => "a signed token (JWT)",
        "bearer" => "an Authorization header",
        _ => "an address with a password",
    };

    private static IEnumerable<string> SecretsIn(object? value, bool isSecret = false) => value switch
    {
        JsonMap map => map.SelectMany(member => SecretsIn(member.Value, isSecret || Secrets.IsSecretName(member.Key))),
        object?[] list => list.SelectMany(item => SecretsIn(item, isSecret)),
        string text when isSecret => [text],
        _ => [],
    };

    // A digit within keeps long hyphenated words from being taken for keys, and a variable of a shell is no password. What looks ahead is bounded: texts are those of models.
    [GeneratedRegex(
        @"(?<![A-Za-z0-9])(?:(?<provider>sk-(?=[A-Za-z0-9_-]{0,200}[0-9])[A-Za-z0-9_-]{20,})|(?<hub>hf_[A-Za-z0-9]{30,})|(?<google>AIza[A-Za-z0-9_-]{35})"
        + @"|(?<github>gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})|(?<slack>xox[abeprs]-[A-Za-z0-9-]{10,})|(?<aws>(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9]))"
        + @"|(?<groq>gsk_[A-Za-z0-9]{40,})|(?<jwt>eyJ[A-Za-z0-9_-]{10,1000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{10,}))"
        + @"|(?<private>-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----)|(?<bearer>\bBearer\s+(?=[A-Za-z0-9._~+/-]{0,200}[0-9])[A-Za-z0-9._~+/-]{20,})|(?<password>://[^/\s:@""'<>]{1,100}:(?!\$)[^/\s@""'<>]{1,200}@)",
        RegexOptions.CultureInvariant)]
    private static partial Regex WellKnown();
}
