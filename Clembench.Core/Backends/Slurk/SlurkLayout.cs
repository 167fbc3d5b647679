using Clembench.Json;

namespace Clembench.Backends.Slurk;

/// <summary>The layout of a room where the entry names none: what was said, and the text area below it.</summary>
internal static class SlurkLayout
{
    /// <summary>The layout, in slurk's form.</summary>
    public static JsonMap Default { get; } = JsonMap.Parse(
        """
        {
          "title": "Dialogue game",
          "subtitle": "Please read each message and answer it in the field below.",
          "html": [],
          "css": {
            "#content": { "width": "100%" },
            ".message, .text": { "white-space": "pre-wrap" }
          },
          "scripts": {
            "incoming-text": "display-text",
            "incoming-image": "display-image",
            "submit-message": "send-message",
            "print-history": "plain-history"
          },
          "show_users": false,
          "show_latency": false
        }
        """);
}
