using Clembench.Common;
using Clembench.Games;
using Clembench.Json;
using Clembench.Tests.Support;

namespace Clembench.Tests.Games;

/// <summary>Where the images are that instances name, and what of the disk an instance cannot name.</summary>
public sealed class InstanceImagesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public InstanceImagesTests()
    {
        foreach (var file in (string[])["secret.png", "game/resources/0.png", "game/in/images/1.png", "game/in/mm/2.png", "registered/resources/3.png"])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Full(file))!);
            File.WriteAllText(Full(file), file);
        }
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("images/1.png", "game/in/images/1.png")]
    [InlineData("./images/../images/1.png", "game/in/images/1.png")]
    [InlineData(@"images\1.png", "game/in/images/1.png")]
    [InlineData("resources/0.png", "game/resources/0.png")]
    [InlineData("../clembench/mm/resources/0.png", "game/resources/0.png")]
    [InlineData("games/mm/resources/0.png", "game/resources/0.png")]
    [InlineData("/home/somebody/clembench/mm/resources/0.png", "game/resources/0.png")]
    [InlineData(@"C:\clembench\mm\resources\0.png", "game/resources/0.png")]
    [InlineData("mm/2.png", "game/in/mm/2.png")]
    [InlineData("resources/3.png", "registered/resources/3.png")]
    public void A_path_leads_into_the_folders_of_the_game(string reference, string file)
    {
        var image = InstanceImages.Find(Instance(), reference);
        image.Reference.ShouldBe(reference);
        File.ReadAllText(image.Location).ShouldBe(file);
    }

    [Theory]
    [InlineData("../../secret.png")]
    [InlineData("../secret.png")]
    [InlineData("images/../../../secret.png")]
    [InlineData(@"..\..\secret.png")]
    [InlineData("mm/../../secret.png")]
    [InlineData("../mm/../../secret.png")]
    [InlineData("/etc/passwd")]
    [InlineData(@"C:\secret.png")]
    [InlineData("C:secret.png")]
    [InlineData(@"\\host\share\secret.png")]
    [InlineData("//host/share/secret.png")]
    [InlineData("file:///etc/passwd")]
    [InlineData("images/1.png:stream")]
    [InlineData("..")]
    [InlineData("")]
    public void A_path_that_leads_out_is_refused(string reference)
    {
        var error = Should.Throw<ClemException>(() => InstanceImages.Find(Instance(), reference));
        error.Id.ShouldBe("Clem.Instance.ImageOutside");
        error.Message.ShouldContain($"'{reference}'");
    }

    [SkippableFact]
    public void A_link_that_leads_out_is_refused()
    {
        Skip.If(OperatingSystem.IsWindows(), "Links need rights there.");
        File.CreateSymbolicLink(Full("game/resources/link.png"), Full("secret.png"));
        Directory.CreateSymbolicLink(Full("game/resources/up"), _folder.Path);
        File.CreateSymbolicLink(Full("game/resources/inside.png"), Full("game/resources/0.png"));

        Should.Throw<ClemException>(() => InstanceImages.Find(Instance(), "resources/link.png")).Id.ShouldBe("Clem.Instance.ImageOutside");
        Should.Throw<ClemException>(() => InstanceImages.Find(Instance(), "resources/up/secret.png")).Id.ShouldBe("Clem.Instance.ImageOutside");
        File.ReadAllText(InstanceImages.Find(Instance(), "resources/inside.png").Location).ShouldBe("game/resources/0.png");
    }

    [Fact]
    public void A_missing_image_is_named_with_the_places_that_were_looked_in()
    {
        var error = Should.Throw<ClemException>(() => InstanceImages.Find(Instance(), "resources/9.png"));
        error.Id.ShouldBe("Clem.Instance.ImageMissing");
        error.Message.ShouldContain("mm/e/0 names the image 'resources/9.png'");
        error.Message.ShouldContain(Full("registered"));
        Should.Throw<ClemException>(() => InstanceImages.Find(Instance() with { Source = null, GameFolder = null }, "resources/0.png"))
            .Id.ShouldBe("Clem.Instance.ImageMissing");
    }

    [Theory]
    [InlineData("https://host/../a.png")]
    [InlineData("HTTP://host/a.png")]
    [InlineData("data:image/png;base64,iVBORw0KGgo=")]
    public void An_address_is_taken_as_it_is(string address)
    {
        var image = InstanceImages.Find(Instance(), address);
        (image.Reference, image.Location).ShouldBe((address, address));
    }

    private string Full(string path) => Path.GetFullPath(path, _folder.Path);

    private GameInstance Instance() => new()
    {
        Game = "mm",
        Experiment = "e",
        InstanceId = 0,
        Properties = JsonMap.Empty,
        ExperimentProperties = JsonMap.Empty,
        Source = Full("game/in/instances.json"),
        GameFolder = Full("registered"),
    };
}
