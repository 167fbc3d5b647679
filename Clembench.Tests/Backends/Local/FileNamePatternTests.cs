using Clembench.Backends.Local;

namespace Clembench.Tests.Backends.Local;

/// <summary>Patterns of file names, as Python's fnmatch reads them. The expectations are its own answers.</summary>
public sealed class FileNamePatternTests
{
    [Theory]
    [InlineData("*Q4_K_M.gguf", "m-Q4_K_M.gguf", true)]
    [InlineData("*Q4_K_M.gguf", "m-Q4_K_M.gguf.part", false)]
    [InlineData("m-Q?_0.gguf", "m-Q8_0.gguf", true)]
    [InlineData("m-Q?_0.gguf", "m-Q_0.gguf", false)]
    [InlineData("m-Q[48]_0.gguf", "m-Q8_0.gguf", true)]
    [InlineData("m-Q[4-6]_0.gguf", "m-Q5_0.gguf", true)]
    [InlineData("m-Q[4-6]_0.gguf", "m-Q8_0.gguf", false)]
    [InlineData("m-Q[!4-6]_0.gguf", "m-Q8_0.gguf", true)]
    [InlineData("m-Q[!4-6]_0.gguf", "m-Q4_0.gguf", false)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[!]a]", "]", false)]
    [InlineData("[!]a]", "b", true)]
    [InlineData("[a", "[a", true)]
    [InlineData("[a", "a", false)]
    [InlineData("[]", "[]", true)]
    [InlineData("[!]", "[!]", true)]
    [InlineData("[z-a]", "a", false)]
    [InlineData("[!z-a]", "a", true)]
    [InlineData("[a^]", "^", true)]
    [InlineData("[^a]", "a", true)]
    [InlineData("[a-]", "-", true)]
    [InlineData("a.gguf", "abgguf", false)]
    [InlineData("a\\*", "a\\b", true)]
    [InlineData("q4/*.gguf", "q4/x/y.gguf", true)]
    [InlineData("A*", "abc", false)]
    [InlineData("*", "", true)]
    [InlineData("a", "a\n", false)]
    public void Names_fit_as_in_Python(string pattern, string name, bool expected) => new FileNamePattern(pattern).Fits(name).ShouldBe(expected);

    [Fact]
    public void A_model_is_found_by_a_set_of_letters()
    {
        string[] names = ["m-Q4_0.gguf", "m-Q5_0.gguf", "m-Q8_0.gguf"];
        GgufFileNames.Select(names, "m-Q[45]_0.gguf").ShouldBe(["m-Q4_0.gguf", "m-Q5_0.gguf"]);
        GgufFileNames.Select(names, "M-q[8]*").ShouldBe(["m-Q8_0.gguf"]);
    }
}
