using Clembench.Templates.Jinja;

namespace Clembench.Tests.Templates.Jinja;

public class SandboxTests
{
    [Theory]
    [InlineData("{{ ''.__class__ }}", "")]
    [InlineData("{{ 'a{0.__class__}b'.format(42) }}", "ab")]
    [InlineData("{{ 'a{x.__class__}b'.format_map({'x': 42}) }}", "ab")]
    [InlineData("{{ [].append }}", "")]
    public void WhatIsForbiddenIsUndefined(string template, string expected) => Rendering.Render(template).ShouldBe(expected);

    [Theory]
    [InlineData("{{ ''.__class__.__mro__ }}")]
    [InlineData("{{ '{0.__class__.__mro__}'.format(42) }}")]
    [InlineData("{{ '{x.__class__.__mro__}'.format_map({'x': 42}) }}")]
    [InlineData("{% set f = '{0.__class__.__mro__}'.format %}{{ f(1) }}")]
    [InlineData("{{ ('{0.__class__.__mro__}' | attr('format'))(1) }}")]
    [InlineData("{{ ['{0.__class__.__mro__}'.format] | map(attribute='__call__') | list | first | attr('x') }}")]
    [InlineData("{{ cycler.__init__.__globals__ }}")]
    [InlineData("{{ range.__globals__.os }}")]
    [InlineData("{% macro m() %}{% endmacro %}{{ m._func.__code__ }}")]
    [InlineData("{{ [].append(1) }}")]
    [InlineData("{{ [3, 1].sort() }}")]
    [InlineData("{{ [1].pop() }}")]
    [InlineData("{{ {}.update({'a': 1}) }}")]
    [InlineData("{{ {}.clear() }}")]
    public void UsingWhatIsForbiddenIsASecurityError(string template) => Rendering.Failure(template).Kind.ShouldBe(JinjaErrorKind.Security);

    [Fact]
    public void OnlyPlainValuesAreTaken()
    {
        var template = JinjaTemplate.Parse("{{ x }}");
        Should.Throw<ArgumentException>(() => template.Render(new Dictionary<string, object?> { ["x"] = new Uri("file:///") }));
        Should.Throw<ArgumentException>(() => template.Render(new Dictionary<string, object?> { ["x"] = new object?[] { new System.Text.StringBuilder() } }));
    }

    [Fact]
    public void InputThatContainsItselfEndsAtALimit()
    {
        var list = new List<object?>();
        list.Add(list);
        var failure = Should.Throw<JinjaException>(() => JinjaTemplate.Parse("{{ x }}").Render(new Dictionary<string, object?> { ["x"] = list }));
        failure.Kind.ShouldBe(JinjaErrorKind.Limit);
    }

    [Fact]
    public void ARenderCanBeCancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() => JinjaTemplate.Parse("{% for x in range(100000) %}{% endfor %}").Render(
            new Dictionary<string, object?>(), cancellationToken: cancelled.Token));
    }

    [Fact]
    public void ATemplateIsRenderedByManyThreads()
    {
        var template = JinjaTemplate.Parse("{% for m in messages %}{{ loop.index }}{{ m | upper }}{% endfor %}");
        Parallel.For(0, 200, i =>
        {
            var output = template.Render(new Dictionary<string, object?> { ["messages"] = new object?[] { $"m{i}", "x" } });
            output.Text.ShouldBe($"1M{i}2X");
            output.InputSpans.Count.ShouldBe(2);
        });
    }
}
