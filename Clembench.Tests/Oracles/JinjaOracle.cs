using System.ComponentModel;
using System.Diagnostics;
using Clembench.Json;

namespace Clembench.Oracles;

/// <summary>Other engines that render templates, where this machine has them.</summary>
internal sealed class JinjaOracle : IDisposable
{
    // jinja2's own limit for a case is 4 s; compiling a template can overstay it without looking at the clock.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly OracleProcess _process;

    private JinjaOracle(OracleProcess process) => _process = process;

    /// <summary>Python's jinja2, set up as transformers does for chat templates.</summary>
    /// <param name="folder">The folder of the oracles' scripts.</param>
    /// <returns>The oracle, or <see langword="null"/> where no Python with jinja2 is found.</returns>
    public static JinjaOracle? FindPython(string folder) =>
        new[] { Environment.GetEnvironmentVariable("CLEMBENCH_PYTHON"), "/usr/bin/python3", "python3" }
            .FirstOrDefault(python => !string.IsNullOrEmpty(python) && Succeeds(python, "-c", "import jinja2, resource")) is { } found
            ? new JinjaOracle(new OracleProcess(found, ["-u", Path.Join(folder, "jinja_oracle.py")], Patience))
            : null;

    /// <summary>The engine of @huggingface/jinja, and the chat templates that npm packages publish.</summary>
    /// <param name="folder">The folder of the oracles' scripts, in which <c>npm ci</c> has been run.</param>
    /// <returns>The oracle, or <see langword="null"/> where there is no node or the packages are not installed.</returns>
    public static JinjaOracle? FindNode(string folder) =>
        Directory.Exists(Path.Join(folder, "node_modules", "@huggingface", "jinja")) && Succeeds("node", "--version")
            ? new JinjaOracle(new OracleProcess("node", [Path.Join(folder, "jinja_oracle.mjs")], Patience))
            : null;

    /// <summary>Renders cases.</summary>
    public async Task<IReadOnlyList<Rendering>> RenderAsync(IReadOnlyList<TemplateCase> cases, CancellationToken token = default)
    {
        var answers = await _process.AskAsync([.. cases.Select(c => c.Question)], token);
        return Array.ConvertAll(answers, Rendering.Read);
    }

    /// <summary>Asks something else than a rendering.</summary>
    public async Task<JsonMap> AskAsync(JsonMap question, CancellationToken token = default) =>
        JsonMap.Parse((await _process.AskAsync([OracleJson.Write(question)], token))[0]
            ?? throw new InvalidOperationException("The oracle gave no answer."));

    /// <summary>Measures renders of one case, parsed beforehand.</summary>
    /// <returns>Seconds for all of them.</returns>
    public async Task<double> MeasureAsync(TemplateCase subject, int count, CancellationToken token = default) =>
        Convert.ToDouble((await AskAsync(new JsonMap([new("template", subject.Template), new("variables", subject.Variables), new("count", count)]), token))["seconds"],
            System.Globalization.CultureInfo.InvariantCulture);

    public void Dispose() => _process.Dispose();

    private static bool Succeeds(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
