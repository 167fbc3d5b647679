using System.Management.Automation;
using System.Security;
using Clembench.Backends;

namespace Clembench.PowerShell.Hosting;

/// <summary>What a user's script is given.</summary>
internal static class ScriptArguments
{
    /// <summary>One element of <c>$Messages</c>.</summary>
    /// <param name="message">The message.</param>
    /// <returns>An object with <c>role</c>, <c>content</c>, and <c>image</c> where there are any.</returns>
    public static object Message(ChatMessage message)
    {
        var result = new PSObject();
        result.Properties.Add(new PSNoteProperty("role", message.Role));
        result.Properties.Add(new PSNoteProperty("content", message.Content));
        if (message.Images.Count > 0)
            result.Properties.Add(new PSNoteProperty("image", message.Images.Select(image => image.Location).ToArray()));
        return result;
    }

    /// <summary><c>$Options</c>.</summary>
    /// <param name="options">How to generate.</param>
    /// <param name="key">The backend's key; null for none.</param>
    /// <returns>An object with <c>Temperature</c>, <c>MaxTokens</c> and <c>Key</c>.</returns>
    public static object Options(GenerationOptions options, BackendKey? key)
    {
        var result = new PSObject();
        result.Properties.Add(new PSNoteProperty("Temperature", options.Temperature));
        result.Properties.Add(new PSNoteProperty("MaxTokens", options.MaxTokens));
        result.Properties.Add(new PSNoteProperty("Key", key is null ? null : Key(key)));
        return result;
    }

    private static PSObject Key(BackendKey key)
    {
        var result = new PSObject();
        result.Properties.Add(new PSNoteProperty("ApiKey", string.IsNullOrWhiteSpace(key.ApiKey) ? null : Secure(key.ApiKey.Trim())));
        result.Properties.Add(new PSNoteProperty("BaseUrl", key.BaseUrl));
        result.Properties.Add(new PSNoteProperty("Settings", key.Settings));
        return result;
    }

    // A secret that is not shown when a script writes its options out to see what they hold.
    private static SecureString Secure(string secret)
    {
        var secure = new SecureString();
        foreach (var character in secret)
            secure.AppendChar(character);
        secure.MakeReadOnly();
        return secure;
    }
}
