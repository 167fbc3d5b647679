namespace Microsoft.PowerShell.Commands;

/// <summary>What stands behind an error that a script wrote with a message alone; scripts may catch it by this name.</summary>
public class WriteErrorException(string message) : System.SystemException(message);
