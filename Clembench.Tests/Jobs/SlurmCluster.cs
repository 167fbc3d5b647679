using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Clembench.Tests.Support;

namespace Clembench.Tests.Jobs;

/// <summary>
/// A Slurm of one machine for the tests of a class: munged, slurmctld and slurmd on loopback, with everything that they write in a
/// folder of their own. They run in the foreground, as this process's children, and are ended by their ids.
/// </summary>
public sealed class SlurmCluster : IAsyncLifetime, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo", "scontrol", "scancel"];

    private readonly TemporaryFolder _folder = new();
    private readonly List<Process> _daemons = [];

    /// <summary>Why there is no cluster here; null where there is one.</summary>
    public string? Missing { get; private set; }

    private string Configuration => _folder.File("slurm.conf");

    public async Task InitializeAsync()
    {
        Missing = !OperatingSystem.IsLinux() ? "Slurm runs on Linux."
            : !Environment.IsPrivilegedProcess ? "Slurm's daemons are started by root."
            : Array.Find(Programs, program => Find(program) is null) is { } missing ? $"There is no {missing} on this machine (Debian: apt-get install slurm-wlm munge)."
            : null;
        if (Missing is not null)
            return;
        await WriteConfigurationAsync();
        Start("munged", "--foreground", "--force", $"--key-file={_folder.File("munge/key")}", $"--socket={Socket}", $"--pid-file={_folder.File("munged.pid")}", $"--log-file={_folder.File("munged.log")}", $"--seed-file={_folder.File("munge/seed")}");
        await UntilAsync("munged listens", () => Task.FromResult(File.Exists(Socket)));
        Start("slurmctld", "-D", "-f", Configuration);
        Start("slurmd", "-D", "-f", Configuration, "-N", Host);
        await UntilAsync("the node is idle", async () => (await RunAsync("sinfo", "--noheader", "--format=%T")).Output.Trim() == "idle");
    }

    public async Task DisposeAsync()
    {
        if (Missing is null)
        {
            await RunAsync("scancel", "--user=root");
            _daemons.Reverse();
            foreach (var daemon in _daemons)
            {
                // Asked to end; one that does not is ended.
                using (var kill = Process.Start("sh", ["-c", $"kill -TERM {daemon.Id}"]))
                    await kill.WaitForExitAsync();
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
                await daemon.WaitForExitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!daemon.HasExited)
                    daemon.Kill();
                daemon.Dispose();
            }
        }
    }

    // After DisposeAsync.
    public void Dispose() => _folder.Dispose();

    /// <summary>Submits a job.</summary>
    /// <param name="arguments">sbatch's arguments.</param>
    /// <returns>The job's number.</returns>
    internal async Task<string> SubmitAsync(params string[] arguments)
    {
        var (code, output, error) = await RunAsync("sbatch", ["--parsable", .. arguments]);
        code.ShouldBe(0, error);
        return output.Trim();
    }

    /// <summary>Waits until no task of a job is left to run.</summary>
    /// <param name="job">The job's number.</param>
    /// <returns>The state and exit code of each task, by its number in the array.</returns>
    internal async Task<IReadOnlyDictionary<int, string>> EndAsync(string job)
    {
        await UntilAsync($"job {job} has ended", async () => (await RunAsync("squeue", "--noheader", $"--jobs={job}")) is { Code: 0, Output: "" });
        var (code, output, error) = await RunAsync("scontrol", "--oneliner", "show", "job", job);
        code.ShouldBe(0, error);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ').Select(word => word.Split('=', 2)).Where(pair => pair.Length == 2).GroupBy(pair => pair[0]).ToDictionary(pair => pair.Key, pair => pair.First()[1]))
            .ToDictionary(task => int.Parse(task["ArrayTaskId"], System.Globalization.CultureInfo.InvariantCulture), task => $"{task["JobState"]} {task["ExitCode"]}");
    }

    /// <summary>Runs one of Slurm's commands.</summary>
    /// <param name="program">The command.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it left.</returns>
    internal async Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(Of(program, arguments))!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    private static string Host => Environment.MachineName.Split('.')[0];

    private string Socket => _folder.File("munge.socket");

    private async Task WriteConfigurationAsync()
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException();
        foreach (var name in (string[])["munge", "state", "spool"])
            Directory.CreateDirectory(_folder.File(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllBytesAsync(_folder.File("munge/key"), System.Security.Cryptography.RandomNumberGenerator.GetBytes(1024));
        File.SetUnixFileMode(_folder.File("munge/key"), UnixFileMode.UserRead);
        var (controller, node) = FreePorts();
        await File.WriteAllTextAsync(Configuration, $"""
            ClusterName=clembench
            SlurmctldHost={Host}(127.0.0.1)
            SlurmctldPort={controller}
            SlurmdPort={node}
            SlurmUser=root
            SlurmdUser=root
            AuthType=auth/munge
            AuthInfo=socket={Socket}
            StateSaveLocation={_folder.File("state")}
            SlurmdSpoolDir={_folder.File("spool")}
            SlurmctldPidFile={_folder.File("slurmctld.pid")}
            SlurmdPidFile={_folder.File("slurmd.pid")}
            SlurmctldLogFile={_folder.File("slurmctld.log")}
            SlurmdLogFile={_folder.File("slurmd.log")}
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            JobAcctGatherType=jobacct_gather/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            ReturnToService=2
            MpiDefault=none
            MailProg=/bin/true
            NodeName={Host} NodeAddr=127.0.0.1 CPUs={Environment.ProcessorCount} RealMemory=1000
            PartitionName=tests Nodes={Host} Default=YES MaxTime=INFINITE State=UP

            """);
    }

    private void Start(string program, params string[] arguments)
    {
        var daemon = Process.Start(Of(program, arguments))!;
        daemon.OutputDataReceived += (_, _) => { };
        daemon.ErrorDataReceived += (_, _) => { };
        daemon.BeginOutputReadLine();
        daemon.BeginErrorReadLine();
        _daemons.Add(daemon);
    }

    private ProcessStartInfo Of(string program, string[] arguments) => new(Find(program)!, arguments)
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        WorkingDirectory = _folder.Path,
        Environment = { ["SLURM_CONF"] = Configuration, ["CLEMBENCH_USER_HOME"] = _folder.File("user"), ["POWERSHELL_TELEMETRY_OPTOUT"] = "1" },
    };

    private async Task UntilAsync(string what, Func<Task<bool>> isSo)
    {
        var deadline = DateTime.UtcNow + Patience;
        while (!await isSo())
        {
            if (DateTime.UtcNow > deadline)
            {
                var logs = Directory.GetFiles(_folder.Path, "*.log").Select(log => $"{Path.GetFileName(log)}:\n{string.Join('\n', File.ReadAllLines(log).TakeLast(20))}");
                throw new TimeoutException($"It is not so after {Patience.TotalSeconds} s that {what}.\n{string.Join('\n', logs)}");
            }

            await Task.Delay(200);
        }
    }

    private static (int First, int Second) FreePorts()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        using var second = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        second.Start();
        return (((IPEndPoint)first.LocalEndpoint).Port, ((IPEndPoint)second.LocalEndpoint).Port);
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/usr/bin"])
        .Where(Path.IsPathFullyQualified).Select(folder => Path.Join(folder, program)).FirstOrDefault(File.Exists);
}
