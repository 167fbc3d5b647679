using System.Management.Automation;
using System.Management.Automation.Language;
using System.Reflection;

namespace Clembench.Tests.Pester.Should;

/// <summary>-HaveParameter: looks at a parameter of the command that Get-Command gives.</summary>
internal static class HaveParameterOperator
{
    public static ShouldOperator Definition { get; } =
        new("HaveParameter", ["ParameterName", "Type", "DefaultValue", "InParameterSet", "Alias"], Test) { Switches = ["Mandatory", "HasArgumentCompleter"] };

    private static ShouldVerdict Test(ShouldCall call)
    {
        if (Values.Base(call.Actual) is not CommandInfo command) throw new ArgumentException("-HaveParameter needs a command of Get-Command piped to it.");
        if (command is ApplicationInfo) throw new ArgumentException("-HaveParameter cannot look at a program.");
        var name = call.Text("ParameterName");
        if (string.IsNullOrEmpty(name)) throw new ArgumentException("-HaveParameter needs a parameter's name.");

        var set = call.Text("InParameterSet");
        var declarations = Declarations(command, name, set);
        var label = $"a parameter {name}" + (set is null ? string.Empty : $" in the parameter set {set}");
        // A parameter that is not there has none of the properties either, and with -Not that is all one asked.
        if (declarations is null) return new ShouldVerdict(call.Negate, label, $"{command.Name} has no such parameter");

        var conditions = Conditions(call, command, command.Parameters[name], declarations).ToList();
        if (conditions.Count == 0) return new ShouldVerdict(!call.Negate, label, $"{command.Name} has it");
        var wrong = conditions.Where(c => c.Holds == call.Negate).ToList();
        return new ShouldVerdict(
            wrong.Count == 0,
            $"{label} {string.Join(", ", conditions.Select(c => c.Words))}",
            $"{command.Name}: {string.Join(", ", wrong.Select(c => c.Found))}");
    }

    private static List<ParameterAttribute>? Declarations(CommandInfo command, string name, string? set)
    {
        if (!command.Parameters.TryGetValue(name, out var parameter)) return null;
        var all = parameter.Attributes.OfType<ParameterAttribute>().ToList();
        if (set is null) return all;
        all.RemoveAll(a => !string.Equals(a.ParameterSetName, set, StringComparison.OrdinalIgnoreCase));
        return all.Count == 0 ? null : all;
    }

    private static IEnumerable<(string Words, bool Holds, string Found)> Conditions(
        ShouldCall call, CommandInfo command, ParameterMetadata parameter, List<ParameterAttribute> declarations)
    {
        if (call.Switch("Mandatory"))
        {
            var mandatory = declarations.Exists(a => a.Mandatory);
            yield return ("that is mandatory", mandatory, mandatory ? "it is mandatory" : "it is not mandatory");
        }

        if (call.Argument("Type") is { } given)
        {
            var type = Values.TypeOf(given);
            yield return ($"of the type {ValueText.Of(type)}", parameter.ParameterType == type, $"its type is {ValueText.Of(parameter.ParameterType)}");
        }

        if (call.Arguments.ContainsKey("DefaultValue"))
        {
            var wanted = call.Text("DefaultValue") ?? string.Empty;
            var found = DefaultValue(command, parameter.Name);
            yield return ($"with the default value {ValueText.Of(wanted)}", Values.Test(found, "eq", wanted), $"its default value is {ValueText.Of(found)}");
        }

        if (call.Switch("HasArgumentCompleter"))
        {
            var completes = parameter.Attributes.Any(a => a is ArgumentCompleterAttribute) || HasRegisteredCompleter(command.Name, parameter.Name);
            yield return ("with an argument completer", completes, completes ? "it has a completer" : "it has no completer");
        }

        foreach (var alias in Values.AsArray(call.Argument("Alias")).Select(LanguagePrimitives.ConvertTo<string>))
        {
            var has = parameter.Aliases.Contains(alias, StringComparer.OrdinalIgnoreCase);
            yield return ($"with the alias {alias}", has, $"its aliases are {ValueText.Of(parameter.Aliases)}");
        }
    }

    private static string DefaultValue(CommandInfo command, string name)
    {
        var script = command is AliasInfo { ResolvedCommand: { } resolved } ? resolved : command;
        var body = script switch
        {
            FunctionInfo function => function.ScriptBlock.Ast,
            ExternalScriptInfo file => file.ScriptBlock.Ast,
            _ => throw new ArgumentException("-DefaultValue can be told only of functions and scripts."),
        };
        var parameters = body switch
        {
            FunctionDefinitionAst function => function.Parameters ?? function.Body.ParamBlock?.Parameters,
            ScriptBlockAst block => block.ParamBlock?.Parameters,
            _ => null,
        };
        var value = parameters?.FirstOrDefault(p => string.Equals(p.Name.VariablePath.UserPath, name, StringComparison.OrdinalIgnoreCase))?.DefaultValue;
        return value switch
        {
            null => string.Empty,
            ConstantExpressionAst constant => LanguagePrimitives.ConvertTo<string>(constant.Value),
            ExpandableStringExpressionAst text => text.Value,
            VariableExpressionAst variable when variable.VariablePath.UserPath.Equals("null", StringComparison.OrdinalIgnoreCase) => string.Empty,
            VariableExpressionAst variable when variable.VariablePath.UserPath.ToUpperInvariant() is "TRUE" or "FALSE" => variable.VariablePath.UserPath,
            _ => value.Extent.Text,
        };
    }

    // Register-ArgumentCompleter keeps its completers where no public member shows them.
    private static bool HasRegisteredCompleter(string command, string parameter)
    {
        const BindingFlags any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.NonPublic;
        var context = typeof(PSObject).Assembly.GetType("System.Management.Automation.Runspaces.LocalPipeline")
            ?.GetMethod("GetExecutionContextFromTLS", any)?.Invoke(null, null)
            ?? throw new MissingMemberException("LocalPipeline", "GetExecutionContextFromTLS");
        var property = context.GetType().GetProperty("CustomArgumentCompleters", any)
            ?? throw new MissingMemberException("ExecutionContext", "CustomArgumentCompleters");
        return property.GetValue(context) is IDictionary<string, ScriptBlock> completers
            && (completers.ContainsKey($"{command}:{parameter}") || completers.ContainsKey(parameter));
    }
}
