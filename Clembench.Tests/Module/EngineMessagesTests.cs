using System.Management.Automation;
using System.Reflection;
using Clembench.PowerShell.Hosting;

namespace Clembench.Tests.Module;

/// <summary>What threads of the engine say, until the pipeline thread writes it.</summary>
public sealed class EngineMessagesTests
{
    [Fact]
    public void Messages_are_written_in_the_order_in_which_they_were_said()
    {
        var messages = new EngineMessages();
        messages.Verbose("1");
        messages.WarnOnce("2");
        messages.Debug("3");
        messages.WarnOnce("2");
        messages.WarnOnce("4");
        messages.Verbose("5");
        Write(messages).ShouldBe(["WriteVerbose 1", "WriteWarning 2", "WriteDebug 3", "WriteWarning 4", "WriteVerbose 5"]);
        Write(messages).ShouldBeEmpty();
    }

    [Fact]
    public void Where_nobody_writes_them_old_ones_make_room_but_for_warnings()
    {
        var messages = new EngineMessages();
        messages.WarnOnce("first");
        for (var i = 0; i < 5000; i++)
            messages.Debug($"{i}");
        messages.WarnOnce("last");
        var written = Write(messages);
        written.ShouldBe(["WriteWarning first", .. Enumerable.Range(4000, 1000).Select(i => $"WriteDebug {i}"), "WriteWarning last"]);
    }

    private static List<string> Write(EngineMessages messages)
    {
        var runtime = DispatchProxy.Create<ICommandRuntime, Recorder>();
        messages.Write(new Silent { CommandRuntime = runtime });
        return ((Recorder)(object)runtime).Written;
    }

    private sealed class Silent : Cmdlet;

    /// <summary>A runtime that notes what it is told.</summary>
    public class Recorder : DispatchProxy
    {
        internal List<string> Written { get; } = [];

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            Written.Add($"{targetMethod!.Name} {args![0]}");
            return null;
        }
    }
}
