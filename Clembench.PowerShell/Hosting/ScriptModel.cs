using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using Clembench.Backends;
using Clembench.Models;
using Pipeline = System.Management.Automation.PowerShell;

namespace Clembench.PowerShell.Hosting;

/// <summary>
/// A model that is a PowerShell script. Calls come from many threads at once, and the pipeline thread is busy with the
/// command that plays: so each call runs in a runspace from a pool of the model's own.
/// </summary>
internal sealed class ScriptModel : IModel
{
    // Runspaces are made as calls need them; one takes a few megabytes.
    private const int MostRunspaces = 32;

    private const string Call = """
        param($Block, $Model, $Messages, $Options)
        $ErrorActionPreference = 'Stop'
        $ProgressPreference = 'SilentlyContinue'
        & $Block -Model $Model -Messages $Messages -Options $Options
        """;

    private readonly ModelEntry _entry;
    private readonly BackendKey? _key;
    private readonly ScriptBlock _block;
    private readonly RunspacePool _pool;

    private ScriptModel(ModelEntry entry, BackendKey? key, ScriptBlock block, RunspacePool pool) =>
        (_entry, _key, _block, _pool) = (entry, key, block, pool);

    /// <inheritdoc />
    public string Name => _entry.Name;

    /// <summary>Makes a model ready.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="key">The key for the script; null for none.</param>
    /// <param name="script">The script.</param>
    /// <param name="session">The sessions that it runs in.</param>
    /// <returns>The model.</returns>
    public static async Task<IModel> OpenAsync(ModelEntry entry, BackendKey? key, ScriptBlockAst script, InitialSessionState session)
    {
        var pool = RunspaceFactory.CreateRunspacePool(session);
        pool.SetMaxRunspaces(MostRunspaces);
        await Task.Factory.FromAsync(pool.BeginOpen, pool.EndOpen, null).ConfigureAwait(false);

        // A script block made from the syntax tree belongs to no session and so runs in whichever one calls it.
        return new ScriptModel(entry, key, script.GetScriptBlock(), pool);
    }

    /// <inheritdoc />
    public Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();

        // A script that cannot be stopped at once is left to end by itself.
        return RunAsync(messages, options, cancellationToken).WaitAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Task.Run(_pool.Dispose).WaitAsync(TimeSpan.FromSeconds(2)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Closing waits for scripts that cannot be stopped; the command that played does not.
        }
    }

    private async Task<ModelResponse> RunAsync(IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        using var pipeline = Pipeline.Create();
        pipeline.RunspacePool = _pool;
        pipeline.AddScript(Call, useLocalScope: true)
            .AddParameter("Block", _block)
            .AddParameter("Model", _entry)
            .AddParameter("Messages", messages.Select(ScriptArguments.Message).ToArray())
            .AddParameter("Options", ScriptArguments.Options(options, _key));
        using var input = new PSDataCollection<PSObject>();
        input.Complete();
        using var output = new PSDataCollection<PSObject>();
        try
        {
            var running = Task.Factory.FromAsync(pipeline.BeginInvoke(input, output), pipeline.EndInvoke);
            await using (cancellationToken.Register(() => pipeline.BeginStop(pipeline.EndStop, null)).ConfigureAwait(false))
                await running.ConfigureAwait(false);
        }
        catch (PipelineStoppedException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (RuntimeException error)
        {
            throw ScriptError.Of(error, _entry);
        }

        return ScriptResult.Read(output.ReadAll(), _entry);
    }
}
