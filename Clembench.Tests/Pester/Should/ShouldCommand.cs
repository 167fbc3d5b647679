using System.Collections.ObjectModel;
using System.Management.Automation;
using Clembench.Tests.Pester.Commands;
using Clembench.Tests.Pester.Model;

namespace Clembench.Tests.Pester.Should;

/// <summary>Should: asserts something of the values piped to it. Each operator is a parameter set.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Should", DefaultParameterSetName = NoOperator)]
public sealed class ShouldCommand : PSCmdlet, IDynamicParameters
{
    private const string NoOperator = "NoOperator";

    private readonly List<object?> _values = [];
    private readonly RuntimeDefinedParameterDictionary _parameters = MakeParameters();

    [Parameter(ValueFromPipeline = true)]
    public object? ActualValue { get; set; }

    /// <summary>What no parameter takes: operators and parameters that the runner does not have.</summary>
    [Parameter(ValueFromRemainingArguments = true)]
    public object?[] Rest { get; set; } = [];

    public object GetDynamicParameters() => _parameters;

    protected override void BeginProcessing()
    {
        if (Rest.Length > 0) this.Refuse($"'Should {string.Join(' ', Rest)}'");
        if (ParameterSetName == NoOperator) this.Throw("Should needs an operator, such as -Be.", "PesterNoOperator", ErrorCategory.InvalidArgument);
    }

    protected override void ProcessRecord() => _values.Add(ActualValue);

    protected override void EndProcessing()
    {
        var used = ShouldOperator.All.First(o => o.Name == ParameterSetName);
        var arguments = _parameters.Values.Where(p => p.IsSet).ToDictionary(p => p.Name, p => (object?)p.Value, StringComparer.OrdinalIgnoreCase);
        var negate = arguments.TryGetValue("Not", out var not) && LanguagePrimitives.IsTrue(not);
        foreach (var actual in Actuals(used))
        {
            var verdict = used.Test(new ShouldCall(actual, negate, arguments, SessionState));
            if (!verdict.Passed) Fail(used, negate, LanguagePrimitives.ConvertTo<string>(arguments.GetValueOrDefault("Because")), verdict);
            else if (verdict.Output is not null) WriteObject(verdict.Output);
        }
    }

    private IEnumerable<object?> Actuals(ShouldOperator used)
    {
        if (_values.Count == 0) return [null];
        if (!used.TakesArray) return _values;
        return [MyInvocation.ExpectingInput ? _values.ToArray() : Values.Unroll(ActualValue)];
    }

    private void Fail(ShouldOperator used, bool negate, string because, ShouldVerdict verdict)
    {
        var reason = because.Trim().Length == 0 ? string.Empty : $", because {because.Trim()}";
        var message = $"Should {(negate ? "-Not " : string.Empty)}-{used.Name} does not hold{reason}.\n"
            + $"expected: {(negate ? "not " : string.Empty)}{verdict.Expected}\nactual:   {verdict.Actual}"
            + (verdict.Detail is null ? string.Empty : "\n" + verdict.Detail);
        const string id = "PesterAssertionFailed";
        if (MyInvocation.BoundParameters.TryGetValue("ErrorAction", out var action) && !ActionPreference.Stop.Equals(action))
        {
            // The test goes on, and fails at its end.
            PesterSession.Of(this).AssertionErrors.Add(new PesterError(message, id, MyInvocation.ScriptName, MyInvocation.ScriptLineNumber, string.Empty));
            return;
        }

        ThrowTerminatingError(new ErrorRecord(new ShouldFailedException(message), id, ErrorCategory.InvalidResult, null));
    }

    private static RuntimeDefinedParameterDictionary MakeParameters()
    {
        var parameters = new RuntimeDefinedParameterDictionary();
        foreach (var used in ShouldOperator.All)
        {
            Add(parameters, used.Name, isSwitch: true, used.Name, null, mandatory: true);
            if (used.Alias is not null) parameters[used.Name].Attributes.Add(new AliasAttribute(used.Alias));
            Add(parameters, "Not", isSwitch: true, used.Name, null);
            var position = 1;
            foreach (var name in used.Parameters) Add(parameters, name, isSwitch: false, used.Name, position++);
            Add(parameters, "Because", isSwitch: false, used.Name, position);
            foreach (var name in used.Switches) Add(parameters, name, isSwitch: true, used.Name, null);
        }

        return parameters;
    }

    private static void Add(
        RuntimeDefinedParameterDictionary parameters, string name, bool isSwitch, string set, int? position, bool mandatory = false)
    {
        if (!parameters.TryGetValue(name, out var parameter))
        {
            parameter = new RuntimeDefinedParameter(name, isSwitch ? typeof(SwitchParameter) : typeof(object), new Collection<Attribute>());
            parameters[name] = parameter;
        }

        var attribute = new ParameterAttribute { ParameterSetName = set, Mandatory = mandatory };
        if (position is { } number) attribute.Position = number;
        parameter.Attributes.Add(attribute);
    }
}

/// <summary>An assertion that does not hold.</summary>
public sealed class ShouldFailedException : Exception
{
    public ShouldFailedException()
    {
    }

    public ShouldFailedException(string message)
        : base(message)
    {
    }

    public ShouldFailedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
