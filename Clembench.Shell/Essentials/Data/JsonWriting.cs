using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using System.Reflection;
using Newtonsoft.Json;
using Newtonsoft.Json.Converters;

namespace Clembench.Shell.Essentials;

/// <summary>
/// Turns objects of a session into JSON: reduces them to dictionaries, lists and values down to a depth, and
/// lets Newtonsoft.Json, which the engine brings with it, write those.
/// </summary>
internal sealed class JsonWriting(int depth, bool compress, bool enumsAsStrings, StringEscapeHandling escape, Action onTruncated, CancellationToken cancellation)
{
    internal string Write(object? value)
    {
        var settings = new JsonSerializerSettings
        {
            TypeNameHandling = TypeNameHandling.None,
            MaxDepth = 1024,
            StringEscapeHandling = escape,
            Formatting = compress ? Newtonsoft.Json.Formatting.None : Newtonsoft.Json.Formatting.Indented,
        };
        if (enumsAsStrings) settings.Converters.Add(new StringEnumConverter());
        return JsonConvert.SerializeObject(Reduce(value, 0), settings);
    }

    private object? Reduce(object? value, int level)
    {
        cancellation.ThrowIfCancellationRequested();
        var wrapper = value as PSObject;
        var inner = wrapper?.BaseObject ?? value;
        if (inner is null || inner == System.Management.Automation.Internal.AutomationNull.Value || inner is DBNull || inner == NullStringValue) return null;
        if (IsPlain(inner)) return WithNotes(wrapper, inner, level, adapted: false);
        if (inner is Enum)
        {
            var underlying = Enum.GetUnderlyingType(inner.GetType());
            return underlying == typeof(long) || underlying == typeof(ulong) ? inner.ToString() : inner;
        }

        if (level > depth)
        {
            onTruncated();
            var text = LanguagePrimitives.ConvertTo(inner is PSCustomObject ? wrapper : inner, typeof(string), CultureInfo.InvariantCulture);
            return inner is PSCustomObject ? text : WithNotes(wrapper, text, level, adapted: false);
        }

        return inner switch
        {
            IDictionary table => WithNotes(wrapper, FromDictionary(table, level), level, adapted: false),
            _ when ReadOnlyPairs(inner) is { } pairs => WithNotes(wrapper, pairs.ToDictionary(p => p.Key, p => Reduce(p.Value, level + 1)), level, adapted: false),
            IEnumerable items => WithNotes(wrapper, FromList(items, level), level, adapted: false),
            PSCustomObject => WithNotes(wrapper, new Dictionary<string, object?>(), level, adapted: true),
            _ => WithNotes(wrapper, FromMembers(inner, level), level, adapted: true),
        };
    }

    private static readonly object NullStringValue = System.Management.Automation.Language.NullString.Value;

    private static bool IsPlain(object value) => value is string or char or bool or DateTime or DateTimeOffset or Guid or Uri or decimal or BigInteger
        || (value.GetType().IsPrimitive);

    private Dictionary<string, object?> FromDictionary(IDictionary table, int level)
    {
        var result = new Dictionary<string, object?>();
        foreach (DictionaryEntry entry in table)
        {
            if (EssentialCommand.Unwrap(entry.Key) is not string name)
            {
                throw new PSInvalidOperationException(
                    $"The type '{table.GetType()}' is not supported for serialization or deserialization of a dictionary. Keys must be strings.");
            }

            result[name] = Reduce(entry.Value, level + 1);
        }

        return result;
    }

    // A dictionary that is only readable is no IDictionary; as a list of pairs it would be useless.
    private static List<KeyValuePair<string, object?>>? ReadOnlyPairs(object value)
    {
        var contract = Array.Find(value.GetType().GetInterfaces(), i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)
            && i.GenericTypeArguments[0] == typeof(string));
        if (contract is null) return null;
        var pair = typeof(KeyValuePair<,>).MakeGenericType(contract.GenericTypeArguments);
        var (key, content) = (pair.GetProperty("Key")!, pair.GetProperty("Value")!);
        return [.. ((IEnumerable)value).Cast<object>().Select(p => KeyValuePair.Create((string)key.GetValue(p)!, content.GetValue(p)))];
    }

    private List<object?> FromList(IEnumerable items, int level)
    {
        var result = new List<object?>();
        foreach (var item in items) result.Add(Reduce(item, level + 1));
        return result;
    }

    private Dictionary<string, object?> FromMembers(object value, int level)
    {
        var result = new Dictionary<string, object?>();
        const BindingFlags Instance = BindingFlags.Public | BindingFlags.Instance;
        foreach (var field in value.GetType().GetFields(Instance).Where(f => !f.IsDefined(typeof(JsonIgnoreAttribute), true)))
            result[field.Name] = Reduce(field.GetValue(value), level + 1);
        foreach (var property in value.GetType().GetProperties(Instance).Where(p => !p.IsDefined(typeof(JsonIgnoreAttribute), true)))
        {
            if (property.GetGetMethod() is { } get && get.GetParameters().Length == 0) result[property.Name] = Reduce(ValueOf(get, value), level + 1);
        }

        return result;
    }

    // A property that cannot be read is null in the result, as in the real cmdlet.
    private static object? ValueOf(MethodInfo get, object target)
    {
        try
        {
            return get.Invoke(target, null);
        }
        catch (TargetInvocationException)
        {
            return null;
        }
    }

    // Properties that a session added to an object are written as well; a plain value then becomes { value: …, added: … }.
    private object? WithNotes(PSObject? wrapper, object? reduced, int level, bool adapted)
    {
        if (wrapper is null || wrapper.BaseObject is string or DateTime) return reduced;
        var table = reduced as Dictionary<string, object?>;
        foreach (var property in wrapper.Properties.Where(p => IsExtended(p) && (adapted || p.IsInstance)))
        {
            table ??= new Dictionary<string, object?> { ["value"] = reduced };
            if (!table.ContainsKey(property.Name)) table[property.Name] = Reduce(Read(property), level + 1);
        }

        return table ?? reduced;
    }

    private static bool IsExtended(PSPropertyInfo property) => property.MemberType is
        PSMemberTypes.NoteProperty or PSMemberTypes.ScriptProperty or PSMemberTypes.CodeProperty or PSMemberTypes.AliasProperty;

    private static object? Read(PSPropertyInfo property)
    {
        try
        {
            return property.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }
}
