using Clembench.Json;

namespace Clembench.Jobs;

/// <summary>What Kubernetes is told of a job, and no other scheduler.</summary>
public sealed record KubernetesOptions
{
    /// <summary>The container image, in which PowerShell and the module are.</summary>
    public string? Image { get; init; }

    /// <summary>The namespace; null for the one that <c>kubectl</c> is set to.</summary>
    public string? Namespace { get; init; }

    /// <summary>The persistent volume claim that the results lie in; several pods write to it at once (<c>ReadWriteMany</c>).</summary>
    public string? VolumeClaim { get; init; }

    /// <summary>Where the volume is mounted.</summary>
    public string MountPath { get; init; } = "/data";

    /// <summary>The Secret whose members become environment variables: the models' keys.</summary>
    public string? KeySource { get; init; }

    /// <summary>What else the manifest is to say, as a JSON merge patch (RFC 7396).</summary>
    public JsonMap Patch { get; init; } = JsonMap.Empty;
}
