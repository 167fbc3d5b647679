using Clembench.Tests.Servers;
using Clembench.Tests.Servers.Providers;

namespace Clembench.Tests.Backends.Remote;

/// <summary>The checks of formats find what they are there for.</summary>
public class FormatCheckTests
{
    [Theory]
    [InlineData("openai", """{"model": "m", "messages": [{"role": "user", "content": "x"}]}""", true)]
    [InlineData("openai", """{"model": "m", "messages": [{"role": "user", "content": "x"}], "unknown": 1}""", false)]
    [InlineData("openai", """{"model": "m", "messages": [{"role": "user", "content": null}]}""", false)]
    [InlineData("azure", """{"messages": [{"role": "model", "content": "x"}]}""", false)]
    [InlineData("anthropic", """{"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "x"}]}""", true)]
    [InlineData("anthropic", """{"model": "m", "messages": [{"role": "user", "content": "x"}]}""", false)]
    [InlineData("anthropic", """{"model": "m", "max_tokens": 1, "messages": [{"role": "system", "content": "x"}]}""", false)]
    [InlineData("anthropic", """{"model": "m", "max_tokens": 1, "messages": [{"role": "user", "content": "x"}, {"role": "user", "content": "x"}]}""", false)]
    [InlineData("anthropic", """{"model": "m", "max_tokens": 1024, "thinking": {"type": "enabled", "budget_tokens": 1024}, "messages": [{"role": "user", "content": "x"}]}""", false)]
    [InlineData("anthropic", """{"model": "m", "max_tokens": 2000, "temperature": 0, "thinking": {"type": "enabled", "budget_tokens": 1024}, "messages": [{"role": "user", "content": "x"}]}""", false)]
    [InlineData("google", """{"contents": [{"role": "user", "parts": [{"text": "x"}]}]}""", true)]
    [InlineData("google", """{"contents": [{"role": "assistant", "parts": [{"text": "x"}]}]}""", false)]
    [InlineData("google", """{"contents": [{"role": "user", "parts": [{"text": ""}]}]}""", false)]
    [InlineData("google", """{"contents": [{"role": "user", "parts": [{"text": "x"}]}], "temperature": 0}""", false)]
    [InlineData("mistral", """{"model": "m", "messages": [{"role": "user", "content": "x"}]}""", true)]
    [InlineData("mistral", """{"model": "m", "messages": [{"role": "user", "content": "x"}], "max_completion_tokens": 1}""", false)]
    [InlineData("mistral", """{"model": "m", "messages": [{"role": "assistant", "content": "x"}]}""", false)]
    [InlineData("cohere", """{"stream": false, "model": "m", "messages": [{"role": "user", "content": "x"}]}""", true)]
    [InlineData("cohere", """{"stream": false, "model": "m", "messages": [{"role": "assistant", "content": ""}]}""", false)]
    [InlineData("cohere", """{"stream": false, "model": "m", "temperature": 2, "messages": [{"role": "user", "content": "x"}]}""", false)]
    public void What_is_not_of_the_format_is_found(string name, string body, bool valid)
    {
        var format = ProviderFormat.All[name];
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["Content-Type"] = "application/json",
            [format.KeyHeader.Name] = format.KeyHeader.Value,
            ["anthropic-version"] = "2023-06-01",
        };
        var place = new Uri("http://host" + format.MethodPath);
        var call = new RecordedCall(0, headers, System.Text.Encoding.UTF8.GetBytes(body)) { Path = place.AbsolutePath, Query = place.Query };
        format.Check(call).Any().ShouldBe(!valid);
        format.Check(call with { Headers = new Dictionary<string, string>() }).Count().ShouldBeGreaterThanOrEqualTo(2);
        format.Check(call with { Path = "/v9/other" }).ShouldNotBeEmpty();
    }
}
