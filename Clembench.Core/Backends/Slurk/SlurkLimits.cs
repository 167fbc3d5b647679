namespace Clembench.Backends.Slurk;

/// <summary>How long is waited for a person.</summary>
/// <param name="Join">For the person to enter the room.</param>
/// <param name="Response">For an answer.</param>
internal sealed record SlurkLimits(TimeSpan Join, TimeSpan Response);
