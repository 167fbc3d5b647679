using Clembench.PowerShell.Hosting;

namespace Clembench.Tests.Transcripts;

public class PagerTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("less", "less")]
    [InlineData("  less  -R -X ", "less|-R|-X")]
    [InlineData("\"C:\\Program Files\\less.exe\" -R", "C:\\Program Files\\less.exe|-R")]
    [InlineData("'/opt/my pager/page' '--title=a \"b\"' --width=\"8 0\"", "/opt/my pager/page|--title=a \"b\"|--width=8 0")]
    [InlineData("less ''", "less|")]
    [InlineData("\"no end", "no end")]
    public void Its_command_is_split_at_spaces_outside_quotation_marks(string command, string words) =>
        string.Join('|', Pager.Words(command)).ShouldBe(words);
}
