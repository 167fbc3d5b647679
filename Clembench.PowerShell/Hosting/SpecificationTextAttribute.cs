using System.Collections;
using System.Management.Automation;

namespace Clembench.PowerShell.Hosting;

/// <summary>
/// Lets a parameter that takes names of models take partial specifications too: a hashtable becomes the JSON that it
/// stands for, which names may be as well.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class SpecificationTextAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc />
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) => inputData switch
    {
        PSObject { BaseObject: IDictionary or object[] } wrapped => Transform(engineIntrinsics, wrapped.BaseObject),
        IDictionary map => ScriptValue.ToMap(map, "Clem.Model.BadSpecification", "The specification of a model").ToString(),
        object[] list when list.Any(item => (item as PSObject)?.BaseObject is IDictionary || item is IDictionary) =>
            Array.ConvertAll(list, item => Transform(engineIntrinsics, item)),
        _ => inputData,
    };
}
