using Clembench.Backends;
using Clembench.Json;

namespace Clembench.Tests.Reports;

/// <summary>What a simulated model is like.</summary>
/// <param name="Name">The name.</param>
/// <param name="Form">How probable an answer of the right form is.</param>
/// <param name="Sense">How probable it is that an answer is the game's own cooperative one.</param>
/// <param name="Seconds">The median answer time.</param>
/// <param name="Price">The price of a million generated tokens; prompts cost a fifth of it.</param>
internal sealed record SimulatedPlayer(string Name, double Form, double Sense, double Seconds, decimal Price);

/// <summary>
/// A model that plays a game's cooperative part, sometimes in the wrong form and sometimes badly; its time passes on a clock of
/// its own. The same seed gives the same answers.
/// </summary>
internal sealed class SimulatedModel(SimulatedPlayer player, Random random, SimulatedClock clock) : IScriptedModel
{
    private static readonly string[] Preambles = ["Sure! Here you go: ", "Let me think about it.\n\n", "As an assistant, I would say: ", "**Answer**\n"];
    private static readonly string[] Words = ["house", "river", "apple", "storm", "light", "train", "plant", "mouse"];

    public string Name => player.Name;

    /// <summary>What the calls have cost.</summary>
    public decimal Cost { get; private set; }

    public IModel InRole(PlayerScript script) => new Role(this, script);

    public Task<ModelResponse> GenerateAsync(IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken) =>
        InRole(said => said[^1].Content).GenerateAsync(messages, options, cancellationToken);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string Answer(string cooperative)
    {
        if (random.NextDouble() > player.Form)
            return random.Next(8) == 0 ? "" : Preambles[random.Next(Preambles.Length)] + cooperative;
        if (random.NextDouble() < player.Sense)
            return cooperative;
        var words = cooperative.Split(' ');
        words[^1] = Words[random.Next(Words.Length)];
        return string.Join(' ', words);
    }

    private ModelResponse Respond(IReadOnlyList<ChatMessage> messages, GenerationOptions options, PlayerScript script)
    {
        // A log-normal time: most answers take about as long as the median, few take several times that.
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        clock.Pass(TimeSpan.FromSeconds(player.Seconds * Math.Exp(0.45 * normal)));
        var text = Answer(script(messages));
        var (prompt, completion) = (messages.Sum(message => message.Content.Length) / 4 + 4, text.Length / 4 + 1);
        Cost += (prompt * player.Price / 5 + completion * player.Price) / 1_000_000;
        return new ModelResponse(
            JsonData.ToElement(new JsonMap([
                new("model", player.Name),
                new("messages", JsonData.ToPlain(ChatMessageJson.ToElement(messages))),
                new("temperature", options.Temperature),
                new("max_tokens", (long)options.MaxTokens)])),
            JsonData.ToElement(new JsonMap([
                new("id", $"chatcmpl-{random.NextInt64():x16}"),
                new("object", "chat.completion"),
                new("model", player.Name),
                new("choices", new object?[] { new JsonMap([
                    new("index", 0L), new("message", new JsonMap([new("role", "assistant"), new("content", text)])), new("finish_reason", "stop")]) }),
                new("usage", new JsonMap([new("prompt_tokens", (long)prompt), new("completion_tokens", (long)completion)]))])),
            text)
        { PromptTokens = prompt, CompletionTokens = completion };
    }

    private sealed class Role(SimulatedModel model, PlayerScript script) : IModel
    {
        public string Name => model.Name;

        public Task<ModelResponse> GenerateAsync(IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken) =>
            Task.FromResult(model.Respond(messages, options, script));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>A clock that goes when it is told to.</summary>
internal sealed class SimulatedClock(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _now = start;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public void Pass(TimeSpan time) => _now += time;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _now.UtcTicks;
}
