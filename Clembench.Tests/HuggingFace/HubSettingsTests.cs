using Clembench.Backends;
using Clembench.Common;
using Clembench.HuggingFace.Hub;
using Clembench.Tests.Support;

namespace Clembench.Tests.HuggingFace;

/// <summary>The settings are those of Python's huggingface_hub, from the same variables.</summary>
public sealed class HubSettingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);

    public HubSettingsTests() => _variables[OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME"] = _folder.File("home");

    private string Home => _folder.File("home");

    [Fact]
    public void Without_variables_it_is_the_public_hub_and_the_customary_cache()
    {
        var settings = Read();
        settings.Endpoint.ShouldBe(new Uri("https://huggingface.co"));
        settings.CacheDirectory.ShouldBe(Path.Join(Home, ".cache", "huggingface", "hub"));
        settings.Token.ShouldBeNull();
        settings.Offline.ShouldBeFalse();
        settings.UseSymbolicLinks.ShouldBeTrue();
    }

    [Fact]
    public void The_cache_is_where_the_Python_tools_look_for_it()
    {
        _variables["XDG_CACHE_HOME"] = _folder.File("xdg");
        Read().CacheDirectory.ShouldBe(Path.Join(_folder.File("xdg"), "huggingface", "hub"));
        _variables["HF_HOME"] = "~/hf";
        Read().CacheDirectory.ShouldBe(Path.Join(Home, "hf", "hub"));
        _variables["HUGGINGFACE_HUB_CACHE"] = _folder.File("legacy");
        Read().CacheDirectory.ShouldBe(_folder.File("legacy"));
        _variables["SCRATCH"] = _folder.File("scratch");
        _variables["HF_HUB_CACHE"] = "${SCRATCH}/hub";
        Read().CacheDirectory.ShouldBe(Path.Join(_folder.File("scratch"), "hub"));
        _variables["HF_HUB_CACHE"] = "relative";
        Read().CacheDirectory.ShouldBe(Path.Join(_folder.Path, "relative"));
        _variables["HF_HUB_CACHE"] = " ";
        Read().CacheDirectory.ShouldBe(_folder.File("legacy"));
    }

    [Fact]
    public void The_token_is_the_environment_s_then_the_key_file_s_then_that_of_the_Python_tools()
    {
        var file = Path.Join(Home, ".cache", "huggingface", "token");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "hf_of_python\r\n");
        (Read().Token, Read().TokenSource).ShouldBe(("hf_of_python", file));
        _variables["HF_TOKEN_PATH"] = _folder.File("other-token");
        Read().Token.ShouldBeNull();
        File.WriteAllText(_folder.File("other-token"), "hf_other");
        Read().Token.ShouldBe("hf_other");
        File.WriteAllText(_folder.File("key.json"), """{"huggingface": {"api_key": "hf_of_key_json", "base_url": "http://elsewhere.invalid"}}""");
        (Read().Token, Read().TokenSource).ShouldBe(("hf_of_key_json", _folder.File("key.json")));
        Read().Endpoint.ShouldBe(HubSettings.PublicEndpoint, "a key file in a working directory must not say where the token goes");
        _variables["HF_TOKEN"] = "hf_of_environment";
        (Read().Token, Read().TokenSource).ShouldBe(("hf_of_environment", "env:HF_TOKEN"));
        Read().ToString().ShouldNotContain("hf_of_environment");
        _variables["HF_HUB_DISABLE_IMPLICIT_TOKEN"] = "1";
        Read().Token.ShouldBeNull();
    }

    [Theory]
    [InlineData("HF_HUB_OFFLINE", "1", true)]
    [InlineData("HF_HUB_OFFLINE", "true", true)]
    [InlineData("HF_HUB_OFFLINE", "Yes", true)]
    [InlineData("HF_HUB_OFFLINE", "on", true)]
    [InlineData("HF_HUB_OFFLINE", "0", false)]
    [InlineData("HF_HUB_OFFLINE", "", false)]
    [InlineData("TRANSFORMERS_OFFLINE", "1", true)]
    public void Offline_is_what_the_Python_tools_take_for_it(string name, string value, bool offline)
    {
        _variables[name] = value;
        Read().Offline.ShouldBe(offline);
    }

    [Theory]
    [InlineData("https://hf-mirror.example/", "https://hf-mirror.example/")]
    [InlineData("http://127.0.0.1:8080/hub/", "http://127.0.0.1:8080/hub")]
    public void Another_hub_is_taken(string value, string endpoint)
    {
        _variables["HF_ENDPOINT"] = value;
        Read().Endpoint.ShouldBe(new Uri(endpoint));
    }

    [Theory]
    [InlineData("huggingface.co")]
    [InlineData("ftp://huggingface.co")]
    [InlineData("file:///x")]
    [InlineData("https://user:password1@huggingface.co")]
    [InlineData("https://huggingface.co/?x=password1")]
    public void What_is_no_address_of_a_hub_is_an_error_that_does_not_show_it(string value)
    {
        _variables["HF_ENDPOINT"] = value;
        var error = Should.Throw<ClemException>(Read);
        error.Id.ShouldBe("Clem.Hub.InvalidEndpoint");
        error.Message.ShouldNotContain("password1");
    }

    [Fact]
    public void Time_limits_are_seconds()
    {
        Read().StallTimeout.ShouldBe(TimeSpan.FromSeconds(10));
        _variables["HF_HUB_DOWNLOAD_TIMEOUT"] = "60";
        _variables["HF_HUB_ETAG_TIMEOUT"] = "nonsense";
        (Read().StallTimeout, Read().AnswerTimeout).ShouldBe((TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(10)));
    }

    public void Dispose() => _folder.Dispose();

    private HubSettings Read()
    {
        var workspace = new Workspace
        {
            WorkingDirectory = _folder.Path,
            UserDirectories = [_folder.File("user")],
            PackagedDirectory = _folder.File("packaged"),
            GetVariable = _variables.GetValueOrDefault,
        };
        return HubSettings.From(workspace, KeyStore.Load(workspace));
    }
}
