using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using Clembench.Backends;
using Clembench.Common;
using Clembench.Models;
using Clembench.PowerShell.Hosting;

namespace Clembench.Tests.Backends;

/// <summary>A person who plays at the session's host.</summary>
public class HostTerminalTests
{
    private static readonly ModelEntry Entry = new() { Name = "human", Backend = "human" };

    [Fact]
    public void A_person_is_asked_on_the_pipeline_thread()
    {
        var ui = new FakeUi("first", "second");
        var answers = Play(ui, async model =>
        [
            await Task.Run(() => model.AskAsync("One?")),
            await Task.Run(() => model.AskAsync("Two?")),
        ]);
        answers.Select(answer => answer.Text).ShouldBe(["first", "second"]);
        ui.Shown.ShouldBe(["One?", "> ", "Two?", "> "]);
        ui.Threads.Distinct().ShouldBe([Environment.CurrentManagedThreadId]);
    }

    [Fact]
    public void Images_are_told_by_their_places_and_recorded_by_their_names()
    {
        var ui = new FakeUi("seen");
        var message = ChatMessage.User("Which?") with { Images = [new ChatImage("images/1.png", "/games/g/images/1.png"), "https://host/2.png"] };
        var answer = Play(ui, async model => [await model.GenerateAsync([message], new GenerationOptions(), default)]).ShouldHaveSingleItem();
        ui.Shown[0].ShouldBe("Which?\n[Image 1: /games/g/images/1.png]\n[Image 2: https://host/2.png]");
        answer.Prompt.GetRawText().ShouldBe("""{"role":"user","content":"Which?","image":["images/1.png","https://host/2.png"]}""");
    }

    [Fact]
    public void Questions_asked_at_once_come_one_after_another()
    {
        var ui = new FakeUi([.. Enumerable.Range(0, 20).Select(i => $"{i}")]);
        var answers = Play(ui, model => Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => model.AskAsync($"Q{i}")))));
        answers.Select(answer => answer.Text).Distinct().Count().ShouldBe(20);
        foreach (var answer in answers)
        {
            var question = answer.Prompt.GetProperty("content").GetString()!;
            ui.Answered[question].ShouldBe(answer.Text);
        }
    }

    [Fact]
    public void A_terminal_made_in_one_phase_of_a_cmdlet_asks_in_a_later_one()
    {
        var ui = new FakeUi("yes");
        HostTerminal? terminal = null;
        using var pipeline = new PipelineThread();
        pipeline.Run(() =>
        {
            terminal = new HostTerminal(new FakeHost(ui), SynchronizationContext.Current!);
            return Task.CompletedTask;
        });
        pipeline.Run(async () => (await Task.Run(() => terminal!.AskAsync("There?", default))).ShouldBe("yes"));
    }

    [Fact]
    public void Where_nobody_is_there_it_is_said()
    {
        Should.Throw<ClemException>(() => Play(new FakeUi(), async model => [await model.AskAsync("x")])).Id.ShouldBe("Clem.Backend.NotInteractive");
        Should.Throw<ClemException>(() => Play(null, async model => [await model.AskAsync("x")])).Id.ShouldBe("Clem.Backend.NotInteractive");
    }

    private static ModelResponse[] Play(FakeUi? ui, Func<IModel, Task<ModelResponse[]>> game)
    {
        ModelResponse[] result = [];
        using var pipeline = new PipelineThread();
        pipeline.Run(async () =>
        {
            var terminal = new HostTerminal(new FakeHost(ui), SynchronizationContext.Current!);
            await using var model = await new HumanBackend(terminal).LoadModelAsync(Entry, null, default);
            result = await game(model);
        });
        return result;
    }

    private sealed class FakeHost(PSHostUserInterface? ui) : PSHost
    {
        public override string Name => "fake";
        public override Version Version => new(1, 0);
        public override Guid InstanceId { get; } = Guid.NewGuid();
        public override PSHostUserInterface UI => ui!;
        public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;
        public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;
        public override void EnterNestedPrompt() => throw new NotSupportedException();
        public override void ExitNestedPrompt() => throw new NotSupportedException();
        public override void NotifyBeginApplication() { }
        public override void NotifyEndApplication() { }
        public override void SetShouldExit(int exitCode) { }
    }

    private sealed class FakeUi(params string[] answers) : PSHostUserInterface
    {
        private readonly Queue<string> _answers = new(answers);

        public List<string> Shown { get; } = [];
        public List<int> Threads { get; } = [];
        public Dictionary<string, string> Answered { get; } = [];
        public override PSHostRawUserInterface? RawUI => null;

        public override string ReadLine()
        {
            Threads.Add(Environment.CurrentManagedThreadId);
            if (!_answers.TryDequeue(out var answer))
                throw new HostException("The session is not interactive.");
            return Answered[Shown[^2]] = answer;
        }

        public override void Write(string value) => Shown.Add(value);
        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Shown.Add(value);
        public override void WriteLine(string value) => Shown.Add(value);
        public override void WriteErrorLine(string value) => throw new NotSupportedException();
        public override void WriteDebugLine(string message) => throw new NotSupportedException();
        public override void WriteProgress(long sourceId, ProgressRecord record) => throw new NotSupportedException();
        public override void WriteVerboseLine(string message) => throw new NotSupportedException();
        public override void WriteWarningLine(string message) => throw new NotSupportedException();
        public override SecureString ReadLineAsSecureString() => throw new NotSupportedException();
        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw new NotSupportedException();
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw new NotSupportedException();
        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw new NotSupportedException();
        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw new NotSupportedException();
    }
}
