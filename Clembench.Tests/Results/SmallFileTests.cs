using Clembench.Common;

namespace Clembench.Tests.Results;

public sealed class SmallFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("clembench-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(16 * 1024 + 1)]
    [InlineData(3_000_000)]
    public void What_is_written_is_read(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        var file = Path.Join(_folder, "größe.json");

        SmallFile.WriteNew(file, content, durable: true);

        File.ReadAllBytes(file).ShouldBe(content);
        using var read = SmallFile.TryRead(file);
        read!.Bytes.ToArray().ShouldBe(content);
    }

    [Fact]
    public void What_is_no_file_is_not_there()
    {
        var file = Path.Join(_folder, "file");
        File.WriteAllText(file, "");

        SmallFile.TryRead(Path.Join(_folder, "missing")).ShouldBeNull();
        SmallFile.TryRead(Path.Join(_folder, "missing", "too")).ShouldBeNull();
        SmallFile.TryRead(Path.Join(file, "below")).ShouldBeNull();
        SmallFile.TryRead(_folder).ShouldBeNull();
    }

    [Fact]
    public void A_file_that_is_there_is_not_written_over()
    {
        var file = Path.Join(_folder, "file");
        File.WriteAllText(file, "old");

        Should.Throw<IOException>(() => SmallFile.WriteNew(file, "new"u8)).Message.ShouldContain(file);

        File.ReadAllText(file).ShouldBe("old");
    }

    [Fact]
    public void A_file_takes_the_place_of_another()
    {
        var (from, to) = (Path.Join(_folder, "from"), Path.Join(_folder, "to"));
        File.WriteAllText(from, "new");
        File.WriteAllText(to, "old");

        SmallFile.Replace(from, to);

        File.ReadAllText(to).ShouldBe("new");
        Directory.GetFiles(_folder).ShouldBe([to]);
        Should.Throw<IOException>(() => SmallFile.Replace(from, to));
    }

    [Fact]
    public void A_folder_is_made_once_and_moved_to_a_free_place_only()
    {
        var (one, other) = (Path.Join(_folder, "a", "b", "one"), Path.Join(_folder, "a", "b", "other"));

        WholeFolder.TryMake(one).ShouldBeTrue();
        WholeFolder.TryMake(one).ShouldBeFalse();
        WholeFolder.TryMake(other).ShouldBeTrue();
        File.WriteAllText(Path.Join(other, "file"), "");
        WholeFolder.TryMove(one, other).ShouldBeFalse();
        WholeFolder.TryMove(other, one + "-moved").ShouldBeTrue();

        Directory.Exists(one).ShouldBeTrue();
        File.Exists(Path.Join(one + "-moved", "file")).ShouldBeTrue();
    }
}
