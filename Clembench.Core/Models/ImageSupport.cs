namespace Clembench.Models;

/// <summary>How many images a message to a model may have.</summary>
public enum ImageSupport
{
    /// <summary>The model sees no images, or its entry does not say that it does.</summary>
    None,

    /// <summary>One image in a message.</summary>
    One,

    /// <summary>Several images in a message.</summary>
    Several,
}
