using System.Text;

namespace Clembench.Help;

/// <summary>A culture's help folder of the module, such as en-US/.</summary>
public static class HelpFolder
{
    /// <summary>Writes the help of an assembly's cmdlets, and the about topics. What the folder holds beside them is deleted.</summary>
    /// <param name="assemblyPath">The assembly with the cmdlets; its dependencies lie beside it.</param>
    /// <param name="docs">The folder with <c>cmdlets/&lt;Cmdlet&gt;.md</c> and <c>about/about_&lt;Topic&gt;.md</c>.</param>
    /// <param name="output">The folder that is written.</param>
    /// <exception cref="HelpSourceException">A page does not have the form of one.</exception>
    public static void Write(string assemblyPath, string docs, string output)
    {
        var commands = CommandReader.Read(assemblyPath)
            .Select(cmdlet => (cmdlet, Page: Path.Join(docs, "cmdlets", $"{cmdlet.Name}.md")))
            // A cmdlet without a page has the help that PowerShell makes of its declaration.
            .Where(pair => File.Exists(pair.Page))
            .Select(pair => MamlCommand.Create(pair.cmdlet, CommandPage.Read(pair.Page)))
            .ToList();
        var topics = Directory.EnumerateFiles(Path.Join(docs, "about"), "about_*.md").Select(AboutTopic.Read).ToList();

        // Nothing is written before everything has been read: a page with an error leaves the folder as it was.
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);
        Directory.CreateDirectory(output);
        MamlCommand.Save(commands, Path.Join(output, $"{Path.GetFileName(assemblyPath)}-Help.xml"));
        foreach (var topic in topics)
            File.WriteAllText(Path.Join(output, $"{topic.Name}.help.txt"), topic.Text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }
}
