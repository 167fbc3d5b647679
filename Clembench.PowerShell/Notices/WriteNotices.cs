using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Writes the licences and notices of the packages whose assemblies are shipped, as the packages have them: their files, and what their descriptions say. A package
/// that names a well-known licence without bringing its text gets that text from one that brings it, under its own copyright. Compiled by the build.
/// </summary>
public sealed class WriteNotices : Task
{
    private static readonly Regex LicenceFile = new Regex(@"^(licen[cs]e|copying)(\.(txt|md))?$", RegexOptions.IgnoreCase);
    private static readonly Regex NoticeFile = new Regex(@"^(third-?party-?)?notices?(\.(txt|md))?$", RegexOptions.IgnoreCase);
    private static readonly Regex Heading = new Regex(@"^\s*((the )?MIT License|BSD 3-Clause License|\(MIT\)|copyright|all rights reserved|©)", RegexOptions.IgnoreCase);

    /// <summary>The files that are shipped, with NuGetPackageId, NuGetPackageVersion and PathInPackage.</summary>
    [Required]
    public ITaskItem[] Files { get; set; }

    /// <summary>Licences of packages that name theirs by an address or a file alone: the identifier in License.</summary>
    public ITaskItem[] Licences { get; set; } = new ITaskItem[0];

    /// <summary>Our own licence, MIT: its text serves packages that bring none.</summary>
    [Required]
    public string OwnLicence { get; set; }

    /// <summary>The file to write.</summary>
    [Required]
    public string Output { get; set; }

    /// <inheritdoc />
    public override bool Execute()
    {
        var named = Licences.ToDictionary(item => item.ItemSpec, item => item.GetMetadata("License"), StringComparer.OrdinalIgnoreCase);
        var packages = Files.Select(Folder).Distinct().Select(folder => new Package(folder, named)).OrderBy(package => package.Name, StringComparer.OrdinalIgnoreCase).ToList();
        // Of several that bring the same licence, the shortest text is the plainest.
        var texts = packages.Where(package => package.Licence.Length > 0).GroupBy(package => package.Identifier)
            .ToDictionary(group => group.Key, group => Body(group.Select(package => package.Licence).OrderBy(text => text.Length).First()));
        texts["MIT"] = Body(File.ReadAllText(OwnLicence));

        var blocks = new List<KeyValuePair<string, string>>();
        foreach (var package in packages)
        {
            if (package.Licence.Length == 0 && !texts.ContainsKey(package.Identifier))
            {
                Log.LogError("Package {0} brings no licence, and no package brings the text of '{1}': name its licence in Notices.targets.", package.Name, package.Identifier);
                continue;
            }

            // A text that begins as those of others do, with the copyright in it, is there once for all of them.
            var licence = package.Licence.Length > 0 ? package.Licence : package.Copyright + "\n\n" + texts[package.Identifier];
            blocks.Add(new KeyValuePair<string, string>($"{package.Name} {package.Version} ({package.Identifier})", string.Join("\n\n", new[] { licence }.Concat(package.Notices))));
        }

        if (Log.HasLoggedErrors)
            return false;
        var line = new string('=', 78);
        var text = new StringBuilder("Libraries of others come with this package. Here are their licences and notices.\n");
        foreach (var block in blocks.GroupBy(block => block.Value, block => block.Key))
            text.Append($"\n{line}\n{string.Join("\n", block)}\n{line}\n\n{block.Key.Trim('\n')}\n");
        Directory.CreateDirectory(Path.GetDirectoryName(Output));
        File.WriteAllText(Output, text.ToString());
        return true;
    }

    private static string Folder(ITaskItem file)
    {
        var path = file.GetMetadata("FullPath").Replace('\\', '/');
        return path.Substring(0, path.Length - file.GetMetadata("PathInPackage").Length).TrimEnd('/');
    }

    // Without the heading and whose it is.
    private static string Body(string licence) => string.Join("\n", licence.Split('\n').SkipWhile(line => line.Trim().Length == 0 || Heading.IsMatch(line)));

    private sealed class Package
    {
        public Package(string folder, IReadOnlyDictionary<string, string> named)
        {
            var description = XDocument.Load(Directory.GetFiles(folder, "*.nuspec").Single()).Root.Elements().First();
            string Value(string name) => description.Elements().FirstOrDefault(element => element.Name.LocalName == name)?.Value.Trim() ?? "";
            Name = Value("id");
            Version = Value("version");
            var licence = description.Elements().FirstOrDefault(element => element.Name.LocalName == "license");
            var isExpression = (string)licence?.Attribute("type") == "expression";
            Identifier = named.TryGetValue(Name, out var known) ? known : isExpression ? licence.Value.Trim() : Value("licenseUrl");
            var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).OrderBy(path => path, StringComparer.Ordinal).ToList();
            Licence = files.Where(path => LicenceFile.IsMatch(Path.GetFileName(path))).Select(Read).FirstOrDefault() ?? "";
            Notices = files.Where(path => NoticeFile.IsMatch(Path.GetFileName(path))).Select(Read).ToList();
            var copyright = Value("copyright") is { Length: > 0 } said ? said : Value("authors");
            Copyright = Regex.IsMatch(copyright, @"^(copyright|©|\(c\))", RegexOptions.IgnoreCase) ? copyright : "Copyright (c) " + copyright;
        }

        public string Name { get; }

        public string Version { get; }

        public string Identifier { get; }

        public string Copyright { get; }

        public string Licence { get; }

        public IReadOnlyList<string> Notices { get; }

        private static string Read(string path) => File.ReadAllText(path).Replace("\r\n", "\n").Trim('\n', '\uFEFF');
    }
}
