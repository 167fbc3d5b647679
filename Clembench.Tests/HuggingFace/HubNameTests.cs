using Clembench.Common;
using Clembench.HuggingFace.Hub;
using CsCheck;

namespace Clembench.Tests.HuggingFace;

/// <summary>
/// Names of files, revisions and repositories stay within the cache on every operating system, and so do links in it.
/// </summary>
public class HubNameTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    public static TheoryData<string> HostileNames =>
    [
        "../x", "..", "../../x", "a/../../x", "a/..", "./x", "a/./b", ".", "/x", "/", "//x", "//host/share/x", "a//b", "a/", "",
        @"..\x", @"a\..\..\x", @"\x", @"\\h\s\x", @"\\?\C:\x", @"\\.\pipe\x", @"a\b", @"C:\x", "C:/x", "D:x", "c:", @"a/C:\x", "a:b", "x:$DATA", "file:///x",
        "x\0y", "x\ny", "x\ry", "x\u001b[2Jy", "x\u007f", "x\u0085y",
        "...", "a/.../b", ".. /x", "x.", "x ", "a./b", "a /b", "NUL", "nul.json", "a/CON", "con.txt/x", "COM1", "LPT9.bin", "aux .json", "CONIN$", "COM¹.json",
        "a/" + LongSegment, LongName,
    ];

    private static string LongSegment => new('x', 256);

    private static string LongName => string.Join('/', Enumerable.Repeat("abcdefgh", 200));

    // Half a surrogate pair does not survive the way of a test's data to the test.
    [Fact]
    public void A_name_that_is_no_Unicode_text_is_refused() =>
        Should.Throw<ClemException>(() => new HubRepository(HubFixture.Id, "x\ud800y")).Id.ShouldBe("Clem.Hub.InvalidRevision");

    [Fact]
    public void There_are_many_hostile_names() => HostileNames.Count.ShouldBeGreaterThanOrEqualTo(40);

    [Theory]
    [MemberData(nameof(HostileNames))]
    public async Task A_hostile_file_name_is_refused_before_anything_is_touched(string name)
    {
        await using var hub = await HubFixture.StartAsync();
        var client = hub.Client();

        foreach (var options in new[] { new HubFileOptions(), new HubFileOptions { LocalOnly = true } })
        {
            var error = await HubFixture.FailsAsync(client.TryGetFileAsync(HubFixture.Repository, name, options, HubFixture.Token));
            error.Id.ShouldBe("Clem.Hub.UnsafeFileName");
            error.Message.ShouldAllBe(c => !char.IsControl(c));
        }

        Should.Throw<ClemException>(() => client.FindCached(HubFixture.Repository, name)).Id.ShouldBe("Clem.Hub.UnsafeFileName");
        hub.Server.Requests.ShouldBeEmpty();
        Directory.Exists(hub.Cache).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void A_hostile_revision_is_refused(string revision)
    {
        var error = Should.Throw<ClemException>(() => new HubRepository(HubFixture.Id, revision));
        error.Id.ShouldBe("Clem.Hub.InvalidRevision");
        error.Message.ShouldAllBe(c => !char.IsControl(c));
        Should.Throw<ClemException>(() => HubFixture.Repository with { Revision = revision });
    }

    [Theory]
    [MemberData(nameof(HostileNames))]
    public async Task Hostile_names_in_the_list_of_files_are_set_apart(string name)
    {
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, (name, [1]), ("config.json", [1]));

        var info = await hub.Client().GetModelInfoAsync(HubFixture.Repository, HubFixture.Token);

        info.Files.Select(file => file.Name).ShouldBe(["config.json"]);
        info.RefusedFileNames.ShouldBe([name]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b/c")]
    [InlineData("../x")]
    [InlineData("a/..")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("/x")]
    [InlineData("a/")]
    [InlineData("a b")]
    [InlineData("a/b?x=1")]
    [InlineData("a/b#x")]
    [InlineData("a/b%2f..")]
    [InlineData("a--b/c")]
    [InlineData("a/b..c")]
    [InlineData("a/b.git")]
    [InlineData("-a/b")]
    [InlineData("a/.b")]
    [InlineData("a/b.")]
    [InlineData(@"a\b")]
    [InlineData("a/b\n")]
    [InlineData("C:/x")]
    [InlineData("https://huggingface.co/a/b")]
    [InlineData("ä/b")]
    public void What_is_no_repository_id_is_refused(string id) =>
        Should.Throw<ClemException>(() => new HubRepository(id)).Id.ShouldBe("Clem.Hub.InvalidRepositoryId");

    [Theory]
    [InlineData("gpt2")]
    [InlineData("owner/name")]
    [InlineData("01-ai/Yi-1.5_34B")]
    [InlineData("a/b")]
    [InlineData("_x/y_")]
    public void What_is_one_is_taken(string id) => HubRepository.Parse($" {id} ").Id.ShouldBe(id);

    [Theory]
    [InlineData("config.json")]
    [InlineData("a/b/c.txt")]
    [InlineData(".gitattributes")]
    [InlineData("model-00001-of-00002.safetensors")]
    [InlineData("ordner/größe 1 [x] & ü%20#?.json")]
    [InlineData("console.txt")]
    [InlineData("..x")]
    [InlineData("a..b")]
    public async Task A_harmless_name_is_fetched_under_that_name(string name)
    {
        await using var hub = await HubFixture.StartAsync();
        var commit = hub.Server.Add(HubFixture.Id).Commit("main", (name, HubFixture.Text(name)));

        var file = await hub.Client().GetFileAsync(HubFixture.Repository, name, null, HubFixture.Token);

        (await File.ReadAllTextAsync(file.Path)).ShouldBe(name);
        hub.Client().GetCachedFiles(new HubRepository(HubFixture.Id, commit)).Single().Name.ShouldBe(name);
    }

    [Fact]
    public void No_name_that_is_taken_leaves_its_folder_under_the_rules_of_either_system() =>
        Gen.String[Gen.OneOfConst('.', '/', '\\', ':', 'a', 'C', ' ', '\0', '~', '?'), 0, 12].Sample(name =>
        {
            HubRepository taken;
            try
            {
                taken = new HubRepository(HubFixture.Id, name);
            }
            catch (ClemException)
            {
                return;
            }

            // A path in a folder, with what Windows drops at the end of names gone.
            var segments = taken.Revision.Split('/', '\\').Select(segment => segment.TrimEnd('.', ' ')).ToArray();
            segments.ShouldAllBe(segment => segment.Length > 0);
            taken.Revision.ShouldNotContain(":");
            taken.Revision.ShouldNotContain("\\");
        });

    public static TheoryData<string, string> HostileLinks => new()
    {
        { "snapshots/{0}/config.json", "{1}/secret.txt" },
        { "snapshots/{0}/config.json", "../../../../outside/secret.txt" },
        { "snapshots/{0}/config.json", "../../../../../../../../../../etc/hostname" },
        { "snapshots/{0}/config.json", "config.json" },
        { "snapshots/{0}/config.json", "../../../../cache-of-another/secret.txt" },
        { "snapshots/{0}", "{1}" },
        { "snapshots", "{1}" },
        { "refs", "{1}" },
        { "refs/main", "{1}/main" },
        { "blobs", "{1}" },
        { ".no_exist", "{1}" },
        { "", "{1}" },
    };

    [SkippableTheory]
    [MemberData(nameof(HostileLinks))]
    public async Task A_link_out_of_the_cache_is_not_followed(string place, string target)
    {
        Skip.If(OperatingSystem.IsWindows(), "Making symbolic links needs developer mode on Windows.");
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("config.json", HubFixture.Text("{}")));
        var outside = Directory.CreateDirectory(Path.Join(hub.Cache, "..", "outside")).FullName;
        Directory.CreateDirectory(Path.Join(hub.Cache, "..", "cache-of-another"));
        await File.WriteAllTextAsync(Path.Join(hub.Cache, "..", "cache-of-another", "secret.txt"), "secret");
        await File.WriteAllTextAsync(Path.Join(outside, "main"), Commit);
        await File.WriteAllTextAsync(Path.Join(outside, "secret.txt"), "secret");
        Directory.CreateDirectory(Path.Join(outside, Commit));
        await File.WriteAllTextAsync(Path.Join(outside, "config.json"), "secret");
        await File.WriteAllTextAsync(Path.Join(outside, Commit, "config.json"), "secret");
        Directory.CreateDirectory(hub.Cache);
        var link = Path.Join(hub.ModelFolder, string.Format(null, place, Commit)).TrimEnd('/');
        if (!place.StartsWith("refs", StringComparison.Ordinal) && place.Length > 0)
        {
            Directory.CreateDirectory(Path.Join(hub.ModelFolder, "refs"));
            await File.WriteAllTextAsync(Path.Join(hub.ModelFolder, "refs", "main"), Commit);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, string.Format(null, target, Commit, outside));
        var before = Directory.GetFileSystemEntries(outside, "*", SearchOption.AllDirectories);

        if (place is not (".no_exist" or "blobs"))
        {
            (await HubFixture.FailsAsync(hub.Offline().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token))).Id.ShouldBe("Clem.Hub.OutsideCache");
            Should.Throw<ClemException>(() => hub.Offline().FindCached(HubFixture.Repository, "config.json")).Id.ShouldBe("Clem.Hub.OutsideCache");
            Should.Throw<ClemException>(() => hub.Offline().GetCachedFiles(HubFixture.Repository)).Id.ShouldBe("Clem.Hub.OutsideCache");
        }

        // Nor is anything written there.
        try
        {
            await hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);
            await hub.Client().TryGetFileAsync(HubFixture.Repository, "absent.json", null, HubFixture.Token);
        }
        catch (ClemException error)
        {
            error.Id.ShouldBe("Clem.Hub.OutsideCache");
        }

        Directory.GetFileSystemEntries(outside, "*", SearchOption.AllDirectories).ShouldBe(before, ignoreOrder: true);
        (await File.ReadAllTextAsync(Path.Join(outside, "secret.txt"))).ShouldBe("secret");
    }

    [SkippableFact]
    public async Task A_cache_that_is_itself_a_link_is_used()
    {
        Skip.If(OperatingSystem.IsWindows(), "Making symbolic links needs developer mode on Windows.");
        await using var hub = await HubFixture.StartAsync();
        hub.Server.Add(HubFixture.Id, ("config.json", HubFixture.Text("{}")));
        Directory.CreateDirectory(hub.Cache + "-disk");
        File.CreateSymbolicLink(hub.Cache, hub.Cache + "-disk");

        await hub.Client().GetFileAsync(HubFixture.Repository, "config.json", null, HubFixture.Token);

        hub.Client().GetCachedFiles(HubFixture.Repository).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("")]
    [InlineData("main")]
    public async Task A_reference_that_names_no_commit_is_no_reference(string content)
    {
        await using var hub = await HubFixture.StartAsync();
        Directory.CreateDirectory(Path.Join(hub.ModelFolder, "refs"));
        await File.WriteAllTextAsync(Path.Join(hub.ModelFolder, "refs", "main"), content);

        hub.Offline().FindCached(HubFixture.Repository, "config.json").ShouldBeNull();
        hub.Offline().GetCachedFiles(HubFixture.Repository).ShouldBeEmpty();
    }
}
