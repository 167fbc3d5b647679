using System.Diagnostics;
using System.Diagnostics.Metrics;
using Clembench.Common;

namespace Clembench.Backends;

/// <summary>
/// A model whose calls can be observed: an activity and metrics for each, named by OpenTelemetry's conventions for
/// generative AI (<c>gen_ai.client.operation.duration</c> in seconds, <c>gen_ai.client.token.usage</c> in tokens).
/// Nothing of what is said is in them. Where nobody listens they cost next to nothing.
/// </summary>
/// <param name="inner">The model that answers.</param>
/// <param name="backend">The name of its backend.</param>
public sealed class MeteredModel(IModel inner, string backend) : DelegatingModel(inner)
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string SourceName = "Clembench";

    private static readonly ActivitySource Activities = new(SourceName);
    private static readonly Meter Meter = new(SourceName);

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "gen_ai.client.operation.duration", "s", "How long a call to a model takes, repetitions included.");

    private static readonly Histogram<long> Tokens = Meter.CreateHistogram<long>(
        "gen_ai.client.token.usage", "{token}", "The tokens of a call.");

    /// <inheritdoc />
    public override async Task<ModelResponse> GenerateAsync(
        IReadOnlyList<ChatMessage> messages, GenerationOptions options, CancellationToken cancellationToken)
    {
        if (!Activities.HasListeners() && !Duration.Enabled && !Tokens.Enabled)
            return await Inner.GenerateAsync(messages, options, cancellationToken).ConfigureAwait(false);

        var tags = new TagList { { "gen_ai.operation.name", "chat" }, { "gen_ai.provider.name", backend }, { "gen_ai.request.model", Name } };
        using var activity = Activities.StartActivity($"chat {Name}", ActivityKind.Client, default(ActivityContext), tags);
        var started = Stopwatch.GetTimestamp();
        try
        {
            var response = await Inner.GenerateAsync(messages, options, cancellationToken).ConfigureAwait(false);
            Count("input", response.PromptTokens, tags);
            Count("output", response.CompletionTokens, tags);
            activity?.SetTag("gen_ai.usage.input_tokens", response.PromptTokens).SetTag("gen_ai.usage.output_tokens", response.CompletionTokens)
                .SetTag("clembench.from_cache", response.FromCache).SetTag("clembench.failed_attempts", response.FailedAttempts.Count);
            return response;
        }
        catch (Exception error)
        {
            var type = error is ClemException known ? known.Id : error.GetType().Name;
            tags.Add("error.type", type);
            activity?.SetTag("error.type", type).SetStatus(ActivityStatusCode.Error, error is ClemException ? error.Message : null);
            throw;
        }
        finally
        {
            Duration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
        }
    }

    private static void Count(string kind, long? tokens, TagList tags)
    {
        if (tokens is not { } count)
            return;
        tags.Add("gen_ai.token.type", kind);
        Tokens.Record(count, tags);
    }
}
