using Clembench.Common;

namespace Clembench.Tests.Results;

public class FileNamesTests
{
    [Theory]
    [InlineData("m")]
    [InlineData("gpt-4o-mini-t0.0--llama3:8b-t0.0")]
    [InlineData("console")]
    [InlineData("com10")]
    [InlineData("0_greet_en")]
    public void A_name_of_a_folder_stays_as_it_is(string name) => FileNames.Check(name, "model").ShouldBe(name);

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData(".hidden")]
    [InlineData("ends.")]
    [InlineData("ends ")]
    [InlineData("CON")]
    [InlineData("nul.txt")]
    [InlineData("Lpt1 .x")]
    [InlineData("COM¹")]
    public void A_name_that_is_none_somewhere_is_refused_everywhere(string name) =>
        Should.Throw<ClemException>(() => FileNames.Check(name, "model")).Id.ShouldBe("Clem.Results.UnusableName");
}
