using System.Globalization;
using System.Text;

namespace Clembench.Tests.Support;

/// <summary>Instance files that tests make.</summary>
internal static class InstanceFiles
{
    /// <summary>hellogame's instances for so many people, each with a prompt of its own.</summary>
    public static string Greetings(int count)
    {
        var text = new StringBuilder("{\"experiments\": [{\"name\": \"many\", \"game_instances\": [");
        for (var id = 0; id < count; id++)
            text.Append(id == 0 ? "" : ",").Append(CultureInfo.InvariantCulture, $"{{\"game_id\": {id}, \"prompt\": \"Greet and welcome N{id}\", \"target_name\": \"N{id}\"}}");
        return text.Append("]}]}").ToString();
    }
}
