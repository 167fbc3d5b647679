using Clembench.Backends;
using Clembench.Json;

namespace Clembench.Tests.Security;

/// <summary>Addresses may have secrets in them, which are shown and recorded nowhere.</summary>
public class SecretAddressTests
{
    [Theory]
    [InlineData("https://user:pa@ss@host/v1?key=s3cret&alt=json", "https://host/v1?key=****&alt=json")]
    [InlineData("https://host/v1?api-version=1&subscription-key=s3cret#x", "https://host/v1?api-version=1&subscription-key=****#x")]
    [InlineData("https://host/a?sig=s3cret&Access_Token=s3cret", "https://host/a?sig=****&Access_Token=****")]
    [InlineData("https://host/v1?api-version=2024-10-21", "https://host/v1?api-version=2024-10-21")]
    [InlineData("What is the key? key=none", "What is the key? key=none")]
    public void A_secret_in_an_address_is_not_recorded(string text, string recorded)
    {
        Secrets.StripAddress(text).ShouldBe(recorded);
        Secrets.Strip(new JsonMap([new("model_config", new JsonMap([new("base_url", text)]))])).ToString()
            .ShouldBe(new JsonMap([new("model_config", new JsonMap([new("base_url", recorded)]))]).ToString());
    }
}
