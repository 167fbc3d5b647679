using System.Management.Automation;

namespace EmptyModule;

/// <summary>The least that a binary module can have: a cmdlet that does nothing.</summary>
[Cmdlet(VerbsCommon.Get, "Nothing")]
public sealed class GetNothingCommand : Cmdlet;
