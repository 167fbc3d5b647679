using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Xml;
using System.Xml.Linq;

namespace Clembench.Help;

/// <summary>Makes the MAML that Get-Help reads: of a cmdlet's declaration, and of its page.</summary>
public static class MamlCommand
{
    private static readonly XNamespace Help = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    // What PowerShell itself adds to every cmdlet that supports ShouldProcess.
    private static readonly Dictionary<string, string> ShouldProcess = new(StringComparer.Ordinal)
    {
        ["WhatIf"] = "Shows what would be done, and does nothing.",
        ["Confirm"] = "Asks before each change.",
    };

    /// <summary>The help of one cmdlet.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="page">Its page. A parameter without a section is listed without a description.</param>
    public static XElement Create(CmdletInfo cmdlet, CommandPage page)
    {
        var defaults = Activator.CreateInstance(cmdlet.ImplementingType);
        // A parameter's position may depend on its set; the list of parameters has that of the default one.
        var all = cmdlet.ParameterSets.OrderByDescending(set => set.IsDefault).SelectMany(Own).DistinctBy(parameter => parameter.Name)
            .OrderBy(parameter => Cmdlet.OptionalCommonParameters.Contains(parameter.Name)).ToList();
        var element = new XElement(
            Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml), new XAttribute(XNamespace.Xmlns + "command", Command), new XAttribute(XNamespace.Xmlns + "dev", Dev),
            new XElement(
                Command + "details",
                new XElement(Command + "name", cmdlet.Name), new XElement(Command + "verb", cmdlet.Verb), new XElement(Command + "noun", cmdlet.Noun),
                Paragraphs(Maml + "description", page.Synopsis)),
            Paragraphs(Maml + "description", page.Description),
            new XElement(Command + "syntax", cmdlet.ParameterSets.OrderByDescending(set => set.IsDefault).Select(set => new XElement(
                Command + "syntaxItem", new XElement(Maml + "name", cmdlet.Name), Own(set).Select(Parameter)))),
            new XElement(Command + "parameters", all.Select(Parameter)),
            Types("inputTypes", "inputType", page.Inputs),
            Types("returnValues", "returnValue", page.Outputs),
            page.Notes.Count == 0 ? null : new XElement(Maml + "alertSet", new XElement(Maml + "alert", page.Notes.Select(Paragraph))),
            new XElement(Command + "examples", page.Examples.Select((example, index) => new XElement(
                Command + "example",
                new XElement(Maml + "title", Title($"Example {(index + 1).ToString(CultureInfo.InvariantCulture)}: {example.Title}")),
                example.Introduction.Count == 0 ? null : Paragraphs(Maml + "introduction", example.Introduction),
                new XElement(Dev + "code", example.Code),
                // An empty paragraph parts the remarks from the next title.
                Paragraphs(Dev + "remarks", [.. example.Remarks, ""])))),
            new XElement(Command + "relatedLinks", page.Links.Select(link => new XElement(
                Maml + "navigationLink", new XElement(Maml + "linkText", link.Text), new XElement(Maml + "uri", link.Address)))));
        return element;

        XElement Parameter(CommandParameterInfo parameter)
        {
            var isSwitch = parameter.ParameterType == typeof(SwitchParameter);
            var type = TypeName(parameter.ParameterType);
            var description = page.Parameters.GetValueOrDefault(parameter.Name)
                ?? (ShouldProcess.TryGetValue(parameter.Name, out var text) ? [text] : []);
            return new XElement(
                Command + "parameter",
                new XAttribute("required", parameter.IsMandatory ? "true" : "false"),
                new XAttribute("variableLength", parameter.ParameterType.IsArray ? "true" : "false"),
                new XAttribute("globbing", parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any() ? "true" : "false"),
                new XAttribute("pipelineInput", Pipeline(parameter)),
                new XAttribute("position", parameter.Position < 0 ? "named" : parameter.Position.ToString(CultureInfo.InvariantCulture)),
                new XAttribute("aliases", parameter.Aliases.Count == 0 ? "none" : string.Join(", ", parameter.Aliases)),
                new XElement(Maml + "name", parameter.Name),
                Paragraphs(Maml + "description", description),
                Values(parameter.ParameterType),
                isSwitch ? null : new XElement(Command + "parameterValue", new XAttribute("required", "true"), new XAttribute("variableLength", "false"), type),
                new XElement(Dev + "type", new XElement(Maml + "name", type), new XElement(Maml + "uri")),
                new XElement(Dev + "defaultValue", DefaultOf(parameter, defaults)));
        }
    }

    /// <summary>Writes a file that Get-Help reads.</summary>
    /// <param name="commands">The help of each cmdlet.</param>
    /// <param name="path">The file: the assembly's name with <c>-Help.xml</c> behind it.</param>
    public static void Save(IEnumerable<XElement> commands, string path)
    {
        using var writer = XmlWriter.Create(path, new XmlWriterSettings { Indent = true });
        new XDocument(new XElement(Help + "helpItems", new XAttribute("schema", "maml"), commands)).Save(writer);
    }

    private static IEnumerable<CommandParameterInfo> Own(CommandParameterSetInfo set) => set.Parameters
        .Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name))
        // As Get-Command shows a syntax: what has a position, what is needed, the rest; PowerShell's own last.
        .OrderBy(parameter => parameter.Position < 0 ? int.MaxValue : parameter.Position)
        .ThenBy(parameter => Cmdlet.OptionalCommonParameters.Contains(parameter.Name))
        .ThenBy(parameter => !parameter.IsMandatory);

    private static XElement Paragraphs(XName name, IEnumerable<string> paragraphs) => new(name, paragraphs.DefaultIfEmpty("").Select(Paragraph));

    private static XElement Paragraph(string text) => new(Maml + "para", text);

    private static string Title(string text) => $"--- {text} ---";

    private static XElement Types(string list, string item, IReadOnlyDictionary<string, IReadOnlyList<string>> types) => new(
        Command + list,
        types.Select(type => new XElement(
            Command + item,
            new XElement(Dev + "type", new XElement(Maml + "name", type.Key), new XElement(Maml + "uri")),
            Paragraphs(Maml + "description", type.Value))));

    private static XElement? Values(Type type)
    {
        var value = type.IsArray ? type.GetElementType()! : Nullable.GetUnderlyingType(type) ?? type;
        return !value.IsEnum ? null : new XElement(
            Command + "parameterValueGroup",
            Enum.GetNames(value).Select(name => new XElement(
                Command + "parameterValue", new XAttribute("required", "false"), new XAttribute("variableLength", "false"), name)));
    }

    private static string Pipeline(CommandParameterInfo parameter) => (parameter.ValueFromPipeline, parameter.ValueFromPipelineByPropertyName) switch
    {
        (true, true) => "True (ByValue, ByPropertyName)",
        (true, false) => "True (ByValue)",
        (false, true) => "True (ByPropertyName)",
        _ => "False",
    };

    // The names that a person writes: string[], int, SecureString; what PowerShell has no short name for, without its namespace.
    private static string TypeName(Type type)
    {
        if (type.IsArray)
            return $"{TypeName(type.GetElementType()!)}[]";
        return Nullable.GetUnderlyingType(type) is { } underlying ? TypeName(underlying) : type.Name switch
        {
            nameof(String) => "string",
            nameof(Int32) => "int",
            nameof(Double) => "double",
            nameof(Decimal) => "decimal",
            nameof(Object) => "object",
            var name => name,
        };
    }

    private static string DefaultOf(CommandParameterInfo parameter, object? defaults)
    {
        if (parameter.ParameterType == typeof(SwitchParameter))
            return "False";
        var value = parameter.IsMandatory ? null : defaults?.GetType().GetProperty(parameter.Name)?.GetValue(defaults);
        return value switch
        {
            null or "" => "None",
            string text => text,
            IEnumerable list when list.Cast<object>().ToArray() is var items => items.Length == 0 ? "None" : string.Join(", ", items),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "None",
        };
    }
}
