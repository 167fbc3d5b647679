using Clembench.Backends;
using Clembench.Common;
using Clembench.Json;
using Clembench.Models;
using Clembench.Tests.Servers;
using Clembench.Tests.Servers.Providers;
using Clembench.Tests.Support;

namespace Clembench.Tests.Backends;

/// <summary>A key goes where its owner says, and nowhere that a file in the working directory says.</summary>
public sealed class KeyAddressTests : IDisposable
{
    private const string Secret = "sk-of-the-user-0123456789";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public KeyAddressTests()
    {
        Directory.CreateDirectory(_folder.File("work"));
        Directory.CreateDirectory(_folder.File("user"));
    }

    public static TheoryData<string> Fixed => new(ProviderFormat.All.Keys.Where(name => name != "openai_compatible"));

    private Workspace Workspace => new()
    {
        WorkingDirectory = _folder.File("work"),
        UserDirectories = [_folder.File("user")],
        PackagedDirectory = _folder.File("packaged"),
        GetVariable = name => _variables.GetValueOrDefault(name),
    };

    [Theory]
    [MemberData(nameof(Fixed))]
    public async Task A_registry_in_the_working_directory_does_not_redirect_a_key(string backend)
    {
        _variables[$"CLEMBENCH_{backend.ToUpperInvariant()}_API_KEY"] = Secret;
        await using var server = await OpenAiServer.StartEchoAsync();
        Write("work/model_registry.json", Entry(backend, server.BaseUrl));
        var error = await Should.ThrowAsync<ClemException>(AskAsync);
        error.Id.ShouldBe("Clem.Backend.AddressNotTrusted");
        error.Message.ShouldContain(_folder.File("work"));
        error.Message.ShouldContain("http://127.0.0.1:");
        error.Action!.ShouldContain("Register-ClemModel");
        error.ToString().ShouldNotContain(Secret);
        server.Calls.ShouldBeEmpty();
        Catalog().Resolve(Name).Availability.ShouldBe(Availability.NeedsKey);
        AvailabilityAdvice.Describe([Catalog().Resolve(Name)], Catalog()).Single().ShouldContain("-RegistryPath");

        // The older place of the setting is no way around.
        Write("work/model_registry.json", $$$"""[{"model_name": "m", "backend": "{{{backend}}}", "model_config": {"base_url": "{{{server.BaseUrl}}}"}}]""");
        (await Should.ThrowAsync<ClemException>(AskAsync)).Id.ShouldBe("Clem.Backend.AddressNotTrusted");
    }

    [Fact]
    public async Task A_key_of_the_users_file_is_not_redirected_either()
    {
        await using var server = await OpenAiServer.StartEchoAsync();
        Write("user/key.json", $$$"""{"openai": {"api_key": "{{{Secret}}}"}}""");
        Write("work/model_registry.json", Entry("openai", server.BaseUrl));
        (await Should.ThrowAsync<ClemException>(AskAsync)).Id.ShouldBe("Clem.Backend.AddressNotTrusted");
    }

    [Fact]
    public async Task A_key_file_in_the_working_directory_does_not_redirect_the_environments_key()
    {
        _variables["OPENAI_API_KEY"] = Secret;
        await using var server = await OpenAiServer.StartEchoAsync();
        Write("work/key.json", $$$"""{"openai": {"base_url": "{{{server.BaseUrl}}}", "verify": false, "endpoint": "x", "organisation": "org"}}""");
        var keys = KeyStore.Load(Workspace);
        var key = keys.Get("openai")!;
        key.ApiKey.ShouldBe(Secret);
        key.BaseUrl.ShouldBeNull();
        key.Settings.Keys.ShouldBe(["organisation"]);
        keys.Warnings.ShouldContain(warning => warning.Contains("base_url, verify, endpoint", StringComparison.Ordinal) && warning.Contains("OPENAI_API_KEY", StringComparison.Ordinal));

        // Beside its own key the same file may say what it likes.
        _variables.Clear();
        Write("work/key.json", $$$"""{"openai": {"api_key": "sk-of-the-file-01234", "base_url": "{{{server.BaseUrl}}}"}}""");
        Write("work/model_registry.json", """[{"model_name": "m", "backend": "openai"}]""");
        await AskAsync();
        server.Calls.Single().Headers["Authorization"].ShouldBe("Bearer sk-of-the-file-01234");
    }

    [Theory]
    [InlineData("user")]
    [InlineData("packaged/registry")]
    public async Task Registries_of_the_user_and_of_the_product_say_where_keys_go(string folder)
    {
        _variables["OPENAI_API_KEY"] = Secret;
        await using var server = await OpenAiServer.StartEchoAsync();
        Write($"{folder}/model_registry.json", Entry("openai", server.BaseUrl));
        await AskAsync();
        server.Calls.Single().Headers["Authorization"].ShouldBe($"Bearer {Secret}");
    }

    [Fact]
    public async Task A_person_can_say_that_the_address_is_right()
    {
        _variables["OPENAI_API_KEY"] = Secret;
        await using var server = await OpenAiServer.StartEchoAsync();
        Write("work/model_registry.json", Entry("openai", server.BaseUrl));

        // By naming the file,
        await AskAsync(Name, [_folder.File("work/model_registry.json")]);
        // by naming the address,
        await AskAsync(new JsonMap([new("model_name", "m"), new("base_url", server.BaseUrl)]));
        // by an address beside the key,
        Write("user/key.json", $$$"""{"openai": {"base_url": "{{{server.BaseUrl}}}"}}""");
        await AskAsync();
        File.Delete(_folder.File("user/key.json"));
        await Should.ThrowAsync<ClemException>(AskAsync);
        // or by an entry of the user's own, although the one here comes first.
        await RegistryEditor.WriteAsync(ModelRegistry.UserFile(Workspace), Catalog().Resolve(Name), first: false, default);
        await AskAsync();
        server.Calls.Count.ShouldBe(4);
    }

    [Fact]
    public async Task A_server_that_needs_no_key_is_called_without_the_one_that_belongs_elsewhere()
    {
        _variables["CLEMBENCH_OPENAI_COMPATIBLE_API_KEY"] = Secret;
        await using var server = await OpenAiServer.StartEchoAsync();
        Write("work/model_registry.json", Entry("openai_compatible", server.BaseUrl));
        await using (var model = await LoadAsync(Name))
        {
            (await model.AskAsync("hello")).Text.ShouldBe("hello");
            ((IModelWarnings)model).Warnings.Single().ShouldContain("is not sent to http://127.0.0.1:");
        }

        server.Calls.Single().Headers.ContainsKey("Authorization").ShouldBeFalse();
        _variables["CLEMBENCH_OPENAI_COMPATIBLE_BASE_URL"] = server.BaseUrl;
        await AskAsync();
        server.Calls[^1].Headers["Authorization"].ShouldBe($"Bearer {Secret}");

        _variables.Remove("CLEMBENCH_OPENAI_COMPATIBLE_BASE_URL");
        Write("work/model_registry.json", $$$"""[{"model_name": "m", "backend": "openai_compatible", "base_url": "{{{server.BaseUrl}}}", "requires_api_key": true}]""");
        (await Should.ThrowAsync<ClemException>(AskAsync)).Id.ShouldBe("Clem.Backend.AddressNotTrusted");
    }

    public void Dispose() => _folder.Dispose();

    private static JsonMap Name => new([new("model_name", "m")]);

    private static string Entry(string backend, string address) => $$$"""[{"model_name": "m", "backend": "{{{backend}}}", "base_url": "{{{address}}}"}]""";

    private ModelCatalog Catalog(IEnumerable<string>? named = null) => new(
        ModelRegistry.Load(Workspace, named), KeyStore.Load(Workspace), new BackendCatalog(Workspace, BuiltInBackend.All(terminal: null), [], []));

    private Task AskAsync() => AskAsync(Name);

    private async Task AskAsync(JsonMap selector, IEnumerable<string>? named = null)
    {
        await using var model = await LoadAsync(selector, named);
        await model.AskAsync("hello");
    }

    private Task<IModel> LoadAsync(JsonMap selector, IEnumerable<string>? named = null)
    {
        var entry = Catalog(named).Resolve(selector);
        return BuiltInBackend.All(terminal: null).Single(one => one.Backend.Name == entry.Backend).Backend
            .LoadModelAsync(entry, KeyStore.Load(Workspace).Get(entry.Backend), default);
    }

    private void Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        File.WriteAllText(_folder.File(name), content);
    }
}
