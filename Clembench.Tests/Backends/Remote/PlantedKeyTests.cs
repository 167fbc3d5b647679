using System.Text;
using System.Text.Json;
using Clembench.Tests.Servers;
using Clembench.Tests.Servers.Providers;
using Clembench.Tests.Servers.Slurk;
using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Backends.Remote;

/// <summary>A key that servers say back in every way they can is nowhere in what a session writes.</summary>
public class PlantedKeyTests
{
    [Theory]
    [InlineData("file")]
    [InlineData("environment")]
    public async Task No_key_of_any_remote_api_is_written_anywhere(string source)
    {
        using var folder = new TemporaryFolder();
        var servers = new Dictionary<string, ProviderServer>();
        foreach (var (name, format) in ProviderFormat.All)
            servers[name] = await ProviderServer.StartAsync(format, call => Echo(format, call.Index));
        try
        {
            // The user's own registry says where keys go; one that lies in the working directory cannot.
            Directory.CreateDirectory(folder.File("home"));
            await File.WriteAllTextAsync(folder.File("home/model_registry.json"), JsonSerializer.Serialize(servers.Select(server => new
            {
                model_name = $"m-{server.Key}",
                model_id = "test-model",
                backend = server.Key,
                base_url = server.Value.Address + ProviderFormat.All[server.Key].BasePath,
            })));
            var keys = source == "environment"
                ? string.Join("; ", servers.Keys.Select(name => $"$env:CLEMBENCH_{name.ToUpperInvariant()}_API_KEY = '{ProviderFormat.Secret}'"))
                : "";
            if (source == "file")
                await File.WriteAllTextAsync(folder.File("key.json"), JsonSerializer.Serialize(servers.Keys.ToDictionary(name => name, _ => new { api_key = ProviderFormat.Secret })));

            var result = await ShellProcess.CommandAsync($$"""
                $env:CLEMBENCH_USER_HOME = '{{folder.File("home")}}'
                Set-Location '{{folder.Path}}'
                {{keys}}
                $VerbosePreference = 'Continue'; $DebugPreference = 'Continue'
                $episodes = Invoke-ClemGame hellogame {{string.Join(", ", servers.Keys.Select(name => $"m-{name}"))}} -InstanceId 0, 1, 2, 3, 4, 5, 6, 7 -RetryLimit 0 -ThrottleLimit 4 -Verbose -Debug -WarningAction Continue
                $episodes | Format-List * | Out-String
                $episodes | Get-ClemRequest | Format-List * | Out-String
                Get-ClemModel m-* | Test-ClemModel -Probe -Verbose -Debug -WarningAction Continue | Format-List * | Out-String
                Get-ClemKey | Format-List * | Out-String
                "models: [m-*]`ngames: [{ game: hellogame, instances: [8, 9, 10] }]`nresults: nightly`nsettings: { retry_limit: 0 }`noutputs: { junit: junit.xml, tables: [csv, html] }" | Set-Content run.yaml
                Invoke-ClemRun -Path run.yaml -Verbose -Debug -WarningAction Continue | Format-List * | Out-String
                $episodes | Export-ClemTranscript -Format Html, Markdown -OutDirectory transcripts | Out-Null
                Export-ClemReport report.html -Path results | Out-Null
                Measure-ClemBenchmark results | Format-List * | Out-String
                foreach ($problem in $Error) { $problem | Format-List * -Force | Out-String; $problem.Exception.ToString() }
                'The end.'
                """);

            result.Output.ShouldEndWith("The end.\n");
            foreach (var (name, server) in servers)
            {
                server.Violations.ShouldBeEmpty();
                server.Calls.Count.ShouldBeGreaterThanOrEqualTo(8, name);
                result.Output.ShouldContain($"m-{name}");
            }

            // What servers said is there, with stars for the key: so it was looked for in the right places.
            result.Output.ShouldContain("****");
            NothingOfTheKey(folder, result, ProviderFormat.Secret);
            Directory.EnumerateFiles(folder.File("results"), "*requests.json", SearchOption.AllDirectories)
                .Count(file => File.ReadAllText(file).Contains("****", StringComparison.Ordinal)).ShouldBeGreaterThanOrEqualTo(servers.Count);
        }
        finally
        {
            foreach (var server in servers.Values)
                await server.DisposeAsync();
        }
    }

    [SkippableFact]
    public async Task The_key_of_a_chat_server_is_written_nowhere()
    {
        await using var server = await SlurkServer.StartAsync();
        await server.DoAsync(new { @do = "answers", texts = new[] { $"GREET: hello and welcome, {SlurkServer.ApiToken}" } });
        await server.DoAsync(new { @do = "autojoin" });
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("key.json"), JsonSerializer.Serialize(new { slurk = new { api_key = SlurkServer.ApiToken, base_url = server.BaseUrl } }));
        var result = await ShellProcess.CommandAsync($$"""
            $env:CLEMBENCH_USER_HOME = '{{folder.File("home")}}'
            Set-Location '{{folder.Path}}'
            $VerbosePreference = 'Continue'; $DebugPreference = 'Continue'
            $episodes = Invoke-ClemGame hellogame chat-room -InstanceId 0, 1 -ThrottleLimit 1 -Verbose -Debug -WarningAction Continue
            $episodes | Format-List * | Out-String
            $episodes | Get-ClemRequest | Format-List * | Out-String
            $env:CLEMBENCH_SLURK_API_KEY = '{{SlurkServer.ApiToken}}-wrong'
            Invoke-ClemGame hellogame chat-room -InstanceId 2 -RetryLimit 0 -Verbose -Debug -WarningAction Continue | Format-List * | Out-String
            foreach ($problem in $Error) { $problem | Format-List * -Force | Out-String; $problem.Exception.ToString() }
            'The end.'
            """);
        result.Output.ShouldEndWith("The end.\n");
        server.Violations.ShouldBeEmpty();
        (result.Output + result.Error).ShouldContain("****");
        NothingOfTheKey(folder, result, SlurkServer.ApiToken);
    }

    // Successes and failures in turn; in every one the server says the key back.
    private static Reply Echo(ProviderFormat format, int index)
    {
        const string Secret = ProviderFormat.Secret;
        return (index % 8) switch
        {
            0 => Reply.Json(format.Completion($"GREET: hello and welcome, Amara! {Secret}")),
            1 => Reply.Raw(401, Encoding.UTF8.GetBytes(format.Error(401, $"Incorrect API key provided: {Secret}"))),
            2 => Reply.Raw(500, Encoding.UTF8.GetBytes($"<html><body>{Secret} crashed</body></html>")),
            3 => Reply.Cut(Reply.Json(format.Completion(Secret + new string('x', 1000)))),
            4 => Reply.Json($"{{\"not json\": {Secret}"),
            5 => Reply.Json($$$"""{"error": {"code": 400, "message": "no {{{Secret.Replace("+", "\\u002b", StringComparison.Ordinal)}}}", "{{{Secret}}}": 1}}"""),
            6 => Reply.Raw(429, Encoding.UTF8.GetBytes(format.Error(429, $"{Secret} is too fast")), ("Retry-After", "86400"), ("X-Key", Secret)),
            _ => Reply.Json($$$"""{"{{{Secret}}}": "{{{Secret}}}"}"""),
        };
    }

    private static void NothingOfTheKey(TemporaryFolder folder, ShellResult result, string secret)
    {
        result.Output.ShouldNotContain(secret);
        result.Error.ShouldNotContain(secret);
        var files = Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "key.json").ToArray();
        files.Length.ShouldBeGreaterThan(2);
        foreach (var file in files)
        {
            var bytes = File.ReadAllBytes(file);
            bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)).ShouldBe(-1, file);
            Encoding.UTF8.GetString(bytes).Replace("\\u002b", "+", StringComparison.OrdinalIgnoreCase).ShouldNotContain(secret);
        }
    }
}
