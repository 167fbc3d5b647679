using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace Clembench.Shell.Hosting;

/// <summary>
/// The one place that reaches members of the engine that are not public: the formatting engine behind
/// Format-* and Out-*, the signal that stops upstream commands, variables and aliases of a given scope, and two
/// switches that a console host sets.
/// The engine's version is pinned, and tests fail if one of these members goes away.
/// </summary>
internal static class EngineInternals
{
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Assembly Engine = typeof(PSObject).Assembly;
    private static readonly FieldInfo Implementation = Field(typeof(FrontEndCommandBase), "implementation");
    private static readonly ConcurrentDictionary<string, object> SnapIns = new();
    private static readonly Type Shapes = Type("Microsoft.PowerShell.Commands.Internal.Format.FormatShape");
    private static readonly Type Parameters = Type("Microsoft.PowerShell.Commands.Internal.Format.FormattingCommandLineParameters");

    /// <summary>Gives a Format-* cmdlet the engine's formatter for a shape: Table, List, Wide or Complex.</summary>
    internal static void AttachFormatter(FrontEndCommandBase command, string shape)
        => Implementation.SetValue(command, Create(
            "Microsoft.PowerShell.Commands.Internal.Format.InnerFormatShapeCommand", Enum.Parse(Shapes, shape)));

    /// <summary>Hands a formatter its properties; for the shapes whose outer class the engine does not contain.</summary>
    internal static void SetFormatParameters(OuterFormatShapeCommandBase command, FormatRequest request)
    {
        var parameters = Create(Parameters.FullName!);
        Field(Parameters, "viewName").SetValue(parameters, request.View);
        Field(Parameters, "forceFormattingAlsoOnOutOfBand").SetValue(parameters, request.Force);
        Field(Parameters, "autosize").SetValue(parameters, request.AutoSize);
        Field(Parameters, "groupByParameter").SetValue(parameters, Invoke(command, "ProcessGroupByParameter"));
        Field(Parameters, "expansion").SetValue(parameters, Invoke(command, "ProcessExpandParameter"));
        var specific = Create("Microsoft.PowerShell.Commands.Internal.Format." + request.ShapeParameters);
        foreach (var (name, value) in request.ShapeValues) Field(specific.GetType(), name).SetValue(specific, value);
        Field(Parameters, "shapeParameters").SetValue(parameters, specific);
        if (request.Property is { Length: > 0 })
        {
            var definition = Create("Microsoft.PowerShell.Commands.Internal.Format." + request.Definition);
            var processor = Create("Microsoft.PowerShell.Commands.Internal.Format.ParameterProcessor", definition);
            var context = Create("Microsoft.PowerShell.Commands.Internal.Format.TerminatingErrorContext", command);
            Field(Parameters, "mshParameterList").SetValue(parameters, Invoke(processor, "ProcessParameters", request.Property, context));
        }

        Invoke(Implementation.GetValue(command)!, "SetCommandLineParameters", parameters);
    }

    /// <summary>Starts a formatter whose parameters are set, past the class that would read them from a table or list.</summary>
    internal static void StartFrontEnd(FrontEndCommandBase command)
    {
        var begin = typeof(FrontEndCommandBase).GetMethod("BeginProcessing", Any) ?? throw Missing(typeof(FrontEndCommandBase), "BeginProcessing");
        // A plain invocation would be virtual, and so come back to the caller.
        var start = (Action)Activator.CreateInstance(typeof(Action), command, begin.MethodHandle.GetFunctionPointer())!;
        start();
    }

    /// <summary>Makes an Out-* cmdlet format its input and write the lines to a writer.</summary>
    internal static void AttachWriter(FrontEndCommandBase command, TextWriter writer, int columns, bool suppressNewline)
    {
        var manager = Create("Microsoft.PowerShell.Commands.Internal.Format.OutputManagerInner");
        var lines = Create("Microsoft.PowerShell.Commands.Internal.Format.TextWriterLineOutput", writer, columns, suppressNewline);
        var property = manager.GetType().GetProperty("LineOutput", Any) ?? throw Missing(manager.GetType(), "LineOutput");
        property.SetValue(manager, lines);
        Implementation.SetValue(command, manager);
    }

    /// <summary>The exception that stops the commands before this one in the pipeline, and only those.</summary>
    internal static Exception StopUpstream(Cmdlet command)
        => (Exception)Create("System.Management.Automation.StopUpstreamCommandsException", command);

    /// <summary>
    /// Puts a command under the module that has it in pwsh, so that `Microsoft.PowerShell.Utility\Write-Host`, which scripts
    /// and the engine's own Tab completion write, is found.
    /// </summary>
    internal static void SetModule(SessionStateCommandEntry entry, string module)
        => Invoke(entry, "SetPSSnapIn", SnapIns.GetOrAdd(module, name => Create(
            "System.Management.Automation.PSSnapInInfo", name, false, AppContext.BaseDirectory, name, name,
            new Version(7, 0), new Version(7, 0), new Collection<string>(), new Collection<string>(), name, name)));

    /// <summary>A variable of one scope, named or numbered; null if that scope has none of the name.</summary>
    internal static PSVariable? GetVariable(SessionState session, string name, string scope)
        => (PSVariable?)Invoke(Inner(session), "GetVariableAtScope", name, scope);

    /// <summary>All variables of one scope.</summary>
    internal static IEnumerable<PSVariable> GetVariables(SessionState session, string scope)
        => ((IDictionary<string, PSVariable>)Invoke(Inner(session), "GetVariableTableAtScope", scope)!).Values;

    internal static void SetVariable(SessionState session, PSVariable variable, string scope, bool force)
        => Invoke(Inner(session), "SetVariableAtScope", variable, scope, force, CommandOrigin.Internal);

    internal static void RemoveVariable(SessionState session, PSVariable variable, string scope, bool force)
        => Invoke(Inner(session), "RemoveVariableAtScope", variable, scope, force);

    internal static AliasInfo SetAlias(PSCmdlet command, string name, string definition, string scope, bool force)
    {
        var context = (typeof(Cmdlet).BaseType!.GetProperty("Context", Any) ?? throw Missing(typeof(Cmdlet), "Context")).GetValue(command);
        var alias = Create("System.Management.Automation.AliasInfo", name, definition, context);
        return (AliasInfo)Invoke(Inner(command.SessionState), "SetAliasItemAtScope", alias, scope, force)!;
    }

    /// <summary>A refusal of an argument that makes the binder try the next parameter at that position, instead of an error.</summary>
    internal static Exception TryOtherParameter(string message)
        => (Exception)Create("System.Management.Automation.ValidationMetadataException", message, true);

    /// <summary>Marks an error so that Out-Default sends it to the host's error writer.</summary>
    internal static PSObject AsErrorStream(ErrorRecord error)
    {
        var wrapped = new PSObject(error);
        var property = typeof(PSObject).GetProperty("WriteStream", Any) ?? throw Missing(typeof(PSObject), "WriteStream");
        property.SetValue(wrapped, Enum.Parse(property.PropertyType, "Error"));
        return wrapped;
    }

    /// <summary>Lets <c>exit N</c> in the next script file end the session with N, as -File needs.</summary>
    internal static void LetScriptExitEndSession(Runspace runspace)
    {
        var context = (typeof(Runspace).GetProperty("ExecutionContext", Any) ?? throw Missing(typeof(Runspace), "ExecutionContext"))
            .GetValue(runspace)!;
        (context.GetType().GetProperty("ScriptCommandProcessorShouldRethrowExit", Any)
            ?? throw Missing(context.GetType(), "ScriptCommandProcessorShouldRethrowExit")).SetValue(context, true);
    }

    private static object Inner(SessionState session)
        => (typeof(SessionState).GetProperty("Internal", Any) ?? throw Missing(typeof(SessionState), "Internal")).GetValue(session)!;

    private static Type Type(string name)
        => Engine.GetType(name, throwOnError: false) ?? throw new MissingMemberException($"The engine has no type '{name}'.");

    private static FieldInfo Field(Type type, string name) => type.GetField(name, Any) ?? throw Missing(type, name);

    private static object Create(string typeName, params object?[] arguments)
    {
        try
        {
            return Activator.CreateInstance(Type(typeName), Any & ~BindingFlags.Static, null, arguments, null)!;
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            throw e.InnerException;
        }
    }

    private static object? Invoke(object target, string name, params object?[] arguments)
    {
        var method = target.GetType().GetMethods(Any).FirstOrDefault(m => m.Name == name && Fits(m.GetParameters(), arguments))
            ?? throw Missing(target.GetType(), name);
        try
        {
            return method.Invoke(target, arguments);
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            throw e.InnerException;
        }
    }

    private static bool Fits(ParameterInfo[] parameters, object?[] arguments)
        => parameters.Length == arguments.Length
        && parameters.Zip(arguments).All(p => p.Second is null ? !p.First.ParameterType.IsValueType : p.First.ParameterType.IsInstanceOfType(p.Second));

    private static MissingMemberException Missing(Type type, string name) => new(type.FullName, name);
}

/// <summary>What a Format-Wide or Format-Custom command asks of the formatter.</summary>
internal sealed record FormatRequest(string Definition, string ShapeParameters)
{
    public object[]? Property { get; init; }
    public string? View { get; init; }
    public bool Force { get; init; }
    public bool? AutoSize { get; init; }
    public IReadOnlyDictionary<string, object> ShapeValues { get; init; } = new Dictionary<string, object>();
}
