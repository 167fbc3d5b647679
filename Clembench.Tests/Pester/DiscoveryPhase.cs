using System.Management.Automation;
using System.Management.Automation.Language;
using Clembench.Tests.Pester.Model;

namespace Clembench.Tests.Pester;

/// <summary>The first phase: runs a file and the bodies of its blocks, and keeps the tests and set-ups that they name.</summary>
internal sealed class DiscoveryPhase(PesterSession session, SessionState state, string file)
{
    /// <returns>The error that ended discovery; null if there was none.</returns>
    public PesterError? Discover()
    {
        if (!File.Exists(file)) return Error($"There is no test file '{file}'.");
        if (Parser.ParseFile(file, out _, out _).ParamBlock is { Parameters.Count: > 0 })
            return Error("A param block with parameters in a test file is not supported by this runner.");

        session.Phase = PesterPhase.Discovery;
        var scopes = new ScriptScopes(state);
        ErrorRecord? error = null;
        scopes.InNewScope(() => error = scopes.Dot(file));
        if (error is not null) return PesterError.From(error, file, "Discovery failed: ");

        session.Root.SettleSkips();
        ExpandNames(session.Root, scopes, new HashSet<string>(StringComparer.OrdinalIgnoreCase));
        return null;
    }

    // Names are filled in after the file has run, so that a variable of discovery, which the run will not have, is not taken.
    private void ExpandNames(PesterItem item, ScriptScopes scopes, IReadOnlySet<string> outer) => scopes.InNewScope(() =>
    {
        var data = item.DataVariables().ToList();
        var known = new HashSet<string>(outer, StringComparer.OrdinalIgnoreCase);
        known.UnionWith(data.Select(v => v.Key));
        scopes.Set(data);
        item.ExpandedName = NameTemplate.ExpandKnown(item.Name, state, known);
        if (item is not PesterBlock block) return;
        foreach (var child in block.Children) ExpandNames(child, scopes, known);
    });

    private PesterError Error(string message) => new(message, "PesterDiscovery", file, 0, string.Empty);
}
