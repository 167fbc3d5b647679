using Clembench.Backends.Llama.Worker;
using Clembench.Common;
using Clembench.PowerShell.Hosting;
using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Backends.Llama;

/// <summary>The programs that a model's process runs in, with the module as it is laid out for users.</summary>
public sealed class WorkerHostTests : IDisposable
{
    private static readonly string Loader = Path.Join(Path.GetDirectoryName(ShellProcess.ProgramPath), "Modules", "Clembench", "lib", "Clembench.Loader.dll");
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("/usr/bin/pwsh", null, "-NoLogo -NoProfile -NonInteractive -Command")]
    [InlineData("/opt/odd 'place'/pwsh-preview", null, "-NoLogo -NoProfile -NonInteractive -Command")]
    [InlineData("/usr/bin/dotnet", "/tools/pwsh.dll", "/tools/pwsh.dll -NoLogo -NoProfile -NonInteractive -Command")]
    [InlineData("/opt/Clembench.Shell", "/opt/Clembench.Shell.dll", "--model-process")]
    [InlineData("/usr/bin/dotnet", "/opt/Clembench.Shell.dll", "/opt/Clembench.Shell.dll --model-process")]
    public void Each_program_is_started_in_its_way(string program, string? entry, string arguments)
    {
        var command = WorkerHost.Of(program, entry, "/modules/it's \"odd\"/lib/Clembench.Loader.dll").ShouldNotBeNull();
        command.FileName.ShouldBe(program);
        string.Join(' ', command.Arguments).ShouldStartWith(arguments);
        // What is different from machine to machine is in a variable: nothing has to be quoted.
        command.Arguments.ShouldAllBe(argument => !argument.Contains("odd", StringComparison.Ordinal));
        command.Environment.Values.ShouldBe(["/modules/it's \"odd\"/lib/Clembench.Loader.dll"]);
    }

    [Theory]
    [InlineData("/usr/bin/code", null)]
    [InlineData("/usr/bin/dotnet", "/sdk/testhost.dll")]
    [InlineData("/usr/bin/dotnet", null)]
    public void Other_programs_are_none(string program, string? entry) => WorkerHost.Of(program, entry, "x").ShouldBeNull();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_module_loads_in_a_process_of_its_own_by_the_shell_and_as_by_pwsh(bool asPwsh)
    {
        var own = WorkerHost.Of("dotnet", ShellProcess.ProgramPath, CopyOfModule())!;
        // Clembench's shell reads a command line as pwsh does.
        var command = asPwsh ? own with { Arguments = [ShellProcess.ProgramPath, .. WorkerHost.Of("pwsh", null, Loader)!.Arguments] } : own;
        var error = await Should.ThrowAsync<ClemException>(() => WorkerLlamaEngine.LoadAsync(command, new(_folder.File("no model.gguf")), null, default));
        error.ShouldNotBeOfType<Clembench.Backends.ModelCallException>();
        error.Kind.ShouldBe(ErrorKind.NotFound);
        error.Message.ShouldContain("no model.gguf");
    }

    [Fact]
    public void Programs_are_looked_for_in_folders_that_do_not_depend_on_the_current_one()
    {
        var here = Path.GetFileName(Directory.GetFiles(Environment.CurrentDirectory)[0]);
        File.WriteAllText(_folder.File(here), "");
        WorkerHost.Programs(here, [null, "", ".", "..", _folder.File("absent"), _folder.Path]).ShouldBe([_folder.File(here)]);
    }

    public void Dispose() => _folder.Dispose();

    // At a place whose name no command line could bear unquoted.
    private string CopyOfModule()
    {
        var target = Directory.CreateDirectory(_folder.File("it's a \"module\" für $HOME;")).FullName;
        foreach (var file in Directory.GetFiles(Path.GetDirectoryName(Loader)!, "*.dll"))
            File.Copy(file, Path.Join(target, Path.GetFileName(file)));
        return Path.Join(target, Path.GetFileName(Loader));
    }
}
