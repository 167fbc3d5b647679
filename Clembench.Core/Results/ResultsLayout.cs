using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Clembench.Common;

namespace Clembench.Results;

/// <summary>The trees in which results are written.</summary>
public enum ResultsLayout
{
    /// <summary>clemcore's current one: <c>model/game/experiment/instance_00000/</c>.</summary>
    Current,

    /// <summary>The one of the older guide: <c>model-t0.0/game/0_experiment/episode_0/</c>.</summary>
    Seed,
}

/// <summary>The names of folders in each <see cref="ResultsLayout"/>.</summary>
public static class ResultsFolders
{
    /// <summary>The folder of a line-up of models.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="models">The names of the models, one for each role or one for all.</param>
    /// <param name="temperature">The sampling temperature, which the older layout names.</param>
    /// <returns>The folder's name.</returns>
    /// <exception cref="ClemException">A name cannot be part of a path.</exception>
    public static string ForModels(ResultsLayout layout, IReadOnlyList<string> models, double temperature)
    {
        var labels = models.Select(model => layout == ResultsLayout.Seed
            ? $"{model}-t{Json.PythonFloat.Repr(temperature)}"
            : model);
        var joined = string.Join("--", labels);
        if (models.Count > 2)
        {
            // clemcore's name for a group of more than two: a hash keeps the folder's name short.
#pragma warning disable CA5350 // A name, not a protection.
            var hash = SHA1.HashData(Encoding.UTF8.GetBytes(joined));
#pragma warning restore CA5350
            joined = $"group-{models.Count}p-{Convert.ToHexStringLower(hash)[..8]}";
        }

        return FileNames.Check(joined, "model");
    }

    /// <summary>The folder of an experiment.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="experiment">The experiment's name.</param>
    /// <param name="index">The experiment's place in its file, from 0, which the older layout names.</param>
    /// <returns>The folder's name.</returns>
    /// <exception cref="ClemException">The name cannot be part of a path.</exception>
    public static string ForExperiment(ResultsLayout layout, string experiment, int index)
    {
        FileNames.Check(experiment, "experiment");
        return layout == ResultsLayout.Seed ? $"{index.ToString(CultureInfo.InvariantCulture)}_{experiment}" : experiment;
    }

    /// <summary>The folder of an instance.</summary>
    /// <param name="layout">The layout.</param>
    /// <param name="instanceId">The instance's number.</param>
    /// <returns>The folder's name.</returns>
    public static string ForInstance(ResultsLayout layout, int instanceId) => layout == ResultsLayout.Seed
        ? $"episode_{instanceId.ToString(CultureInfo.InvariantCulture)}"
        : $"instance_{instanceId.ToString("00000", CultureInfo.InvariantCulture)}";

    /// <summary>The folder of a repetition, below the models' folder.</summary>
    /// <param name="repeat">The repetition, from 1.</param>
    /// <returns>The folder's name.</returns>
    public static string ForRepeat(int repeat) => $"epoch_{repeat.ToString("00000", CultureInfo.InvariantCulture)}";
}
