using System.Collections;
using System.Management.Automation;
using System.Text;
using Clembench.Common;
using Clembench.Jobs;
using Clembench.PowerShell.Completion;
using Clembench.PowerShell.Hosting;
using Clembench.Results;
using Clembench.Submissions;

namespace Clembench.PowerShell.Cmdlets;

/// <summary>
/// Writes a run as a job for a cluster: a script for Slurm's sbatch, or a manifest for Kubernetes, with a task for each part. All parts
/// write into one results folder and are one run.
/// </summary>
[Cmdlet(VerbsData.Export, "ClemJob", SupportsShouldProcess = true, DefaultParameterSetName = "Model")]
[OutputType(typeof(JobFile))]
public sealed class ExportClemJobCommand : ClemCmdlet
{
    private static readonly string[] SlurmOnly = [nameof(Partition), nameof(Account), nameof(QualityOfService), nameof(GpuType), nameof(LogPath), nameof(Directive), nameof(Setup), nameof(WorkingDirectory)];
    private static readonly string[] KubernetesOnly = [nameof(Image), nameof(Namespace), nameof(VolumeClaim), nameof(MountPath), nameof(KeySource), nameof(Patch)];

    // What is handed on to Invoke-ClemGame where it is given; the rest is its usual, there as here.
    private static readonly string[] HandedOn =
        [nameof(Experiment), nameof(InstanceId), nameof(Layout), nameof(ThrottleLimit), nameof(Temperature), nameof(MaxTokens), nameof(Repeat), nameof(TimeoutSec), nameof(RetryLimit), nameof(Download), nameof(Cache), nameof(Durable)];

    private readonly List<string> _games = [];
    private readonly List<object> _models = [];
    private readonly HashSet<object> _namedModels = new(ReferenceEqualityComparer.Instance);

    /// <summary>The file to write; one that is there is replaced.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutFile { get; set; } = "";

    /// <summary>The games; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(GameCompleter))]
    public string[] Game { get; set; } = [];

    /// <summary>
    /// The models, each of which plays all roles: entries of Get-ClemModel, names (wildcards are allowed), or partial
    /// specifications as hashtables or JSON.
    /// </summary>
    [Parameter(Mandatory = true, Position = 2, ValueFromPipeline = true, ParameterSetName = "Model")]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public object[] Model { get; set; } = [];

    /// <summary>One model for each role, in the order of the game's roles.</summary>
    [Parameter(Mandatory = true, ParameterSetName = "PlayerModel")]
    [ArgumentCompleter(typeof(ModelNameCompleter))]
    public object[] PlayerModel { get; set; } = [];

    /// <summary>What starts the job.</summary>
    [Parameter(Mandatory = true)]
    public JobScheduler Scheduler { get; set; }

    /// <summary>The number of parts.</summary>
    [Parameter(Mandatory = true)]
    [ValidateRange(1, 100_000)]
    public int Shards { get; set; }

    /// <summary>Only instances of these experiments; wildcards are allowed.</summary>
    [Parameter]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ExperimentCompleter))]
    public string[]? Experiment { get; set; }

    /// <summary>Only instances with these numbers.</summary>
    [Parameter]
    public int[]? InstanceId { get; set; }

    /// <summary>An instance file to play instead of the game's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InstancePath { get; set; }

    /// <summary>The results folder, which all tasks write to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ResultsPath { get; set; } = "./results";

    /// <summary>The layout of the results folder.</summary>
    [Parameter]
    public ResultsLayout Layout { get; set; } = ResultsLayout.Current;

    /// <summary>The most episodes in flight at once in each task.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int ThrottleLimit { get; set; } = 16;

    /// <summary>The sampling temperature; 0 means greedy decoding.</summary>
    [Parameter]
    [ValidateRange(0.0, 10.0)]
    public double Temperature { get; set; }

    /// <summary>The most tokens that one response may have.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int MaxTokens { get; set; } = 300;

    /// <summary>How often each instance is played.</summary>
    [Parameter]
    [ValidateRange(1, 10000)]
    public int Repeat { get; set; } = 1;

    /// <summary>The longest time that one response may take, in seconds.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = 600;

    /// <summary>How often a request is repeated after a passing failure.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int RetryLimit { get; set; } = 5;

    /// <summary>Stops when this much has been spent by all tasks together; each task may spend its part of it.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e12)]
    public decimal? MaxCost { get; set; }

    /// <summary>Fetches files of local models before playing.</summary>
    [Parameter]
    public SwitchParameter Download { get; set; }

    /// <summary>Answers what was asked before, at temperature 0, from a cache on disk instead of from the model.</summary>
    [Parameter]
    public SwitchParameter Cache { get; set; }

    /// <summary>Waits after every episode until its files are on the disk.</summary>
    [Parameter]
    public SwitchParameter Durable { get; set; }

    /// <summary>What the cluster calls the job.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string JobName { get; set; } = "clembench";

    /// <summary>The most tasks that run at once.</summary>
    [Parameter]
    [ValidateRange(1, 100_000)]
    public int? MaxParallel { get; set; }

    /// <summary>The longest time that a task may take, as Slurm writes it: minutes, hours:minutes:seconds, days-hours.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? TimeLimit { get; set; }

    /// <summary>The memory of a task: a number with K, M, G or T.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Memory { get; set; }

    /// <summary>The processors of a task.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int? CpuCount { get; set; }

    /// <summary>The graphics processors of a task.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int? GpuCount { get; set; }

    /// <summary>The type of the graphics processors, by Slurm's name for it.</summary>
    [Parameter]
    public string? GpuType { get; set; }

    /// <summary>The program that runs PowerShell there: pwsh, Clembench.Shell, or the dll of one of them.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Shell { get; set; }

    /// <summary>The module there: its folder or manifest, or its name where it is installed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ModulePath { get; set; }

    /// <summary>The folder that tasks start in, with the registries and keys that lie there; the current one where nothing is said.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string WorkingDirectory { get; set; } = ".";

    /// <summary>Slurm's partition, or several.</summary>
    [Parameter]
    public string[]? Partition { get; set; }

    /// <summary>The account that Slurm charges.</summary>
    [Parameter]
    public string? Account { get; set; }

    /// <summary>Slurm's quality of service.</summary>
    [Parameter]
    [Alias("Qos")]
    public string? QualityOfService { get; set; }

    /// <summary>The folder of the tasks' logs; it is made.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string LogPath { get; set; } = "./logs";

    /// <summary>Further options of sbatch, each as it stands behind #SBATCH.</summary>
    [Parameter]
    public string[] Directive { get; set; } = [];

    /// <summary>Lines of the shell that make the machine ready, such as 'module load dotnet'.</summary>
    [Parameter]
    public string[] Setup { get; set; } = [];

    /// <summary>The container image, in which PowerShell and the module are.</summary>
    [Parameter]
    public string? Image { get; set; }

    /// <summary>The namespace of Kubernetes.</summary>
    [Parameter]
    public string? Namespace { get; set; }

    /// <summary>The persistent volume claim that results are kept in.</summary>
    [Parameter]
    public string? VolumeClaim { get; set; }

    /// <summary>Where the volume is mounted; relative paths start there.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string MountPath { get; set; } = new KubernetesOptions().MountPath;

    /// <summary>The Secret of Kubernetes that has the models' keys, by the names of their environment variables.</summary>
    [Parameter]
    public string? KeySource { get; set; }

    /// <summary>What else the manifest is to say: members that replace those of the same name, $null takes one away.</summary>
    [Parameter]
    public Hashtable? Patch { get; set; }

    /// <summary>Writes nothing where the file is there already.</summary>
    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    private bool OnKubernetes => Scheduler == JobScheduler.Kubernetes;

    /// <inheritdoc />
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        _games.AddRange(Game.Except(_games, StringComparer.OrdinalIgnoreCase));
        // Where games come by the pipeline, the models are the same again and again.
        var models = ParameterSetName == "PlayerModel" ? PlayerModel : Model;
        if (_namedModels.Add(models))
            _models.AddRange(models);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        var path = SessionState.Path.GetUnresolvedProviderPathFromPSPath(OutFile);
        CheckOptions(path);
        var session = new ModelSession(this, Workspace);
        foreach (var error in session.Errors)
            WriteError(error);
        var instances = InstancePath is null ? null : OnKubernetes ? InContainer(InstancePath) : SessionState.Path.GetUnresolvedProviderPathFromPSPath(InstancePath);
        var planner = new JobPlanner(this, Workspace, session, OnKubernetes);
        var plan = await planner.PlanAsync(
            _models, ParameterSetName == "PlayerModel", _games, Experiment, InstanceId, instances, Repeat, cancellationToken);
        if (plan is null)
            return;
        if (plan.NeedKeys.Count > 0 && OnKubernetes && KeySource is null)
        {
            WriteWarning(
                $"{string.Join(", ", plan.NeedKeys)} need a key, and the job names no Secret. Make one, such as: kubectl create secret generic clembench-keys --from-literal=OPENAI_API_KEY=…, and add -KeySource clembench-keys.");
        }

        if (plan.Episodes < Shards)
            WriteWarning($"There are {plan.Episodes} episode(s) for {Shards} parts, so that some parts have nothing to do.");
        var job = Describe(plan, instances);
        var text = job.ToText();
        JobSecrets.Check(text, SecretFinder.For(Workspace));
        if (!ShouldProcess(path, $"Write a job of {Shards} parts for {Scheduler}"))
            return;
        if (!OnKubernetes)
            MakeFolder(job.Slurm.LogPath);
        await AtomicFile.WriteAsync(path, Encoding.UTF8.GetBytes(text), cancellationToken);
        WriteObject(JobFile.Of(path, job, plan.Episodes));
    }

    private void CheckOptions(string path)
    {
        foreach (var option in (OnKubernetes ? SlurmOnly : KubernetesOnly).Where(MyInvocation.BoundParameters.ContainsKey))
        {
            throw new ClemException(
                "Clem.Job.OptionOfAnother", ErrorKind.InvalidArgument, $"-{option} means nothing to {Scheduler}, and is not dropped in silence.",
                $"Leave it out{(OnKubernetes ? "; -Patch changes whatever the manifest says" : "")}.", option);
        }

        if (Directory.Exists(path))
        {
            throw new ClemException(
                "Clem.Job.IsFolder", ErrorKind.InvalidArgument, $"'{path}' is a folder.", $"Name the file that the job is to be, such as {(OnKubernetes ? "run.yaml" : "run.sbatch")}.", path);
        }

        if (NoClobber && File.Exists(path))
        {
            throw new ClemException(
                "Clem.Job.FileExists", ErrorKind.AlreadyExists, $"'{path}' is there already.", "Leave out -NoClobber to replace it, or name another file.", path);
        }
    }

    private JobSpecification Describe(JobPlan plan, string? instances)
    {
        var parameters = new List<KeyValuePair<string, object>> { new(nameof(Game), plan.Games) };
        foreach (var name in HandedOn.Where(MyInvocation.BoundParameters.ContainsKey))
            parameters.Add(new(name, Plain(MyInvocation.BoundParameters[name])));
        if (instances is not null)
            parameters.Add(new(nameof(InstancePath), instances));
        if (MaxCost is { } cost)
            parameters.Add(new(nameof(MaxCost), cost / Shards));
        return new JobSpecification
        {
            Scheduler = Scheduler,
            Shards = Shards,
            Name = JobName,
            Command = new JobCommand(plan.Models, ParameterSetName == "PlayerModel", parameters),
            ResultsPath = OnKubernetes ? InContainer(ResultsPath) : SessionState.Path.GetUnresolvedProviderPathFromPSPath(ResultsPath),
            Shell = ShellThere(),
            Module = ModuleThere(),
            WorkingDirectory = OnKubernetes ? MountPath : SessionState.Path.GetUnresolvedProviderPathFromPSPath(WorkingDirectory),
            MaxParallel = MaxParallel,
            TimeLimit = TimeLimit is null ? null : JobValue.ParseTime(TimeLimit),
            Memory = Memory is null ? null : JobValue.ParseMemory(Memory),
            CpuCount = CpuCount,
            GpuCount = GpuCount,
            Slurm = new SlurmOptions
            {
                Partition = Partition is null ? null : string.Join(',', Partition),
                Account = Account,
                Qos = QualityOfService,
                GpuType = GpuType,
                LogPath = SessionState.Path.GetUnresolvedProviderPathFromPSPath(LogPath),
                Directives = Directive,
                Setup = Setup,
            },
            Kubernetes = new KubernetesOptions
            {
                Image = Image,
                Namespace = Namespace,
                VolumeClaim = VolumeClaim,
                MountPath = MountPath,
                KeySource = KeySource,
                Patch = Patch is null ? new KubernetesOptions().Patch : ScriptValue.ToMap(Patch, "Clem.Job.BadPatch", "-Patch"),
            },
        };
    }

    // A cluster's machines see the folders of the one that submits; a container has an image's.
    private IReadOnlyList<string> ShellThere()
    {
        if (Shell is null)
            return (OnKubernetes ? null : WorkerHost.FindShell()) ?? ["pwsh"];
        var program = !OnKubernetes && Shell.Contains('/', StringComparison.Ordinal) ? SessionState.Path.GetUnresolvedProviderPathFromPSPath(Shell) : Shell;
        return program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ["dotnet", program] : [program];
    }

    private string ModuleThere()
    {
        if (ModulePath is null)
            return OnKubernetes ? "Clembench" : System.IO.Path.Join(ModuleLocation.Root, "Clembench.psd1");
        return !OnKubernetes && ModulePath.Contains('/', StringComparison.Ordinal) ? SessionState.Path.GetUnresolvedProviderPathFromPSPath(ModulePath) : ModulePath;
    }

    private string InContainer(string path)
    {
        while (path.StartsWith("./", StringComparison.Ordinal))
            path = path[2..];
        return path.StartsWith('/') ? path : $"{MountPath.TrimEnd('/')}/{path}";
    }

    private static object Plain(object value) => value switch
    {
        SwitchParameter flag => flag.IsPresent,
        ResultsLayout layout => $"{layout}",
        _ => value,
    };

    private static void MakeFolder(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ClemException(
                "Clem.File.NotWritten", ErrorKind.Storage, $"The folder of logs '{path}' cannot be made: {error.Message}", "Give another -LogPath; Slurm starts no task whose log it cannot write.", path, error);
        }
    }
}
