using Clembench.Templates;
using Clembench.Templates.Checkpoints;
using Clembench.Tests.Support;

namespace Clembench.Tests.Templates;

/// <summary>What hostile checkpoints do to the process's memory.</summary>
[Collection(MemoryMeasured.Name)]
public sealed class HostileMemoryTests
{
    private static readonly string[] Bombs =
    [
        "{{ 'x' * 10**9 }}",
        "{% set ns = namespace(s='x') %}{% for i in range(64) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}{{ ns.s }}",
        "{% set x = [1] %}{% for i in range(40) %}{% set x = x + x %}{% endfor %}{{ x }}",
        "{{ ('a' * 100000) | replace('a', 'b' * 100000) }}",
        "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
    ];

    [Theory]
    [InlineData("tokenizer_config.json", 100 << 20)]
    [InlineData("config.json", 100 << 20)]
    [InlineData("generation_config.json", 100 << 20)]
    [InlineData("special_tokens_map.json", 100 << 20)]
    [InlineData("chat_template.jinja", 100 << 20)]
    [InlineData("tokenizer.json", 300 << 20)]
    public async Task A_file_of_a_hundred_megabytes_is_refused_before_it_is_read(string name, long length)
    {
        using var folder = CheckpointFolder.Sound();
        await using (var file = File.Create(Path.Join(folder.Path, name)))
            file.SetLength(length);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var report = await HostileInputTests.ReportOrErrorAsync(folder.Path);
        (GC.GetTotalAllocatedBytes(precise: true) - before).ShouldBeLessThan(64 << 20);
        report.ShouldContain(name);
        report.ShouldContain("bytes");
    }

    [Fact]
    public async Task Template_bombs_pile_up_no_memory()
    {
        // The first time fills the pool of buffers, which is used again.
        await CheckAllAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < 3; i++)
            await CheckAllAsync();
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(64 << 20);

        static async Task CheckAllAsync()
        {
            foreach (var bomb in Bombs)
                (await CheckAsync(bomb)).Passed.ShouldBeFalse();
        }

        static async Task<TemplateReport> CheckAsync(string template)
        {
            using var folder = CheckpointFolder.Sound(template);
            return await TemplateChecker.CheckAsync(
                new TemplateSubject("bomb") { Checkpoint = await CheckpointSource.FromPathAsync(folder.Path, default) }, default);
        }
    }
}
