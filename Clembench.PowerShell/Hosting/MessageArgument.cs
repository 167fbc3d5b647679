using System.Management.Automation;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;
using Clembench.Results;

namespace Clembench.PowerShell.Hosting;

/// <summary>Reads the messages that a person or a script gives.</summary>
internal static class MessageArgument
{
    private static readonly string[] PlainMembers = ["role", "content", "image", "images"];

    /// <summary>Reads one message.</summary>
    /// <param name="argument">
    /// A text (what a user says), a message, an event of an episode, or an object with role and content and whatever else
    /// the template knows.
    /// </param>
    /// <returns>The message: a <see cref="ChatMessage"/>, or a <see cref="JsonMap"/> where it has more than that; null for an event that is no message.</returns>
    /// <exception cref="ClemException">It is no message.</exception>
    public static object? Read(object? argument)
    {
        var value = argument is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : argument;
        return value switch
        {
            string text => ChatMessage.User(text),
            ChatMessage message => message,
            InteractionEvent interaction => FromEvent(interaction),
            null => throw Unusable("null", argument),
            _ => ToPlain(argument) is JsonMap map ? FromMap(map, argument) : throw Unusable($"of type {value.GetType().Name}", argument),
        };
    }

    private static object? ToPlain(object? argument)
    {
        try
        {
            return ScriptValue.ToPlain(argument);
        }
        catch (ArgumentException error)
        {
            throw Unusable($"that cannot be written as JSON ({error.Message.TrimEnd('.')})", argument);
        }
    }

    /// <summary>A message as the object that a template sees.</summary>
    /// <param name="message">What <see cref="Read"/> gave.</param>
    /// <returns>The object.</returns>
    public static JsonMap ToMap(object message) => message as JsonMap ?? (message is ChatMessage { Images.Count: 0 } plain
        ? new JsonMap([new("role", plain.Role), new("content", plain.Content)])
        : (JsonMap)JsonData.ToPlain(ChatMessageJson.ToElement((ChatMessage)message))!);

    /// <summary>The conversation that a call's record holds.</summary>
    /// <param name="request">The call.</param>
    /// <returns>The messages, as <see cref="Read"/> gives them.</returns>
    /// <exception cref="ClemException">The record holds none: what was sent there is a text, for one.</exception>
    public static IReadOnlyList<object> FromRequest(RequestRecord request)
    {
        var prompt = request.Prompt;
        var map = prompt as JsonMap;
        var messages = (map?.GetValueOrDefault("messages") ?? prompt) switch
        {
            object?[] { Length: > 0 } list => list,
            JsonMap one when one.ContainsKey("role") => [one],
            _ => [],
        };
        if (messages.Length == 0 || !Array.TrueForAll(messages, message => message is JsonMap one && one.GetOrDefault<string>("role") is { Length: > 0 }))
        {
            throw new ClemException(
                "Clem.Prompt.NoMessages", ErrorKind.InvalidArgument,
                $"The record of {request.Player ?? "the player"}'s call {request.Index} (round {request.Round}) holds no messages: what was sent there has another form.",
                "Look at its PromptJson: a local model's record has the very text that it was sent.", request);
        }

        // Some services take the system message beside the others.
        return [
            .. map?.GetOrDefault<string>("system") is { Length: > 0 } system ? (object[])[new ChatMessage("system", system)] : [],
            .. messages.Select(message => FromMap(JoinTexts((JsonMap)message!), message)),
        ];
    }

    // Services take a text as a list of parts, too; most templates do not.
    private static JsonMap JoinTexts(JsonMap message) =>
        message.GetValueOrDefault("content") is object?[] parts
        && Array.TrueForAll(parts, part => part is JsonMap one && one.GetOrDefault<string>("type") == "text" && one.GetOrDefault<string>("text") is not null)
            ? new JsonMap(message.Select(member => member.Key == "content"
                ? new(member.Key, string.Concat(parts.Select(part => ((JsonMap)part!).GetOrDefault<string>("text")))) : member))
            : message;

    // What the game master sends is what a user says; what a player gives back is the assistant's.
    private static ChatMessage? FromEvent(InteractionEvent interaction) => interaction switch
    {
        { From: "GM", To: not "GM", Type: "send message", Content: string text } => ChatMessage.User(text) with { Images = [.. interaction.Images] },
        { From: not "GM", To: "GM", Type: "get message", Content: string text } => ChatMessage.Assistant(text) with { Images = [.. interaction.Images] },
        _ => null,
    };

    private static object FromMap(JsonMap map, object? argument)
    {
        // PowerShell's names do not heed letter case; templates' do.
        map = new JsonMap(map.Select(member => PlainMembers.FirstOrDefault(name => name.Equals(member.Key, StringComparison.OrdinalIgnoreCase)) is { } name
            ? new(name, member.Value) : member));
        if (map.GetOrDefault<string>("role") is not { Length: > 0 } role)
            throw Unusable("without a role", argument);
        if (map.GetOrDefault<string>("content") is not { } content || map.Keys.Except(PlainMembers).Any())
            return map;
        var images = ((string[])["image", "images"]).SelectMany(name => map.GetValueOrDefault(name) switch
        {
            string one => [one],
            object?[] several => several.OfType<string>(),
            _ => [],
        });
        return new ChatMessage(role, content) { Images = [.. images] };
    }

    private static ClemException Unusable(string what, object? argument) => new(
        "Clem.Prompt.BadMessage", ErrorKind.InvalidArgument, $"A value {what} is no message.",
        "Give a text, or an object such as @{ role = 'user'; content = 'Hello' }.", argument);
}
