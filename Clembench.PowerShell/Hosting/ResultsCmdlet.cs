using System.Management.Automation;
using Clembench.Common;
using Clembench.Games;
using Clembench.Results;

namespace Clembench.PowerShell.Hosting;

/// <summary>The base of cmdlets that read episodes: from the pipeline, or from result folders.</summary>
public abstract class ResultsCmdlet : ClemCmdlet
{
    /// <summary>Result folders, parts of them, or single episodes; wildcards are allowed.</summary>
    [Parameter(ParameterSetName = "Path", Position = 0, ValueFromPipeline = true)]
    [SupportsWildcards]
    public virtual string[] Path { get; set; } = ["./results"];

    /// <summary>Result folders, taken as they are written.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "LiteralPath", ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string[]? LiteralPath { get; set; }

    /// <summary>Reads records.</summary>
    internal static ResultsReader Reader { get; } = new(GameCatalog.BuiltIn);

    /// <summary>The episodes in the folders that the parameters name, read one by one.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The episodes; for each broken one an error has been written instead.</returns>
    protected async IAsyncEnumerable<Episode> ReadEpisodesAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var roots = ResolvePaths(LiteralPath ?? Path, literal: LiteralPath is not null);
        foreach (var folder in roots.SelectMany(FindEpisodeFolders))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Episode? episode = null;
            try
            {
                episode = await Reader.ReadEpisodeAsync(folder, cancellationToken);
            }
            catch (ClemException error)
            {
                WriteError(error);
            }

            if (episode is not null)
                yield return episode;
        }
    }

    private IEnumerable<string> FindEpisodeFolders(string root)
    {
        var none = true;
        foreach (var folder in ResultsReader.FindEpisodeFolders(root, WriteError))
        {
            none = false;
            yield return folder;
        }

        if (none)
            WriteWarning($"There is no recorded episode in '{root}'.");
    }
}
