using Clembench.Common;
using Clembench.Specifications;
using Clembench.Tests.Support;

namespace Clembench.Tests.Specifications;

public sealed class RunSpecificationFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Numbers_of_instances_are_read() => (await ReadAsync("0, 2147483647")).Games.Single().Instances.ShouldNotBeNull().ShouldBe([0, int.MaxValue]);

    [Theory]
    [InlineData("5000000000")]
    [InlineData("-1")]
    public async Task A_number_that_no_instance_can_have_is_refused(string number) =>
        (await Should.ThrowAsync<ClemException>(() => ReadAsync(number))).Id.ShouldBe("Clem.Specification.Invalid");

    private async Task<RunSpecification> ReadAsync(string instances)
    {
        var file = _folder.File("run.json");
        await File.WriteAllTextAsync(file, $$"""{ "models": ["mock"], "games": [{ "name": "taboo", "instances": [{{instances}}] }] }""");
        var workspace = new Workspace { WorkingDirectory = _folder.Path, UserDirectories = [_folder.Path], PackagedDirectory = Repository.Root, GetVariable = _ => null };
        return await RunSpecificationFile.ReadAsync(file, workspace, default);
    }
}
