using System.Management.Automation;
using Clembench.Help;
using Clembench.Tests.Support;

namespace Clembench.Tests.Help;

/// <summary>How pages of help are read: what has not their form is an error at its line, and nothing is written.</summary>
public sealed class HelpSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("# Set-Thing\n\n## SYNOPSIS\n\nx\n", 1, "# Get-Thing")]
    [InlineData("", 1, "# Get-Thing")]
    [InlineData("# Get-Thing\n\nStray.\n", 3, "SYNOPSIS")]
    [InlineData("# Get-Thing\n\n## SYNOPSYS\n", 3, "SYNOPSIS")]
    [InlineData("# Get-Thing\n\n## EXAMPLES\n\n### One\n\nNo code.\n", 5, "one block of code")]
    [InlineData("# Get-Thing\n\n## EXAMPLES\n\n### One\n\n```powershell\na\n```\n\n```powershell\nb\n```\n", 5, "one block of code")]
    [InlineData("# Get-Thing\n\n## PARAMETERS\n\nStray.\n", 5, "'### …'")]
    [InlineData("# Get-Thing\n\n## PARAMETERS\n\n### -A\n\nx\n\n### -A\n\ny\n", 9, "twice")]
    [InlineData("# Get-Thing\n\n## NOTES\n\n> quoted\n", 5, "QuoteBlock")]
    public void A_page_of_another_form_is_an_error_at_its_line(string text, int line, string says)
    {
        File.WriteAllText(_folder.File("Get-Thing.md"), text);
        var error = Should.Throw<HelpSourceException>(() => CommandPage.Read(_folder.File("Get-Thing.md")));
        error.Line.ShouldBe(line);
        error.Message.ShouldContain(says);
    }

    [Fact]
    public void A_page_is_read_as_plain_text()
    {
        File.WriteAllText(_folder.File("Get-Thing.md"), """
            # Get-Thing

            ## SYNOPSIS

            Gets *things* with `-Name`
            of a [list](list.md).

            ## DESCRIPTION

            - one
            - two &amp; [three](https://example.org)

            ## EXAMPLES

            ### All

            Before.

            ```powershell needs-key
            Get-Thing |
                Sort-Object
            ```

            After.

            ## PARAMETERS

            ### -Name

            Its name.

            ## RELATED LINKS

            - [Set-Thing](Set-Thing.md)
            - [Home](https://example.org)
            """);
        var page = CommandPage.Read(_folder.File("Get-Thing.md"));
        page.Synopsis.ShouldBe(["Gets things with -Name of a list."]);
        page.Description.ShouldBe(["- one\n- two & three (https://example.org)"]);
        var example = page.Examples.ShouldHaveSingleItem();
        (example.Title, example.Code).ShouldBe(("All", "Get-Thing |\n    Sort-Object"));
        (example.Introduction[0], example.Remarks[0]).ShouldBe(("Before.", "After."));
        page.Parameters["Name"].ShouldBe(["Its name."]);
        page.Links.ShouldBe([new("Set-Thing", ""), new("Home", "https://example.org")]);
    }

    [Fact]
    public void A_topic_is_wrapped_and_its_tables_are_columns()
    {
        File.WriteAllText(_folder.File("about_Things.md"), $"""
            # about_Things

            ## Short description

            Says what things are.

            ## Long description

            {string.Join(' ', Enumerable.Repeat("word", 40))}

            1. first
            2. {string.Join(' ', Enumerable.Repeat("item", 20))}

            | key | meaning |
            | --- | --- |
            | a | `b` |
            """);
        var lines = AboutTopic.Read(_folder.File("about_Things.md")).Text.Split('\n');
        lines[..7].ShouldBe(["TOPIC", "    about_Things", "", "SHORT DESCRIPTION", "    Says what things are.", "", "LONG DESCRIPTION"]);
        lines.ShouldAllBe(line => line.Length <= 80);
        lines.ShouldContain("    1. first");
        lines.ShouldContain(line => line.StartsWith("       item", StringComparison.Ordinal));
        lines[^4..].ShouldBe(["    key  meaning", "    ---  -------", "    a    b", ""]);
    }

    [Theory]
    [InlineData("# about_Things\n\n## Long description\n\nx\n")]
    [InlineData("# about_Things\n\n## Short description\n\nThis line is longer than what the engine takes for the synopsis, which is one line.\n")]
    public void A_topic_begins_with_a_line_that_says_what_it_is(string text)
    {
        File.WriteAllText(_folder.File("about_Things.md"), text);
        Should.Throw<HelpSourceException>(() => AboutTopic.Read(_folder.File("about_Things.md"))).Message.ShouldContain("Short description");
    }

    [Fact]
    public void What_a_cmdlet_declares_is_written_and_not_typed()
    {
        File.WriteAllText(_folder.File("Get-Thing.md"), "# Get-Thing\n\n## SYNOPSIS\n\nGets.\n\n## PARAMETERS\n\n### -Count\n\nHow many.\n");
        var maml = MamlCommand.Create(new CmdletInfo("Get-Thing", typeof(GetThingCommand)), CommandPage.Read(_folder.File("Get-Thing.md")));

        var parameters = maml.Elements().Single(element => element.Name.LocalName == "parameters").Elements().ToArray();
        string Value(int parameter, string name) => parameters[parameter].Elements().Single(element => element.Name.LocalName == name).Value;
        parameters.Select(parameter => parameter.Elements().First().Value).ShouldBe(["Name", "Count", "WhatIf", "Confirm"]);
        ((string?)parameters[0].Attribute("pipelineInput"), (string?)parameters[0].Attribute("position"), (string?)parameters[0].Attribute("required"))
            .ShouldBe(("True (ByValue)", "0", "true"));
        ((string?)parameters[1].Attribute("aliases"), Value(1, "defaultValue"), Value(1, "parameterValue"), Value(1, "description"))
            .ShouldBe(("n", "7", "int", "How many."));
        Value(2, "description").ShouldNotBeEmpty();
    }

    public void Dispose() => _folder.Dispose();

    [Cmdlet(VerbsCommon.Get, "Thing", SupportsShouldProcess = true)]
    private sealed class GetThingCommand : PSCmdlet
    {
        [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
        public string Name { get; set; } = "";

        [Parameter]
        [Alias("n")]
        public int? Count { get; set; } = 7;
    }
}
