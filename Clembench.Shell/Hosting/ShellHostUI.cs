using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace Clembench.Shell.Hosting;

/// <summary>Output and prompts of the host.</summary>
internal sealed class ShellHostUI(Terminal terminal, bool nonInteractive) : PSHostUserInterface
{
    private readonly ProgressLine _progress = new(terminal);
    private readonly ConsoleInput _input = new(terminal, nonInteractive);

    public override PSHostRawUserInterface RawUI { get; } = new ShellRawUI();

    public override bool SupportsVirtualTerminal => Terminal.HasColour;

    public override void Write(string value) => terminal.Write(Decorated(value));

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
        => terminal.Write(Coloured(foregroundColor, backgroundColor, value));

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
        => terminal.Write(Coloured(foregroundColor, backgroundColor, value) + Environment.NewLine);

    public override void WriteLine(string value) => terminal.Write(Decorated(value) + Environment.NewLine);

    public override void WriteErrorLine(string value)
    {
        var colour = !Console.IsErrorRedirected && Terminal.HasColour;
        var text = GetOutputString(value, colour);
        var style = PSStyle.Instance;
        if (colour && !text.Contains('\u001b', StringComparison.Ordinal)) text = style.Formatting.Error + text + style.Reset;
        terminal.WriteError(text + Environment.NewLine);
    }

    public override void WriteDebugLine(string message) => Stream("DEBUG: ", message, PSStyle.Instance.Formatting.Debug);

    public override void WriteVerboseLine(string message) => Stream("VERBOSE: ", message, PSStyle.Instance.Formatting.Verbose);

    public override void WriteWarningLine(string message) => Stream("WARNING: ", message, PSStyle.Instance.Formatting.Warning);

    public override void WriteProgress(long sourceId, ProgressRecord record) => _progress.Update(sourceId, record);

    /// <summary>Tells what runs the session's commands, for Ctrl+C at a question.</summary>
    internal void Attach(PipelineRunner runner) => _input.Runner = runner;

    /// <summary>Removes what is left of the progress display.</summary>
    internal void EndProgress() => _progress.Clear();

    public override string ReadLine() => _input.ReadLine("Read-Host");

    public override SecureString ReadLineAsSecureString() => _input.ReadSecureLine("Read-Host -AsSecureString");

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName)
        => PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName,
        PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
    {
        _input.DemandInput("a credential");
        WriteCaption(caption, message);
        if (string.IsNullOrEmpty(userName))
        {
            terminal.Write("User: ");
            userName = _input.ReadLine("a credential");
        }

        terminal.Write($"Password for user {userName}: ");
        return new PSCredential(userName, _input.ReadSecureLine("a credential"));
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        _input.DemandInput(string.Join(", ", descriptions.Select(d => d.Name)));
        WriteCaption(caption, message);
        var answers = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in descriptions) answers[field.Name] = PSObject.AsPSObject(AskFor(field));
        return answers;
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        _input.DemandInput(string.IsNullOrEmpty(caption) ? message : caption);
        WriteCaption(caption, message);
        var labels = choices.Select(c => ChoiceLabel.Parse(c.Label)).ToArray();
        while (true)
        {
            for (var i = 0; i < labels.Length; i++) terminal.Write($"[{labels[i].Key}] {labels[i].Text}  ");
            terminal.Write("[?] Help" + (defaultChoice >= 0 ? $" (default is \"{labels[defaultChoice].Key}\")" : string.Empty) + ": ");
            var answer = _input.ReadLine("a choice").Trim();
            if (answer.Length == 0 && defaultChoice >= 0) return defaultChoice;
            if (answer == "?")
            {
                for (var i = 0; i < labels.Length; i++) WriteLine($"{labels[i].Key} - {choices[i].HelpMessage}");
                continue;
            }

            var found = Array.FindIndex(labels, l => l.Matches(answer));
            if (found >= 0) return found;
        }
    }

    private object AskFor(FieldDescription field)
    {
        var type = Type.GetType(field.ParameterAssemblyFullName, throwOnError: false)
            ?? (LanguagePrimitives.TryConvertTo<Type>(field.ParameterTypeFullName, out var named) ? named : typeof(string));
        if (type == typeof(SecureString))
        {
            terminal.Write($"{field.Name}: ");
            return _input.ReadSecureLine(field.Name);
        }

        if (type == typeof(PSCredential)) return PromptForCredential(string.Empty, string.Empty, string.Empty, string.Empty);
        if (!type.IsArray)
        {
            terminal.Write($"{field.Name}: ");
            return LanguagePrimitives.ConvertTo(_input.ReadLine(field.Name), type, CultureInfo.InvariantCulture);
        }

        var items = new List<object>();
        while (true)
        {
            terminal.Write($"{field.Name}[{items.Count}]: ");
            var line = _input.ReadLine(field.Name);
            if (line.Length == 0) return LanguagePrimitives.ConvertTo(items.ToArray(), type, CultureInfo.InvariantCulture);
            items.Add(LanguagePrimitives.ConvertTo(line, type.GetElementType()!, CultureInfo.InvariantCulture));
        }
    }

    private void WriteCaption(string caption, string message)
    {
        if (!string.IsNullOrEmpty(caption)) WriteLine(caption);
        if (!string.IsNullOrEmpty(message)) WriteLine(message);
    }

    private void Stream(string prefix, string message, string colour)
        => WriteLine(Terminal.HasColour ? colour + prefix + message + PSStyle.Instance.Reset : prefix + message);

    private static string Decorated(string? value) => GetOutputString(value ?? string.Empty, Terminal.HasColour);

    private static string Coloured(ConsoleColor foreground, ConsoleColor background, string? value)
    {
        var text = Decorated(value);
        if (!Terminal.HasColour) return text;
        var style = PSStyle.MapForegroundColorToEscapeSequence(foreground);
        // The terminal's own background stays, unless the script asked for another one than the host reports.
        if (background != ShellRawUI.DefaultBackground) style += PSStyle.MapBackgroundColorToEscapeSequence(background);
        return style + text + PSStyle.Instance.Reset;
    }
}

/// <summary>A choice such as <c>&amp;Yes</c>: what is shown, and the key that picks it.</summary>
internal sealed record ChoiceLabel(string Text, string Key)
{
    internal static ChoiceLabel Parse(string label)
    {
        var mark = label.IndexOf('&', StringComparison.Ordinal);
        var text = label.Replace("&", string.Empty, StringComparison.Ordinal);
        return mark >= 0 && mark + 1 < label.Length
            ? new ChoiceLabel(text, label[mark + 1].ToString().ToUpperInvariant())
            : new ChoiceLabel(text, text);
    }

    internal bool Matches(string answer)
        => answer.Equals(Key, StringComparison.OrdinalIgnoreCase) || answer.Equals(Text, StringComparison.OrdinalIgnoreCase);
}
