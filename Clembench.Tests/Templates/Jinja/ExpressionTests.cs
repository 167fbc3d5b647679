namespace Clembench.Tests.Templates.Jinja;

public class ExpressionTests
{
    [Theory]
    [InlineData("{{ -7 // 2 }} {{ -7 % 3 }} {{ 7 % -3 }} {{ 7 / 2 }} {{ 6 / 2 }}", "-4 2 -2 3.5 3.0")]
    [InlineData("{{ 2 ** 100 }} {{ 2 ** -1 }} {{ -2 ** 2 }}", "1267650600228229401496703205376 0.5 4")]
    [InlineData("{{ 9223372036854775807 + 1 }} {{ -9223372036854775808 - 1 }}", "9223372036854775808 -9223372036854775809")]
    [InlineData("{{ 0xff }} {{ 0b11 }} {{ 0o17 }} {{ 1_000 }} {{ 1e3 }} {{ 1.5e-7 }}", "255 3 15 1000 1000.0 1.5e-07")]
    [InlineData("{{ 1e16 }} {{ 0.1 + 0.2 }} {{ 1e400 }} {{ 5e-324 }}", "1e+16 0.30000000000000004 inf 5e-324")]
    [InlineData("{{ true + true }} {{ none }} {{ not 0 }}", "2 None True")]
    [InlineData("{{ 1 < 2 < 3 }} {{ 1 == 1.0 == true }} {{ 'a' < 'B' }}", "True True False")]
    [InlineData("{{ 'a' 'b' ~ 1 ~ none }} {{ 'ab' * 3 }} {{ [1] + [2] }} {{ (1,) + (2,) }}", "ab1None ababab [1, 2] (1, 2)")]
    [InlineData("{{ 1 if 0 else 2 }} {{ 1 if 0 }}|{{ 0 or 'a' }} {{ 1 and 0 }}", "2 |a 0")]
    [InlineData("{{ {1: 'a'}[1.0] }} {{ {1: 'a'}[true] }} {{ {'a': 1, 'a': 2} }}", "a a {'a': 2}")]
    [InlineData("{{ 'x' in 'xyz' }} {{ 1 not in [1.0] }} {{ 'k' in {'k': 0} }}", "True False True")]
    [InlineData("{{ \"q\\x41\\u00e9\\n\\101\\z\" }}", "qAé\nA\\z")]
    [InlineData("{{ ['it\\'s', \"\\\"\", '\\x00\\u200b'] }}", "[\"it's\", '\"', '\\x00\\u200b']")]
    [InlineData("{{ 2 + 3 * 4 - 1 }} {{ 1 + 2 | string }}", null)]
    public void ValuesAndOperatorsAreThoseOfPython(string template, string? expected)
    {
        if (expected is null)
            Rendering.Failure(template).Message.ShouldBe("unsupported operand type(s) for +: 'int' and 'str'");
        else
            Rendering.Render(template).ShouldBe(expected);
    }

    [Theory]
    [InlineData("{{ s[1] }}{{ s[-1] }}{{ s[9] }}|{{ s | length }}", "😀c|4")]
    [InlineData("{{ s[::-1] }}", "cb😀a")]
    [InlineData("{{ s[1:3] }}", "😀b")]
    [InlineData("{% for c in s %}{{ c }},{% endfor %}", "a,😀,b,c,")]
    [InlineData("{{ s.find('b') }} {{ s.center(6, '*') }}", "2 *a😀bc*")]
    public void StringsAreSequencesOfCodePoints(string template, string expected) =>
        Rendering.Render(template, """{"s": "a😀bc"}""").ShouldBe(expected);

    [Theory]
    [InlineData("{{ [1,2,3,4][1:3] }} {{ [1,2,3][::-1] }} {{ (1,2,3)[-2:] }} {{ range(10)[2:8:3] | list }}", "[2, 3] [3, 2, 1] (2, 3) [2, 5]")]
    [InlineData("{{ [[1, 2], [3]][0][1] }} {{ {'a': {'b': 3}}.a.b }}", "2 3")]
    public void SlicesAndLookups(string template, string expected) => Rendering.Render(template).ShouldBe(expected);

    [Fact]
    public void AnAttributeIsAMethodFirstAndAnItemIsAKeyFirst() =>
        Rendering.Render("{{ d.items is callable }} {{ d['items'] }} {{ d.other }}", """{"d": {"items": 1, "other": 2}}""").ShouldBe("True 1 2");

    [Theory]
    [InlineData("{{ x.y }}", "'x' is undefined")]
    [InlineData("{{ d.x.y }}", "'dict object' has no attribute 'x'")]
    [InlineData("{{ none.x.y }}", "'None' has no attribute 'x'")]
    [InlineData("{{ [][3].y }}", "list object has no element 3")]
    [InlineData("{{ x + 1 }}", "'x' is undefined")]
    [InlineData("{{ f() }}", "'f' is undefined")]
    [InlineData("{{ x < 1 }}", "'x' is undefined")]
    public void UsingTheUndefinedFails(string template, string message)
    {
        var failure = Rendering.Failure(template, """{"d": {}}""");
        failure.Kind.ShouldBe(Clembench.Templates.Jinja.JinjaErrorKind.Undefined);
        failure.Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("{{ 1 < 'a' }}", "'<' not supported between instances of 'int' and 'str'")]
    [InlineData("{{ 'a' + 1 }}", "can only concatenate str (not \"int\") to str")]
    [InlineData("{{ 5 in 5 }}", "argument of type 'int' is not iterable")]
    [InlineData("{{ {[]: 1} }}", "unhashable type: 'list'")]
    [InlineData("{{ 'a'() }}", "'str' object is not callable")]
    [InlineData("{{ none[1:] }}", "'NoneType' object is not subscriptable")]
    public void TypeErrorsAreWordedAsPythonsAre(string template, string message) => Rendering.Failure(template).Message.ShouldBe(message);

    [Fact]
    public void WhatIsUndefinedRendersAsNothing() => Rendering.Render("[{{ x }}]{% for a in x %}a{% endfor %}{{ x | length }}{{ x is defined }}").ShouldBe("[]0False");
}
