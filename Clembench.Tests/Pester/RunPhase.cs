using System.Diagnostics;
using System.Management.Automation;
using Clembench.Tests.Pester.Commands;
using Clembench.Tests.Pester.Model;
using Clembench.Tests.Support;

namespace Clembench.Tests.Pester;

/// <summary>The second phase: runs the tests that discovery found, with the set-ups around them.</summary>
internal sealed class RunPhase(PesterSession session, SessionState state, string file)
{
    private readonly ScriptScopes _scopes = new(state);
    private readonly SortedDictionary<int, PesterTestResult> _results = [];
    private readonly List<PesterError> _errors = [];

    public PesterFileResult Run()
    {
        session.Phase = PesterPhase.Run;
        using var drive = new TestDrive(state);
        using var folder = new TemporaryFolder();
        var scopeFile = folder.File(ScriptScopes.ScopeFileName);
        File.WriteAllText(scopeFile, ScriptScopes.ScriptScopeFile);
        _scopes.InNewScriptScope(scopeFile, () => RunBlock(session.Root, drive));
        return new PesterFileResult([.. _results.Values], _errors);
    }

    private void RunBlock(PesterBlock block, TestDrive drive)
    {
        if (!block.AllTests.Any()) return;
        var before = drive.Snapshot();
        _scopes.InNewScope(() =>
        {
            _scopes.Set(block.DataVariables());
            var error = RunSetup(block, PesterSetup.BeforeAll) ?? (block.Skip ? null : ExpandName(block));
            if (error is null)
            {
                foreach (var child in block.Children)
                {
                    if (child is PesterBlock inner) RunBlock(inner, drive);
                    else RunTest((PesterTest)child);
                }
            }
            else
            {
                _errors.Add(PesterError.From(error, file, $"BeforeAll of {Label(block)} failed: "));
                foreach (var test in block.AllTests)
                    _results[test.Index] = new PesterTestResult(test.Path, PesterOutcome.Failed, TimeSpan.Zero, null, [_errors[^1]]);
            }

            if (RunSetup(block, PesterSetup.AfterAll) is { } after)
                _errors.Add(PesterError.From(after, file, $"AfterAll of {Label(block)} failed: "));
        });
        drive.Clear(before);
    }

    private ErrorRecord? RunSetup(PesterBlock block, PesterSetup kind) =>
        block.Setup(kind) is { } body && !block.Skip ? _scopes.Dot(body, block.DataArguments()) : null;

    private void RunTest(PesterTest test)
    {
        if (test.Skip)
        {
            _results[test.Index] = new PesterTestResult(test.Path, PesterOutcome.Skipped, TimeSpan.Zero, "skipped by -Skip", []);
            return;
        }

        var errors = new List<ErrorRecord>();
        var watch = Stopwatch.StartNew();
        session.AssertionErrors.Clear();
        _scopes.InNewScope(() =>
        {
            _scopes.Set(test.DataVariables());
            var arguments = test.DataArguments();
            var error = Setups(test, PesterSetup.BeforeEach).Reverse().Select(s => _scopes.Dot(s, arguments)).FirstOrDefault(e => e is not null)
                ?? ExpandName(test)
                ?? _scopes.Dot(test.Body, arguments);
            if (error is not null) errors.Add(error);
            errors.AddRange(Setups(test, PesterSetup.AfterEach).Select(s => _scopes.Dot(s, arguments)).OfType<ErrorRecord>());
        });
        _results[test.Index] = Result(test, errors, watch.Elapsed);
    }

    private ErrorRecord? ExpandName(PesterItem item)
    {
        try
        {
            item.ExpandedName = NameTemplate.Expand(item.Name, state);
            return null;
        }
        catch (RuntimeException e)
        {
            return e.ErrorRecord;
        }
    }

    // From the test's own block outwards.
    private static IEnumerable<ScriptBlock> Setups(PesterTest test, PesterSetup kind)
    {
        for (var block = test.Parent; block is not null; block = block.Parent)
        {
            if (block.Setup(kind) is { } body) yield return body;
        }
    }

    private PesterTestResult Result(PesterTest test, List<ErrorRecord> errors, TimeSpan duration)
    {
        // Set-ItResult is an error to the engine; one that comes with a real failure hides it no more than it does in a passing test.
        var marks = errors.Where(e => e.FullyQualifiedErrorId is { } id && SetItResultCommand.Outcomes.ContainsKey(IdOf(id))).ToList();
        var failures = session.AssertionErrors.Concat(errors.Except(marks).Select(e => PesterError.From(e, file))).ToList();
        if (failures.Count > 0) return new PesterTestResult(test.Path, PesterOutcome.Failed, duration, null, failures);
        return marks.Count > 0
            ? new PesterTestResult(test.Path, SetItResultCommand.Outcomes[IdOf(marks[0].FullyQualifiedErrorId)], duration, marks[0].Exception.Message, [])
            : new PesterTestResult(test.Path, PesterOutcome.Passed, duration, null, []);
    }

    // The engine appends the command's name to the id of an error that a cmdlet throws.
    private static string IdOf(string fullyQualifiedId) => fullyQualifiedId.Split(',')[0];

    private static string Label(PesterBlock block) => block.IsRoot ? "the file" : $"'{block.Path}'";
}
