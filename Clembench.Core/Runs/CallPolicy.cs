using System.Collections.Concurrent;
using System.Globalization;
using Clembench.Backends;
using Clembench.Backends.Local;
using Clembench.Common;
using Clembench.Models;

namespace Clembench.Runs;

/// <summary>
/// How the models of a run are called. From the outside in: observed, answered from the cache, given up when the model
/// fails for good, repeated after passing failures, held to the entry's rates, held to what the service takes at once
/// (models on this machine take all), and limited in time.
/// </summary>
public sealed class CallPolicy
{
    private readonly ConcurrentDictionary<(string Backend, object? Address), AdaptiveLimiter> _limiters = new();

    /// <summary>The longest time that one response may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often a call is repeated after a passing failure.</summary>
    public int RetryLimit { get; init; } = 5;

    /// <summary>The most calls to a service at once, whatever it allows.</summary>
    public int ThrottleLimit { get; init; } = 16;

    /// <summary>The folder of the response cache; null for none.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Is told of every repetition, on an arbitrary thread.</summary>
    public Action<string, RetryNotice>? OnRetry { get; init; }

    /// <summary>Wraps a model. Models that are no service, mock and a person, are called as they are: people take their time.</summary>
    /// <param name="model">The model.</param>
    /// <param name="entry">Its entry.</param>
    /// <returns>The model to call; it owns the other.</returns>
    /// <exception cref="ClemException">A setting of the entry is no limit.</exception>
    public IModel Apply(IModel model, ModelEntry entry)
    {
        if (model is IScriptedModel || entry.IsPerson)
            return model;

        var name = entry.Name;
        IModel wrapped = new TimeLimitedModel(model, Timeout, Time);
        // A model on this machine joins all calls into its batches: a limit would only keep its batches small.
        if (model is not LocalModel)
        {
            wrapped = new ConcurrencyLimitedModel(wrapped, _limiters.GetOrAdd(
                (entry.Backend, entry.GetSetting("base_url")), _ => new AdaptiveLimiter(ThrottleLimit, Time)));
        }

        if (Rate(entry, "requests_per_minute") is var requests && Rate(entry, "tokens_per_minute") is var tokens && (requests ?? tokens) is not null)
            wrapped = new RateLimitedModel(wrapped, requests, tokens, Time);
        wrapped = new RetryingModel(wrapped, RetryLimit, Time, OnRetry is null ? null : notice => OnRetry(name, notice));
        wrapped = new CircuitModel(wrapped, Time);
        if (CacheFolder is not null)
            wrapped = new CachingModel(wrapped, entry, CacheFolder);
        return new MeteredModel(wrapped, entry.Backend);
    }

    private static double? Rate(ModelEntry entry, string key) => entry.GetSetting(key) switch
    {
        null => null,
        long number and > 0 => number,
        double number and > 0 => number,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number > 0 => number,
        _ => throw new ClemException(
            "Clem.Model.BadRate", ErrorKind.InvalidData, $"'{key}' of the model '{entry.Name}' is no number greater than 0.",
            "Correct the entry in its registry.", entry),
    };
}
