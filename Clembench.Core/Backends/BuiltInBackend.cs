using Clembench.Backends.Anthropic;
using Clembench.Backends.Azure;
using Clembench.Backends.Cohere;
using Clembench.Backends.Google;
using Clembench.Backends.Local;
using Clembench.Backends.Mistral;
using Clembench.Backends.OpenAi;
using Clembench.Backends.Slurk;

namespace Clembench.Backends;

/// <summary>A backend that is part of the product.</summary>
/// <param name="Backend">The backend.</param>
/// <param name="RequiresKey">Whether it needs a key.</param>
public sealed record BuiltInBackend(IBackend Backend, bool RequiresKey)
{
    /// <summary>All of them, in the order in which they are listed.</summary>
    /// <param name="terminal">Where a person is asked; null where nobody plays, and there is no <c>human</c> backend to run.</param>
    /// <param name="local">Where models on this machine are found, and how they are loaded; null for this process's own folders and memory.</param>
    /// <returns>The backends.</returns>
    public static IReadOnlyList<BuiltInBackend> All(IHumanTerminal? terminal, LocalServices? local = null) =>
    [
        new(new MockBackend(), RequiresKey: false),
        new(new HumanBackend(terminal ?? NoTerminal.Instance), RequiresKey: false),
        new(new OpenAiBackend(), RequiresKey: true),
        new(new OpenAiCompatibleBackend(), RequiresKey: false),
        new(new OpenRouterBackend(), RequiresKey: true),
        new(new AzureBackend(), RequiresKey: true),
        new(new AnthropicBackend(), RequiresKey: true),
        new(new GoogleBackend(), RequiresKey: true),
        new(new MistralBackend(), RequiresKey: true),
        new(new CohereBackend(), RequiresKey: true),
        new(new SlurkBackend(), RequiresKey: true),
        new(new LlamaCppBackend(local ?? LocalServices.Default), RequiresKey: false),
        new(new HuggingFaceLocalBackend(local ?? LocalServices.Default), RequiresKey: false),
    ];

    private sealed class NoTerminal : IHumanTerminal
    {
        public static readonly NoTerminal Instance = new();

        public Task<string> AskAsync(string message, CancellationToken cancellationToken) => throw new Common.ClemException(
            "Clem.Backend.NotInteractive", Common.ErrorKind.NotAvailable, "There is no terminal here at which a person could answer.",
            "Play the human role in an interactive session.");
    }
}
