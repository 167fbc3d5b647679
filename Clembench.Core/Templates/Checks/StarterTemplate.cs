using System.Text.RegularExpressions;

namespace Clembench.Templates.Checks;

/// <summary>
/// Chat templates to start from where a model has none that works: plain wordings of the common formats, chosen by the
/// control tokens that the model's vocabulary was given for one.
/// </summary>
/// <param name="Name">What the format is called.</param>
/// <param name="Tokens">The control tokens that the format is made of.</param>
/// <param name="Source">The template.</param>
internal sealed partial record StarterTemplate(string Name, IReadOnlyList<string> Tokens, string Source)
{
    private static readonly StarterTemplate[] All =
    [
        new("ChatML", ["<|im_start|>", "<|im_end|>"], """
            {% for message in messages %}{{ '<|im_start|>' ~ message.role ~ '\n' ~ message.content ~ '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}
            """),
        new("Llama 3", ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"], """
            {{ bos_token }}{% for message in messages %}{{ '<|start_header_id|>' ~ message.role ~ '<|end_header_id|>\n\n' ~ message.content ~ '<|eot_id|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}
            """),
        new("Gemma", ["<start_of_turn>", "<end_of_turn>"], """
            {{ bos_token }}{% set notes = namespace(system='') %}{% for message in messages %}{% if message.role == 'system' %}{% set notes.system = message.content ~ '\n\n' %}{% else %}{{ '<start_of_turn>' ~ ('model' if message.role == 'assistant' else 'user') ~ '\n' ~ notes.system ~ message.content ~ '<end_of_turn>\n' }}{% set notes.system = '' %}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}
            """),
        new("Phi 3", ["<|user|>", "<|assistant|>", "<|end|>"], """
            {% for message in messages %}{{ '<|' ~ message.role ~ '|>\n' ~ message.content ~ '<|end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}
            """),
        new("Zephyr", ["<|user|>", "<|assistant|>"], """
            {% for message in messages %}{{ '<|' ~ message.role ~ '|>\n' ~ message.content ~ eos_token ~ '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}
            """),
        new("Mistral", ["[INST]", "[/INST]"], Instruction),
    ];

    private const string Instruction = """
        {{ bos_token }}{% set notes = namespace(system='') %}{% for message in messages %}{% if message.role == 'system' %}{% set notes.system = message.content ~ '\n\n' %}{% elif message.role == 'user' %}{{ '[INST] ' ~ notes.system ~ message.content ~ ' [/INST]' }}{% set notes.system = '' %}{% else %}{{ ' ' ~ message.content ~ eos_token }}{% endif %}{% endfor %}
        """;

    private static readonly StarterTemplate Llama2 = new("Llama 2", [], Instruction);

    private static readonly StarterTemplate Headings = new("headings", [], """
        {% for message in messages %}{{ '### ' ~ message.role | capitalize ~ ':\n' ~ message.content ~ '\n\n' }}{% endfor %}{% if add_generation_prompt %}{{ '### Assistant:\n' }}{% endif %}
        """);

    /// <summary>The format that a model's vocabulary was made for.</summary>
    /// <param name="has">Whether the vocabulary has a token.</param>
    /// <returns>The format; null where the vocabulary shows none.</returns>
    public static StarterTemplate? ByVocabulary(Func<string, bool> has) => All.FirstOrDefault(template => template.Tokens.All(has));

    /// <summary>Whether a vocabulary was made for OpenAI's Harmony format (gpt-oss), in which an answer has channels: no short template writes it.</summary>
    /// <param name="has">Whether the vocabulary has a token.</param>
    /// <returns>Whether it was.</returns>
    public static bool IsHarmony(Func<string, bool> has) =>
        Array.TrueForAll((string[])["<|start|>", "<|message|>", "<|channel|>", "<|return|>", "<|call|>"], token => has(token));

    /// <summary>The format that a model's name hints at, where its vocabulary shows none.</summary>
    /// <param name="name">The model's name.</param>
    /// <returns>The format; null where the name does not say that the model was trained for chat.</returns>
    public static StarterTemplate? ByName(string name) =>
        Llama2Name().IsMatch(name) ? Llama2 : ChatName().IsMatch(name) ? Headings : null;

    [GeneratedRegex(@"(?:llama-?2|mistral|mixtral).*(?:chat|instruct)", RegexOptions.IgnoreCase)]
    private static partial Regex Llama2Name();

    [GeneratedRegex(@"chat|instruct|assistant|(?:^|[-_.])(?:it|sft|dpo|rlhf|orpo|kto|vicuna|alpaca|orca)(?:$|[-_.\d])", RegexOptions.IgnoreCase)]
    private static partial Regex ChatName();
}
