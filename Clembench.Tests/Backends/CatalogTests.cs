using Clembench.Backends;
using Clembench.Common;
using Clembench.Models;
using static Clembench.Tests.Backends.ChatModels;

namespace Clembench.Tests.Backends;

/// <summary>Which backends a session sees, and which of them may run.</summary>
public sealed class CatalogTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("clem");

    [Fact]
    public void Built_in_backends_are_listed_and_found()
    {
        var catalog = Catalog();
        catalog.List().Select(backend => backend.Name).ShouldBe(
            ["mock", "human", "openai", "openai_compatible", "openrouter", "azure", "anthropic", "google", "mistral", "cohere", "slurk", "llamacpp", "huggingface_local"], ignoreOrder: true);
        catalog.List().ShouldAllBe(backend => backend.Trusted && backend.Kind == BackendKind.BuiltIn && backend.Path == null);
        catalog.List().Single(backend => backend.Name == "openai").RequiresKey.ShouldBe(true);
        catalog.List().Single(backend => backend.Name == "openai_compatible").RequiresKey.ShouldBe(false);
        catalog.Find("OpenAI")!.Name.ShouldBe("openai");
        catalog.Find("nope").ShouldBeNull();
        Should.Throw<ClemException>(() => catalog.Get("nope")).Action.ShouldNotBeNull().ShouldContain("openrouter");
        Should.Throw<ClemException>(() => catalog.Get("open_ai")).Action.ShouldNotBeNull().ShouldStartWith("Did you mean 'openai'?");
    }

    [Fact]
    public async Task An_assembly_in_the_users_folder_is_found_by_itself()
    {
        var path = Install("user/backends");
        var catalog = Catalog();
        catalog.List().Single(backend => backend.Name == "echo").ShouldBe(new BackendInfo("echo", BackendKind.Assembly, path, true, null));
        var backend = catalog.Get("echo");
        backend.GetAvailability(EchoEntry, null).ShouldBe(Availability.Ready);
        await using var model = await backend.LoadModelAsync(EchoEntry, Key("echo"), default);
        var response = await model.AskAsync("hello there");
        response.Text.ShouldBe("hello there");
        response.Prompt[0].GetProperty("content").GetString().ShouldBe("hello there");

        // The backend wrote its key into the response: the record does not hold it.
        response.Response.GetRawText().ShouldBe("""{"said":"hello there","key":"****"}""");
    }

    [Theory]
    [InlineData("throw", "Clem.Backend.Failed")]
    [InlineData("nothing", "Clem.Backend.Failed")]
    public async Task What_a_users_backend_does_wrong_is_an_error_of_ours(string said, string id)
    {
        Install("user/backends");
        await using var model = await Catalog().Get("echo").LoadModelAsync(EchoEntry, Key("echo"), default);
        var error = await Should.ThrowAsync<ClemException>(() => model.AskAsync(said));
        error.Id.ShouldBe(id);
        error.Message.ShouldContain("'echo'");
        error.ToString().ShouldNotContain(Secret);
    }

    [Theory]
    [InlineData("work")]
    [InlineData("work/backends")]
    public async Task A_file_in_the_working_directory_is_only_listed_until_it_is_trusted(string folder)
    {
        var path = Install(folder);
        var catalog = Catalog();
        var listed = catalog.List().Single(backend => backend.Name == "echo");
        listed.Trusted.ShouldBeFalse();
        listed.Note!.ShouldContain("not trusted");
        var error = Should.Throw<ClemException>(() => catalog.Find("echo"));
        error.Id.ShouldBe("Clem.Backend.NotTrusted");
        error.Action!.ShouldContain($"Register-ClemBackend -LiteralPath '{path}'");
        catalog.GetAvailability(EchoEntry, null).ShouldBe(Availability.NeedsBackend);

        (await catalog.TrustAsync(catalog.Check(path), default)).ShouldBe(new BackendInfo("echo", BackendKind.Assembly, path, true, null));
        catalog.Find("echo").ShouldNotBeNull();
        Catalog().List().Single(backend => backend.Name == "echo").Trusted.ShouldBeTrue();
        Catalog().GetAvailability(EchoEntry, null).ShouldBe(Availability.Ready);
        Directory.GetFiles(Folder("user")).Select(Path.GetFileName).ShouldBe(["trusted_backends.json"]);
    }

    [Fact]
    public async Task A_trusted_file_that_has_changed_is_not_trusted_any_more()
    {
        var path = Install("work");
        await Catalog().TrustAsync(Catalog().Check(path), default);
        var catalog = Catalog();
        catalog.List().Count(backend => backend.Trusted && backend.Name == "echo").ShouldBe(1);
        await File.AppendAllTextAsync(path, "x");

        // Also when it changes between the listing and the use.
        Should.Throw<ClemException>(() => catalog.Find("echo")).Id.ShouldBe("Clem.Backend.NotTrusted");
        Catalog().List().Single(backend => backend.Name == "echo").Note!.ShouldContain("has changed since it was trusted");
        Should.Throw<ClemException>(() => Catalog().Find("echo")).Message.ShouldContain("has changed since it was trusted");
        (await Catalog().TrustAsync(Catalog().Check(path), default)).Trusted.ShouldBeTrue();
        Catalog().Find("echo").ShouldNotBeNull();
    }

    [Fact]
    public async Task A_registered_file_is_found_from_everywhere()
    {
        var path = Install("elsewhere");
        Catalog().List().ShouldNotContain(backend => backend.Name == "echo");
        await Catalog().TrustAsync(Catalog().Check(path), default);
        Catalog().List().Single(backend => backend.Name == "echo").Path.ShouldBe(path);
        File.Delete(path);
        Catalog().List().ShouldNotContain(backend => backend.Name == "echo");
    }

    [Fact]
    public void A_built_in_backend_comes_before_a_file_of_its_name()
    {
        var path = Install("user/backends", "openai_api.dll");
        var catalog = Catalog();
        catalog.List().Single(backend => backend.Name == "openai").Kind.ShouldBe(BackendKind.BuiltIn);
        catalog.Warnings.ShouldHaveSingleItem().ShouldContain(path);
        Should.Throw<ClemException>(() => catalog.Check(path)).Id.ShouldBe("Clem.Backend.AlreadyExists");
    }

    [Fact]
    public void A_file_that_is_not_trusted_does_not_hide_one_that_is()
    {
        var mine = Install("user/backends");
        var strange = Install("work");
        var catalog = Catalog();
        catalog.List().Single(backend => backend.Name == "echo").Path.ShouldBe(mine);
        catalog.Warnings.ShouldHaveSingleItem().ShouldContain(strange);
    }

    [Theory]
    [InlineData("notes.txt", "Clem.Backend.UnknownFile")]
    [InlineData("_api.dll", "Clem.Backend.UnknownFile")]
    [InlineData("broken_api.dll", "Clem.Backend.LoadFailed")]
    public void A_file_that_is_no_backend_cannot_be_trusted(string name, string id)
    {
        var path = Path.Join(Folder("work"), name);
        File.WriteAllText(path, "not an assembly");
        Should.Throw<ClemException>(() => Catalog().Check(path)).Id.ShouldBe(id);
    }

    [Fact]
    public void An_assembly_without_a_backend_class_is_refused()
    {
        var path = Path.Join(Folder("work"), "empty_api.dll");
        File.Copy(typeof(Shouldly.Should).Assembly.Location, path);
        Should.Throw<ClemException>(() => Catalog().Check(path)).Message.ShouldContain("no public class implementing Clembench.Backends.IBackend");
    }

    [Fact]
    public void A_file_is_read_once_however_many_entries_ask_for_it()
    {
        var path = Path.Join(Folder("user/backends"), "counting_api.x");
        File.WriteAllText(path, "");
        var loader = new CountingLoader(fails: false);
        var catalog = Catalog(loader);
        for (var i = 0; i < 100; i++)
            catalog.GetAvailability(new ModelEntry { Name = $"m{i}", Backend = "counting" }, null).ShouldBe(Availability.Ready);
        loader.Count.ShouldBe(1);

        var failing = new CountingLoader(fails: true);
        catalog = Catalog(failing);
        for (var i = 0; i < 100; i++)
            catalog.GetAvailability(new ModelEntry { Name = $"m{i}", Backend = "counting" }, null).ShouldBe(Availability.NeedsBackend);
        failing.Count.ShouldBe(1);
        Should.Throw<ClemException>(() => catalog.Get("counting")).Id.ShouldBe("Clem.Backend.LoadFailed");
    }

    [Fact]
    public void An_assembly_that_cannot_be_used_is_loaded_once_for_all_catalogs()
    {
        var path = Path.Join(Folder("user/backends"), "none_api.dll");
        File.Copy(typeof(Shouldly.Should).Assembly.Location, path);
        var loader = new AssemblyBackendLoader();
        for (var i = 0; i < 20; i++)
            Should.Throw<ClemException>(() => Catalog(loader).Find("none")).Id.ShouldBe("Clem.Backend.LoadFailed");
        System.Runtime.Loader.AssemblyLoadContext.All.Count(context => context.Name == path).ShouldBe(1);
    }

    [Fact]
    public async Task A_list_of_trust_that_cannot_be_read_trusts_nothing_and_says_so()
    {
        Install("work");
        await File.WriteAllTextAsync(Path.Join(Folder("user"), "trusted_backends.json"), "{ oops");
        var catalog = Catalog();
        catalog.List().Single(backend => backend.Name == "echo").Trusted.ShouldBeFalse();
        catalog.Warnings.ShouldHaveSingleItem().ShouldContain("trusted_backends.json");
        (await Should.ThrowAsync<ClemException>(() => catalog.TrustAsync(catalog.Check(Path.Join(Folder("work"), "echo_api.dll")), default))).Id.ShouldBe("Clem.Backend.BadTrustFile");
    }

    public void Dispose() => _root.Delete(recursive: true);

    private static ModelEntry EchoEntry => new() { Name = "echo-model", Backend = "echo" };

    private string Folder(string name) => Directory.CreateDirectory(Path.Join(_root.FullName, name)).FullName;

    private string Install(string folder, string name = "echo_api.dll")
    {
        var path = Path.GetFullPath(Path.Join(Folder(folder), name));
        File.Copy(Path.Join(AppContext.BaseDirectory, "fixtures", "echo_api.dll"), path);
        return path;
    }

    private BackendCatalog Catalog() => Catalog(new AssemblyBackendLoader());

    private BackendCatalog Catalog(IBackendLoader loader) => new(
        new Workspace { WorkingDirectory = Folder("work"), UserDirectories = [Folder("python"), Folder("user")], PackagedDirectory = Folder("module") },
        BuiltInBackend.All(terminal: null), [loader], []);

    private sealed class CountingLoader(bool fails) : IBackendLoader
    {
        public int Count { get; private set; }

        public string Suffix => "_api.x";

        public BackendKind Kind => BackendKind.Assembly;

        public void Check(BackendFile file)
        {
        }

        public IBackend Load(BackendFile file)
        {
            Count++;
            return fails ? throw new ClemException("Clem.Backend.LoadFailed", ErrorKind.InvalidData, "It fails.", null, file.Path) : new MockBackend();
        }
    }
}
