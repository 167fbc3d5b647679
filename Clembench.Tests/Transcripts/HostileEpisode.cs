using System.Text.Encodings.Web;
using System.Text.Json;
using Clembench.Games;
using Clembench.Results;
using Clembench.Tests.Support;

namespace Clembench.Tests.Transcripts;

/// <summary>A recorded episode whose every text tries to be more than a text.</summary>
internal sealed class HostileEpisode : IDisposable
{
    private const string LoneSurrogate = "@lone@";
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly TemporaryFolder _folder = new();

    /// <summary>What the model says, one text for each round.</summary>
    public static IReadOnlyList<string> Messages { get; } =
    [
        "<script>window.hit=1</script>",
        "</script></style></title></textarea></pre></div></details><script>window.hit=2</script>",
        "<img src=\"http://evil.example/x.png\" onerror=\"window.hit=3\"><svg onload=window.hit=4><iframe src=javascript:alert(1)>",
        "<a href=\"http://evil.example\" onclick='x()'>here</a> <base href=//evil.example><meta http-equiv=refresh content=\"0;url=//evil.example\">",
        "<!-- <![CDATA[ <?php <style>*{display:none}</style><form action=//evil.example><input autofocus onfocus=x()>",
        "[link](http://evil.example) ![image](http://evil.example/x.png) <http://evil.example> http://evil.example www.evil.example a@evil.example",
        "```\n````\n<b>live</b>\n~~~\n``````html\n<script>window.hit=5</script>\n``````",
        "[ref]: http://evil.example\n# heading\n- item\n> quote\n| a | b |\n|---|---|\n\n    code\n\n***\n&lt; &amp; &#60; &copy;",
        "\\input{/etc/passwd}\\write18{touch hit}\\immediate\\openout1=hit \\end{document}\\end{clemmessage}\\clemend",
        "100% $x_1^2$ & # ~ ^ _ { } } \\ \\\\ -- --- `` '' ,, << >> ?` !` [opt] | \" ' ^^5c^^69",
        "\u001b[31mred\u001b[0m \u001b]8;;http://evil.example\u0007link\u001b]8;;\u0007 \u009b2J\u0090q\u009c \u001b[?1049h \r overwritten",
        "\u202egnp.exe\u202c \u2066\u2067\u2068\u2069 \u200e\u200f\u061c \u200b\ufeff\u2060\u00ad \u2028 \u2029 \u0085",
        "\0\u0001\b\f\v\u007f \ufdd0 \uffff \U000e0041\U000e0042\U000e007f " + LoneSurrogate,
        "中文字符 日本語のテキスト 한국어 עברית שלום العربية مرحبا ไทย हिन्दी 👩‍👩‍👧 ❤️ é ﷺ mixed שלום, world 123",
        "line\r\nline\n\n  indented\ttab\n. \u25a2 \u25a2\nX . X\nX . X\n",
        new string('a', 5000) + " " + new string('字', 5000),
        "",
    ];

    public HostileEpisode(int repeats = 1)
    {
        // Windows has no such names.
        var path = OperatingSystem.IsWindows() ? "[m](x) $`/game/ex_he/instance_00007" : "<img src=x onerror=hit()> [m](x) \\m $`/ga<b>me/ex\\p_he/instance_00007";
        var folder = Directory.CreateDirectory(_folder.File(path)).FullName;
        var clock = new DateTime(2025, 1, 2, 3, 4, 5);
        var turns = new List<object>();
        var calls = new List<object>();
        for (var round = 0; round < Messages.Count; round++)
        {
            var text = string.Concat(Enumerable.Repeat(Messages[round], repeats));
            var time = InteractionsFile.FormatTimestamp(clock.AddSeconds(round));
            turns.Add(new object[]
            {
                Event("GM", Player, time, "send message", "Say: " + text),
                Event(Player, "GM", time, "get message", text),
                Event("GM", "GM", time, "invalid format", text),
                Event("GM", "GM", time, text, "note"),
                Event("GM", "GM", time, "metadata", new { deep = new[] { text } }),
            });
            calls.Add(new
            {
                timestamp = time,
                manipulated_prompt_obj = new { model = "m", messages = new[] { new { role = "user", content = "Say: " + text } } },
                raw_response_obj = new { choices = new[] { new { message = new { content = text } } } },
            });
        }

        Write(folder, "interactions.json", new Dictionary<string, object>
        {
            ["meta"] = new { game_name = "ga<b>me</b>", experiment_name = "ex\\p </script>", game_id = 7 },
            ["players"] = new Dictionary<string, object>
            {
                ["GM"] = new { game_role = "Game Master", model_name = "programmatic" },
                [Player] = new { game_role = "</bdi><script>hit()</script> \\role \u202e", model_name = "\u001b[31m[m](http://evil.example) `m`" },
            },
            ["turns"] = turns,
            ["Request Count"] = Messages.Select(_ => 1).ToArray(),
            ["Violated Request Count"] = Messages.Select((_, round) => round % 2).ToArray(),
        });
        Write(folder, "requests.json", calls);
        Write(folder, "scores.json", new Dictionary<string, object>
        {
            ["turn scores"] = new Dictionary<string, object> { ["0"] = new Dictionary<string, object> { ["<b>m</b> \\x \u001b"] = "<i>v</i> `|" } },
            ["episode scores"] = new Dictionary<string, object> { ["Aborted"] = 0, ["Success"] = 1, ["Main Score"] = 50, ["</td><script>"] = "[s](http://evil.example) %" },
        });
        Folder = folder;
    }

    /// <summary>The player's name.</summary>
    public const string Player = "Player <i>1</i> \\p [x](y) \u001b[2J";

    /// <summary>The episode's folder.</summary>
    public string Folder { get; }

    /// <summary>A folder to write to.</summary>
    public string Out => _folder.File("out");

    /// <summary>The text of a message as it comes out of the file.</summary>
    public static string AsRead(string message) => message.Replace(LoneSurrogate, "\ud800");

    public Task<Episode> ReadAsync() => new ResultsReader(GameCatalog.BuiltIn).ReadEpisodeAsync(Folder, default);

    public void Dispose() => _folder.Dispose();

    private static object Event(string from, string to, string timestamp, string type, object content) =>
        new { from, to, timestamp, action = new { type, content } };

    private static void Write(string folder, string name, object content) =>
        File.WriteAllText(Path.Join(folder, name), JsonSerializer.Serialize(content, Json).Replace(LoneSurrogate, "\\ud800"));
}
