namespace Microsoft.PowerShell.Commands;

/// <summary>A process that was asked for is not there; scripts may catch it by this name.</summary>
public class ProcessCommandException(string message) : System.SystemException(message);
