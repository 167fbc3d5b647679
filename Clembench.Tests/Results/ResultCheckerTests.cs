using Clembench.Backends.Local;
using Clembench.Json;
using Clembench.Models;
using Clembench.Results;
using Clembench.Tests.Support;
using Clembench.Tests.Templates;
using static Clembench.Tests.Results.LocalRecord;

namespace Clembench.Tests.Results;

/// <summary>The checks of recorded episodes: sound records pass, each kind of fault is found, and what is proposed mends it.</summary>
public sealed class ResultCheckerTests : IDisposable
{
    private readonly LocalRecord _records = new();
    private readonly CheckpointFolder _checkpoint = CheckpointFolder.Sound();

    public void Dispose()
    {
        _records.Dispose();
        _checkpoint.Dispose();
    }

    private ModelEntry Sound => Entry(_checkpoint);

    [Fact]
    public async Task Our_sound_record_passes_all_five_checks()
    {
        var episode = await _records.WriteAsync(Sound, OurPrompt(), Response(Answer + "<|im_end|>"), Answer);
        var checks = await CheckAsync([Sound], episode);

        checks.Select(check => check.Name).ShouldBe(["TemplateApplied", "HasOutput", "OutputFollowsPrompt", "EosInResponse", "EosCulled"]);
        checks.ShouldAllBe(check => check.Passed && check.Suggestion == null);
        checks.ShouldAllBe(check => check.Model == "tiny" && check.Game == "hellogame" && check.Experiment == "greet_en" && check.Responses == 1);
        checks[0].Message.ShouldContain("what the template makes");
        checks[3].Message.ShouldContain("<|im_end|>");
    }

    [Fact]
    public async Task Sound_records_of_all_Python_layouts_pass()
    {
        var response = Response(Input + Answer + "<|im_end|><|endoftext|>", KeyValuePair.Create("clem_player", (object?)new JsonMap([new("response", Answer)])));
        Episode[] episodes =
        [
            await _records.WriteAsync(Sound, PythonPrompt(), response, Answer),
            await _records.Write33Async(Sound, PythonPrompt(), response, Answer),
            await _records.WriteSeedAsync(PythonPrompt(), Response(Input + Answer + "<|im_end|>"), Answer),
            await _records.WriteSeedAsync(Input, Input + Answer + "<|im_end|>", Answer),
        ];
        var checks = await CheckAsync([Sound], episodes);

        checks.Count.ShouldBe(20);
        checks.Where(check => !check.Passed).ShouldBeEmpty();
        checks.ShouldAllBe(check => check.Model == "tiny");
        checks.Where(check => check.Name == "TemplateApplied").ShouldAllBe(check => check.Message.Contains("<|im_start|>", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_models_files_what_can_be_seen_is_judged()
    {
        var gone = Sound with { Properties = new JsonMap([.. Sound.Properties.Where(member => member.Key != "path"), new("path", "/not/here")]) };
        var episode = await _records.WriteAsync(gone, OurPrompt(), Response(Answer + "<|im_end|>"), Answer);

        var checks = await CheckAsync([gone], episode);
        checks.Count(check => check.Passed).ShouldBe(5);
        checks[0].Message.ShouldContain("/not/here");
        checks[0].Message.ShouldContain("could not be read");
        (await CheckAsync([], await _records.WriteAsync(null, OurPrompt(), Response(Answer + "<|im_end|>"), Answer))).Count(check => check.Passed).ShouldBe(5);
    }

    [Fact]
    public async Task What_was_not_rendered_and_bears_no_mark_of_a_template_is_not_judged()
    {
        var gone = Sound with { Properties = new JsonMap([.. Sound.Properties.Where(member => member.Key != "path"), new("path", "/not/here")]) };
        var checks = await CheckAsync([gone], await _records.WriteAsync(gone, OurPrompt($"Question: {Message} Reply:"), Response(Answer + "<|im_end|>"), Answer));

        checks.ShouldNotContain(check => check.Name == ResultCheck.TemplateApplied);
        checks.Count(check => check.Passed).ShouldBe(4);
    }

    [Theory]
    [InlineData("<wrong>", """<\|im_end\|>""")]
    [InlineData("</s>", """<\|im_end\|>""")]
    [InlineData("""<\|endoftext\|>""", """<\|endoftext\|>|<\|im_end\|>""")]
    [InlineData("""<\|im_end\|>\n""", """<\|im_end\|>""")]
    [InlineData(null, """<\|im_end\|>""")]
    public async Task Wrong_culling_is_caught_and_the_suggestion_mends_it(string? eos, string expected)
    {
        var entry = Entry(_checkpoint, JsonData.ToJson(new JsonMap([new("premade_chat_template", true), .. eos is null ? (KeyValuePair<string, object?>[])[] : [new("eos_to_cull", eos)]])));
        const string Generated = Answer + "<|im_end|>";
        var reply = eos is null ? Generated : new ResponseCleaner(entry).Clean(Generated).Text;
        reply.ShouldBe(Generated);

        var checks = await CheckAsync([entry], await _records.WriteAsync(entry, OurPrompt(), Response(Generated), reply));

        var failed = checks.Where(check => !check.Passed).ShouldHaveSingleItem();
        failed.Name.ShouldBe(ResultCheck.EosCulled);
        failed.Message.ShouldContain("<|im_end|>");
        failed.Suggestion!.GetSetting("eos_to_cull").ShouldBe(expected);
        failed.Suggestion.GetSetting("premade_chat_template").ShouldBe(true);
        var mended = new ResponseCleaner(failed.Suggestion).Clean(Generated).Text;
        mended.ShouldBe(Answer);
        (await CheckAsync([failed.Suggestion], await _records.WriteAsync(failed.Suggestion, OurPrompt(), Response(Generated), mended))).ShouldAllBe(check => check.Passed);

        // The old record is still as it was, and the registry has learnt.
        var again = (await CheckAsync([failed.Suggestion], await _records.WriteAsync(entry, OurPrompt(), Response(Generated), reply))).Single(check => !check.Passed);
        again.Suggestion.ShouldBeNull();
        again.Message.ShouldContain("play again");
    }

    [Fact]
    public async Task Settings_stay_where_the_entry_has_them()
    {
        var entry = Entry(_checkpoint, """{"model_config": {"premade_chat_template": true, "eos_to_cull": "x!", "slow_tokenizer": false}, "open_weight": true}""");
        var failed = (await CheckAsync([entry], await _records.WriteAsync(entry, OurPrompt(), Response(Answer + "<|im_end|>"), Answer + "<|im_end|>"))).Single(check => !check.Passed);

        ((JsonMap)failed.Suggestion!.Properties["model_config"]!)["eos_to_cull"].ShouldBe("""<\|im_end\|>""");
        failed.Suggestion.Properties.ShouldNotContainKey("eos_to_cull");
        failed.Suggestion.Properties["open_weight"].ShouldBe(true);
    }

    [Fact]
    public async Task An_expression_that_culls_everything_is_to_blame_for_an_empty_reply()
    {
        var entry = Entry(_checkpoint, """{"premade_chat_template": true, "eos_to_cull": "GREET.*|<\\|im_end\\|>"}""");
        var checks = await CheckAsync([entry], await _records.WriteAsync(entry, OurPrompt(), Response(Answer + "<|im_end|>"), ""));

        var failed = checks.Where(check => !check.Passed).ShouldHaveSingleItem();
        failed.Name.ShouldBe(ResultCheck.HasOutput);
        failed.Message.ShouldContain("eos_to_cull");
        failed.Suggestion!.GetSetting("eos_to_cull").ShouldBe("""<\|im_end\|>""");
    }

    [Fact]
    public async Task An_empty_response_is_found_among_others()
    {
        var checks = await CheckAsync([Sound], await _records.WriteAsync(Sound,
        [
            (OurPrompt(), Response(Answer + "<|im_end|>"), Answer), (OurPrompt(), Response("<|im_end|>"), ""), (OurPrompt(), Response(Answer + "<|im_end|>"), Answer),
        ]));

        var failed = checks.Where(check => !check.Passed).ShouldHaveSingleItem();
        (failed.Name, failed.Responses, failed.Suggestion).ShouldBe((ResultCheck.HasOutput, 3, null));
        failed.Message.ShouldBe("1 of 3 responses has no generated text.");
    }

    // The slow tokenizer's decoding: white space after control tokens; and one that leaves them out.
    [Theory]
    [InlineData("<|im_start|> user\nGreet Ada.\n\nUse 'hello'.<|im_end|> \n<|im_start|> assistant\n", "assistant\n")]
    [InlineData("user\nGreet Ada.\n\nUse 'hello'. \nassistant\n", "assistant\n")]
    public async Task A_prompt_that_came_back_changed_needs_a_split_prefix(string decoded, string expected)
    {
        var full = decoded + Answer + "<|im_end|>";
        var reply = new ResponseCleaner(Sound).Clean(full).Text;
        var episode = await _records.WriteAsync(Sound, PythonPrompt(), Response(full), reply);

        var failed = (await CheckAsync([Sound], episode)).Where(check => !check.Passed).ShouldHaveSingleItem();

        failed.Name.ShouldBe(ResultCheck.OutputFollowsPrompt);
        failed.Suggestion!.GetSetting("output_split_prefix").ShouldBe(expected);
        var mended = new ResponseCleaner(failed.Suggestion).Clean(full).Text;
        mended.ShouldBe(Answer);
        var again = await CheckAsync([failed.Suggestion], await _records.WriteAsync(failed.Suggestion, PythonPrompt(), Response(full), mended));
        again.ShouldAllBe(check => check.Passed);
        again.Single(check => check.Name == ResultCheck.OutputFollowsPrompt).Message.ShouldContain("output_split_prefix");
    }

    [Fact]
    public async Task What_is_wrong_with_a_model_adds_up_to_one_entry()
    {
        var entry = Entry(_checkpoint, """{"premade_chat_template": true, "eos_to_cull": "</s>"}""");
        var full = Input.Replace("\n", " \n", StringComparison.Ordinal) + Answer + "<|im_end|>";
        var split = await _records.WriteAsync(entry, PythonPrompt(), Response(full), full);
        var cull = await _records.WriteAsync(entry, PythonPrompt(), Response(Input + Answer + "<|endoftext|>"), Answer + "<|endoftext|>");

        var failed = (await CheckAsync([entry], split, cull)).Where(check => !check.Passed).ToArray();

        failed.Select(check => check.Name).ShouldBe([ResultCheck.OutputFollowsPrompt, ResultCheck.EosCulled, ResultCheck.EosCulled]);
        failed[0].Suggestion.ShouldBe(failed[1].Suggestion);
        var last = failed[^1].Suggestion!;
        ((string)last.GetSetting("output_split_prefix")!).ShouldContain("assistant");
        last.GetSetting("eos_to_cull").ShouldBe("""<\|im_end\|>|<\|endoftext\|>""");
    }

    [Fact]
    public async Task An_input_without_a_template_is_found()
    {
        var entry = Entry(_checkpoint, """{"premade_chat_template": false, "custom_chat_template": "{% for m in messages %}{{ m.content }}{% endfor %}", "eos_to_cull": "<\\|im_end\\|>"}""");
        var bare = await _records.WriteAsync(entry, OurPrompt(Message), Response(Answer + "<|im_end|>"), Answer);
        var python = await _records.WriteAsync(entry, PythonPrompt("<s>" + Message), Response("<s>" + Message + Answer + "<|im_end|>"), Answer);

        var checks = await CheckAsync([entry], python);
        var failed = checks.Where(check => !check.Passed).ShouldHaveSingleItem();
        failed.Name.ShouldBe(ResultCheck.TemplateApplied);
        failed.Message.ShouldContain("no chat template");
        failed.Suggestion!.GetSetting("premade_chat_template").ShouldBe(true);
        failed.Suggestion.GetSetting("custom_chat_template").ShouldBeNull();

        // What the entry says was done: a template that is none is Test-ClemTemplate's to judge.
        (await CheckAsync([entry], bare)).ShouldAllBe(check => check.Passed);
        (await CheckAsync([Sound], await _records.WriteAsync(Sound, OurPrompt(Message), Response(Answer + "<|im_end|>"), Answer)))
            .Single(check => !check.Passed).Message.ShouldContain("nothing around it");
    }

    [Fact]
    public async Task Where_the_model_has_no_template_one_to_start_from_is_proposed()
    {
        using var checkpoint = CheckpointFolder.Sound(template: null);
        var entry = Entry(checkpoint);
        var failed = (await CheckAsync([entry], await _records.WriteAsync(entry, PythonPrompt(Message), Response(Message + Answer + "<|im_end|>"), Answer))).Single(check => !check.Passed);

        failed.Suggestion!.GetSetting("premade_chat_template").ShouldBe(false);
        ((string)failed.Suggestion.GetSetting("custom_chat_template")!).ShouldContain("<|im_start|>");
    }

    [Fact]
    public async Task Another_template_than_the_entrys_is_found_and_shown()
    {
        var episode = await _records.WriteAsync(Sound, OurPrompt(Input.Replace("assistant", "model", StringComparison.Ordinal)), Response(Answer + "<|im_end|>"), Answer);
        var failed = (await CheckAsync([Sound], episode)).Where(check => !check.Passed).ShouldHaveSingleItem();

        failed.Name.ShouldBe(ResultCheck.TemplateApplied);
        failed.Message.ShouldContain("model");
        failed.Suggestion.ShouldBeNull();
    }

    [Fact]
    public async Task A_template_that_writes_the_date_is_rendered_for_the_day_of_the_record()
    {
        using var checkpoint = CheckpointFolder.Sound("{{ strftime_now('%Y-%m-%d') }}" + CheckpointFolder.ChatMl);
        var entry = Entry(checkpoint);
        var checks = await CheckAsync([entry], await _records.WriteAsync(entry, OurPrompt("2026-03-01" + Input), Response(Answer + "<|im_end|>"), Answer));

        checks.ShouldAllBe(check => check.Passed);
        checks[0].Message.ShouldContain("what the template makes");
    }

    [Fact]
    public async Task A_response_without_its_end_fails_unless_it_was_cut()
    {
        var open = await CheckAsync([Sound], await _records.WriteAsync(Sound, OurPrompt(), Response(Answer), Answer));
        open.Where(check => !check.Passed).ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            check => check.Name.ShouldBe(ResultCheck.EosInResponse), check => check.Message.ShouldContain("<|im_end|>"), check => check.Suggestion.ShouldBeNull());

        // A byte is a token in this vocabulary.
        foreach (var episode in (Episode[])
        [
            await _records.WriteAsync(Sound, PythonPrompt(most: Answer.Length), Response(Input + Answer), Answer),
            await _records.WriteAsync(Sound, OurPrompt(), Response(Answer, new KeyValuePair<string, object?>("stop", "length")), Answer),
        ])
        {
            var cut = await CheckAsync([Sound], episode);
            cut.ShouldAllBe(check => check.Passed);
            cut.Single(check => check.Name == ResultCheck.EosInResponse).Message.ShouldContain("cut at the most tokens");
        }
    }

    [Fact]
    public async Task A_remote_model_has_two_checks()
    {
        object prompt = (object?[])[new JsonMap([new("role", "user"), new("content", Message)])];
        var answer = new JsonMap([new("choices", (object?[])[new JsonMap([new("message", new JsonMap([new("content", Answer)]))])])]);
        var entry = new ModelEntry { Name = "tiny", Backend = "openai", Properties = JsonMap.Parse("""{"model_name": "tiny", "backend": "openai"}""") };

        var checks = await CheckAsync([entry], await _records.WriteAsync(entry, prompt, answer, Answer), await _records.WriteAsync(entry, prompt, answer, Answer + "<|eot_id|>"));

        checks.Select(check => (check.Name, check.Passed)).ShouldBe([("HasOutput", true), ("EosCulled", true), ("HasOutput", true), ("EosCulled", false)]);
        checks[^1].Suggestion.ShouldBeNull();
        checks[^1].Message.ShouldContain("<|eot_id|>");
    }

    [Fact]
    public async Task A_record_alone_leads_to_no_file_of_this_machine_and_to_no_entry_of_a_service()
    {
        var read = new List<string>();
        var checker = new ResultChecker([], (entry, _, _) =>
        {
            read.Add(entry.Properties.ToString());
            throw new Clembench.Common.ClemException("Clem.Test.No", Clembench.Common.ErrorKind.NotFound, "no");
        });
        var elsewhere = Entry(_checkpoint, """{"huggingface_id": "/etc", "eos_to_cull": "</s>"}""");
        var hub = Entry(_checkpoint, """{"huggingface_id": "owner/name", "filename": "/etc/x.gguf", "eos_to_cull": "</s>"}""");
        var service = ModelEntryReader.Read(JsonMap.Parse("""{"model_name": "tiny", "backend": "openai_compatible", "base_url": "http://somebody.example/v1", "eos_to_cull": "</s>"}"""));
        var suggestions = new List<ModelEntry?>();
        foreach (var entry in (ModelEntry[])[elsewhere, hub, service])
        {
            var episode = await _records.WriteAsync(entry, OurPrompt(), Response(Answer + "<|im_end|>"), Answer + "<|im_end|>");
            suggestions.Add((await checker.CheckAsync(episode, default)).Single(check => check.Name == ResultCheck.EosCulled).Suggestion);
        }

        read.ShouldBe(["{}"]);
        suggestions[0]!.Source.ShouldBeNull();
        suggestions[2].ShouldBeNull();
    }

    [Fact]
    public async Task Text_of_strangers_cannot_steer_the_terminal()
    {
        var checks = await CheckAsync([Sound], await _records.WriteAsync(Sound, OurPrompt("\u001b[2J" + Input), Response(Answer + "<|im_end|>"), Answer));
        checks.Single(check => !check.Passed).Message.ShouldNotContain("\u001b");
    }

    [SkippableTheory]
    [InlineData("clemcore-3.3", 1962)]
    [InlineData("clemcore-3.7", 534)]
    public async Task Recorded_trees_of_the_Python_framework_are_checked(string name, int least)
    {
        Skip.If(name == "clemcore-3.3" && !Thorough.IsOn, "A larger tree of the same kind; with CLEMBENCH_THOROUGH=1 it is checked, too.");
        using var tree = ReferenceData.Unpack(name);
        var checker = new ResultChecker([], null);
        var reader = new ResultsReader(Clembench.Games.GameCatalog.BuiltIn);
        var checks = new List<ResultCheck>();
        foreach (var folder in ResultsReader.FindEpisodeFolders(tree.Path))
            checks.AddRange(await checker.CheckAsync(await reader.ReadEpisodeAsync(folder, default), default));

        // The models of these trees, among them one that answers badly on purpose, are reached by a service.
        checks.Select(check => check.Name).Distinct().Order().ShouldBe([ResultCheck.EosCulled, ResultCheck.HasOutput]);
        checks.Count(check => check.Passed).ShouldBeGreaterThan(least);
        checks.Where(check => check is { Name: ResultCheck.EosCulled, Passed: false }).ShouldAllBe(check => check.Message.Contains("</s>", StringComparison.Ordinal));
    }
}
