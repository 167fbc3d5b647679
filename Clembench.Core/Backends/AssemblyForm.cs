using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Clembench.Backends;

/// <summary>
/// The form of a backend assembly, read from its metadata (ECMA-335, partition II): loading it would run its module
/// initializer, and making its backend its constructor, before anybody has said that they trust it.
/// </summary>
internal static class AssemblyForm
{
    /// <summary>What to do about an assembly that cannot be loaded.</summary>
    public const string HowToBuild = "Build it for .NET 10 against this version of Clembench.Core, with its dependencies beside it.";

    // Deeper than classes are nested or derived; a file that says they go on for ever is not an honest one.
    private const int DeepestLevel = 100;

    private enum Verdict
    {
        No,
        Yes,

        // It derives from a class of another assembly, which only loading can tell more about.
        Open,
    }

    /// <summary>Judges a file.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <returns>What is wrong with it, to follow the file's name, and what to do; null where nothing is known to be.</returns>
    public static (string What, string Action)? FindProblem(ReadOnlySpan<byte> content)
    {
        try
        {
            using var file = new PEReader(ImmutableArray.Create(content));
            return file.HasMetadata
                ? Judge(file.GetMetadataReader())
                : ("cannot be loaded: it is no .NET assembly.", HowToBuild);
        }
        catch (BadImageFormatException error)
        {
            return ($"cannot be loaded: {error.Message}", HowToBuild);
        }
    }

    /// <summary>Judges how many backend classes an assembly has.</summary>
    /// <param name="names">The classes' names.</param>
    /// <returns>What is wrong and what to do; null where it is exactly one.</returns>
    public static (string What, string Action)? JudgeCount(IReadOnlyCollection<string> names) => names.Count == 1 ? null : (
        $"has {(names.Count == 0 ? "no public class" : $"{names.Count} public classes ({string.Join(", ", names)})")} implementing {typeof(IBackend).FullName}; it must have exactly one.",
        "Correct the assembly, and register it again.");

    /// <summary>What is wrong with a backend class that cannot be made.</summary>
    /// <param name="name">The class's name.</param>
    /// <returns>What is wrong and what to do.</returns>
    public static (string What, string Action) NoConstructor(string name) =>
        ($"has the class {name} without a public constructor that takes no parameters.", "Add such a constructor.");

    private static (string What, string Action)? Judge(MetadataReader reader)
    {
        var classes = reader.TypeDefinitions.Select(reader.GetTypeDefinition)
            .Where(type => IsPublicClass(reader, type))
            .Select(type => (Type: type, Verdict: Implements(reader, type)))
            .Where(one => one.Verdict != Verdict.No).ToArray();
        var sure = classes.Where(one => one.Verdict == Verdict.Yes).Select(one => one.Type).ToArray();
        if (sure.Length > 1 || classes.Length == 0)
            return JudgeCount([.. sure.Select(type => FullName(reader, type))]);
        return sure is [var only] && !HasConstructor(reader, only) ? NoConstructor(FullName(reader, only)) : null;
    }

    private static bool IsPublicClass(MetadataReader reader, TypeDefinition type)
    {
        const TypeAttributes NotMakeable = TypeAttributes.Interface | TypeAttributes.Abstract;
        if ((type.Attributes & NotMakeable) != 0)
            return false;
        for (var level = 0; level < DeepestLevel; level++)
        {
            switch (type.Attributes & TypeAttributes.VisibilityMask)
            {
                case TypeAttributes.Public: return true;
                case TypeAttributes.NestedPublic when type.GetDeclaringType() is { IsNil: false } outer:
                    type = reader.GetTypeDefinition(outer);
                    break;
                default: return false;
            }
        }

        throw new BadImageFormatException("its classes are nested without end.");
    }

    private static Verdict Implements(MetadataReader reader, TypeDefinition type, int level = 0)
    {
        if (level > DeepestLevel)
            throw new BadImageFormatException("its classes derive from each other without end.");
        var interfaces = type.GetInterfaceImplementations()
            .Select(one => IsBackend(reader, reader.GetInterfaceImplementation(one).Interface, level)).ToArray();
        if (interfaces.Contains(Verdict.Yes))
            return Verdict.Yes;
        var inherited = type.BaseType.IsNil ? Verdict.No : IsBackend(reader, type.BaseType, level);
        return inherited == Verdict.No && interfaces.Contains(Verdict.Open) ? Verdict.Open : inherited;
    }

    private static Verdict IsBackend(MetadataReader reader, EntityHandle handle, int level) => handle.Kind switch
    {
        HandleKind.TypeDefinition => Implements(reader, reader.GetTypeDefinition((TypeDefinitionHandle)handle), level + 1),
        HandleKind.TypeReference => IsBackend(reader, reader.GetTypeReference((TypeReferenceHandle)handle)),
        // A generic type with its arguments. Ours has no such class.
        _ => Verdict.Open,
    };

    private static Verdict IsBackend(MetadataReader reader, TypeReference type)
    {
        if (type.ResolutionScope.Kind != HandleKind.AssemblyReference)
            return Verdict.Open;
        var assembly = reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name);
        var own = typeof(IBackend).Assembly;
        if (assembly == own.GetName().Name)
        {
            return own.GetType($"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}") is { } ours && ours.IsAssignableTo(typeof(IBackend))
                ? Verdict.Yes : Verdict.No;
        }

        // The framework knows nothing of us.
        return assembly is "mscorlib" or "netstandard" or "System" || assembly.StartsWith("System.", StringComparison.Ordinal) ? Verdict.No : Verdict.Open;
    }

    private static bool HasConstructor(MetadataReader reader, TypeDefinition type) => type.GetMethods().Select(reader.GetMethodDefinition).Any(method =>
        reader.StringComparer.Equals(method.Name, ".ctor")
        && (method.Attributes & MethodAttributes.MemberAccessMask) == MethodAttributes.Public
        && TakesNothing(reader.GetBlobReader(method.Signature)));

    // A signature begins with its calling convention and the number of parameters (ECMA-335, II.23.2.1).
    private static bool TakesNothing(BlobReader signature) =>
        !signature.ReadSignatureHeader().IsGeneric && signature.ReadCompressedInteger() == 0;

    private static string FullName(MetadataReader reader, TypeDefinition type)
    {
        var name = reader.GetString(type.Name);
        return type.IsNested && !type.GetDeclaringType().IsNil ? $"{FullName(reader, reader.GetTypeDefinition(type.GetDeclaringType()))}+{name}"
            : type.Namespace.IsNil ? name : $"{reader.GetString(type.Namespace)}.{name}";
    }
}
