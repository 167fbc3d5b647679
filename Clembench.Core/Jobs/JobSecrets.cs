using System.Text.RegularExpressions;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;
using Clembench.Submissions;

namespace Clembench.Jobs;

/// <summary>Keeps keys out of jobs: their files lie about, and clusters show them to whoever may see jobs.</summary>
public static partial class JobSecrets
{
    private const string Advice = "Let key.json, the environment of sbatch, or a Secret (-KeySource) have it.";

    /// <summary>Refuses a model's specification that has a key.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="specification">The specification.</param>
    /// <exception cref="ClemException">It has one.</exception>
    public static void Check(string model, JsonMap specification)
    {
        ArgumentNullException.ThrowIfNull(specification);
        if (Secrets.Strip(specification).ToString() != specification.ToString())
        {
            throw new ClemException(
                "Clem.Job.HasSecret", ErrorKind.InvalidArgument, $"The specification of '{model}' has a key or a password, which would stand in the job's file.", Advice, model);
        }
    }

    /// <summary>Refuses a job in which a key stands.</summary>
    /// <param name="text">The job's text.</param>
    /// <param name="secrets">Finds those that are known here, and what looks like one.</param>
    /// <exception cref="ClemException">It has one of them, or gives a variable of the shell with the name of a key a value.</exception>
    public static void Check(string text, SecretFinder secrets)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(secrets);
        if (secrets.Find(text).FirstOrDefault() is { } found)
            throw HasKey($"The job's file would be for all to read, and {found}.");
        if (Assignment().IsMatch(text))
            throw HasKey();
    }

    /// <summary>Refuses a manifest in which a container's variable with the name of a key has its value, in whichever order name and value stand.</summary>
    /// <param name="manifest">The manifest, or a part of it.</param>
    /// <exception cref="ClemException">It has one.</exception>
    internal static void CheckVariables(object? manifest)
    {
        switch (manifest)
        {
            case JsonMap map:
                if (KeyName().IsMatch(map.GetOrDefault<string>("name") ?? "") && map.GetOrDefault<string>("value") is { Length: > 0 })
                    throw HasKey();
                foreach (var (_, value) in map)
                    CheckVariables(value);
                break;
            case object?[] list:
                foreach (var value in list)
                    CheckVariables(value);
                break;
        }
    }

    private static ClemException HasKey(string message = "A key would stand in the job's file.") => new("Clem.Job.HasSecret", ErrorKind.InvalidArgument, message, Advice);

    // export OPENAI_API_KEY=… or --export=OPENAI_API_KEY=…
    [GeneratedRegex("""(_API_KEY|_TOKEN|_SECRET|_PASSWORD)=(?!\s|["']?\$|["']?["']?(\s|\z))""")]
    private static partial Regex Assignment();

    [GeneratedRegex("(_API_KEY|_TOKEN|_SECRET|_PASSWORD)$")]
    private static partial Regex KeyName();
}
