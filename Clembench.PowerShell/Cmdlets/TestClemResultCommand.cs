using System.Management.Automation;
using Clembench.Common;
using Clembench.PowerShell.Hosting;
using Clembench.Results;
using Clembench.Templates.Checkpoints;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Checks recorded episodes as the guide to adding models has a person do by eye: chat template applied, output present and
/// after the prompt, an EOS token at its end, and none in what the game got. A failed check proposes the entry that mends
/// it, which can be piped to Register-ClemModel. Checks that do not apply to a model are not made.
/// </summary>
[Cmdlet(VerbsDiagnostic.Test, "ClemResult", DefaultParameterSetName = "Path")]
[OutputType(typeof(ResultCheck), typeof(bool))]
public sealed class TestClemResultCommand : EpisodeCmdlet
{
    private bool _failed;
    private bool _checked;
    private ModelSession? _session;
    private HubSession? _hub;
    private ResultChecker? _checker;

    /// <summary>Registry files that come before all others; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    public string[]? RegistryPath { get; set; }

    /// <summary>Gives one bool instead of the checks: whether there were any, and all of them passed.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc />
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        _session = new ModelSession(this, Workspace, ResolveRegistryPaths(RegistryPath));
        foreach (var error in _session.Errors)
            WriteError(error);
        _hub = new HubSession(this, Workspace);
        _checker = new ResultChecker(_session.Registry.Entries, new CheckpointSource(_hub.Client).FromEntryAsync);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task ProcessEpisodeAsync(Episode episode, CancellationToken cancellationToken)
    {
        IReadOnlyList<ResultCheck> checks;
        try
        {
            checks = await _checker!.CheckAsync(episode, cancellationToken);
        }
        catch (ClemException)
        {
            _failed = true;
            throw;
        }

        _hub!.WriteWarnings();
        foreach (var check in checks)
        {
            _checked = true;
            _failed |= !check.Passed;
            if (!Quiet)
                WriteObject(check.Suggestion is null ? check : check with { Suggestion = _session!.Models.WithAvailability(check.Suggestion) });
        }
    }

    /// <inheritdoc />
    protected override Task EndAsync(CancellationToken cancellationToken)
    {
        if (Quiet)
            WriteObject(_checked && !_failed);
        return Task.CompletedTask;
    }
}
