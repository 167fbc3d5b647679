using System.Diagnostics;
using Clembench.Tests.Support;

namespace Clembench.Tests.Module;

/// <summary>What a build leaves in out/Clembench.</summary>
public class ModuleLayoutTests
{
    [Fact]
    public async Task What_an_earlier_build_laid_out_goes_and_what_is_the_users_stays()
    {
        using var folder = new TemporaryFolder();
        string[] stale = ["Old.Format.ps1xml", "lib/Old.dll", "games/old/clemgame.json", "registry/old.json", "en-US/about_Old.help.txt"];
        string[] kept = ["backends/mine_api.ps1", "notes.txt"];
        foreach (var name in stale.Concat(kept))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder.File(name))!);
            await File.WriteAllTextAsync(folder.File(name), "");
        }

        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        string[] arguments = ["msbuild", Path.Join(Repository.Root, "Clembench.PowerShell"), "-t:LayOutModule", "-nologo", "-v:q", "-nodeReuse:false", $"-p:ClembenchModuleDir={folder.Path}/"];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var build = Process.Start(start)!;
        var output = await build.StandardOutput.ReadToEndAsync();
        await build.WaitForExitAsync();
        build.ExitCode.ShouldBe(0, output);

        foreach (var name in stale)
            File.Exists(folder.File(name)).ShouldBeFalse(name);
        foreach (var name in (string[])[.. kept, "Clembench.psd1", "Clembench.psm1", "games/hellogame/clemgame.json", "registry/model_registry.json"])
            File.Exists(folder.File(name)).ShouldBeTrue(name);
    }
}
