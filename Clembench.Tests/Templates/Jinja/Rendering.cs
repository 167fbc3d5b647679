using Clembench.Json;
using Clembench.Templates.Jinja;

namespace Clembench.Tests.Templates.Jinja;

/// <summary>Short ways to render a template, and to see how it fails.</summary>
internal static class Rendering
{
    public static string Render(string template, string variables = "{}") => Output(template, variables).Text;

    public static JinjaOutput Output(string template, string variables = "{}", JinjaOptions? options = null) =>
        JinjaTemplate.Parse(template).Render(JsonMap.Parse(variables), options);

    /// <summary>The pieces of the text that are input.</summary>
    public static string[] Input(string template, string variables)
    {
        var output = Output(template, variables);
        return [.. output.InputSpans.Select(span => output.Text.Substring(span.Start, span.Length))];
    }

    public static JinjaException Failure(string template, string variables = "{}", JinjaOptions? options = null) =>
        Should.Throw<JinjaException>(() => Output(template, variables, options));
}
