using System.Collections;
using System.Management.Automation;
using Clembench.Common;
using Clembench.Models;

namespace Clembench.PowerShell.Hosting;

/// <summary>Lets a parameter that takes a registry entry take one as a hashtable or JSON, too. Its relative paths start at the session's folder.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ModelEntryArgumentAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is not IDictionary && (value is not string text || !text.TrimStart().StartsWith('{')))
            return inputData;
        try
        {
            var map = ModelSession.ToSpecification(value);
            return ModelEntryReader.FindProblem(map) is { } problem
                ? throw new ArgumentTransformationMetadataException($"This is no entry of a registry: {problem.Message}. An entry has at least a model_name and a backend.")
                : Backends.Local.LocalPath.Root(ModelEntryReader.Read(map), engineIntrinsics.SessionState.Path.CurrentFileSystemLocation.ProviderPath);
        }
        catch (ClemException error)
        {
            throw new ArgumentTransformationMetadataException(error.Message, error);
        }
    }
}
