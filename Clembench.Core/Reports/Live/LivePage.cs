namespace Clembench.Reports.Live;

/// <summary>A page that is served.</summary>
/// <param name="Address">Where it is; who knows the address can read it, on this machine.</param>
public sealed record LivePage(Uri Address)
{
    /// <inheritdoc />
    public override string ToString() => Address.AbsoluteUri;
}
