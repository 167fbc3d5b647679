using System.Management.Automation;
using Clembench.Common;
using Clembench.HuggingFace;
using Clembench.HuggingFace.Hub;
using Clembench.Models;
using Clembench.PowerShell.Hosting;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>Reads the cards and facts of models from the Hugging Face hub.</summary>
// Were ids the default set, an entry without one would be refused for that by the engine, in its words, before the set that takes entries is looked at.
[Cmdlet(VerbsCommon.Get, "ClemModelCard", DefaultParameterSetName = "Entry")]
[OutputType(typeof(ModelCard))]
public sealed class GetClemModelCardCommand : ClemCmdlet
{
    private HubSession? _hub;

    /// <summary>The ids of the models' repositories, <c>owner/name</c>.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = "HuggingFaceId")]
    [ValidateNotNullOrEmpty]
    public string[] HuggingFaceId { get; set; } = [];

    /// <summary>An entry of the registry, whose model's card is read.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = "Entry")]
    public ModelEntry? InputObject { get; set; }

    /// <summary>A branch, a tag, or a commit's full name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Revision { get; set; } = HubRepository.DefaultRevision;

    /// <inheritdoc />
    protected override Task BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            _hub = new HubSession(this, Workspace);
        }
        catch (ClemException error)
        {
            ThrowTerminatingError(error);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        var cards = new ModelCardReader(_hub!.Client, _hub.Warn);
        foreach (var named in InputObject is null ? HuggingFaceId : (string?[])[null])
        {
            ModelCard? card = null;
            ClemException? failure = null;
            try
            {
                var id = named ?? HubSession.IdOf(InputObject!, "Name the repository itself: Get-ClemModelCard owner/name.");
                card = await cards.ReadAsync(HubRepository.Parse(id, Revision), cancellationToken);
            }
            catch (ClemException error)
            {
                failure = error;
            }

            // One model that fails does not stop the others.
            _hub.WriteWarnings();
            if (card is not null)
                WriteObject(card);
            else
                WriteError(failure!);
        }
    }
}
