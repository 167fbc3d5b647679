using Clembench.Help;

if (args is not [var assembly, var docs, var output])
{
    Console.Error.WriteLine("Usage: Clembench.Help <assembly with cmdlets> <docs folder> <output folder>");
    return 64;
}

try
{
    HelpFolder.Write(assembly, docs, output);
    return 0;
}
catch (HelpSourceException error)
{
    // MSBuild shows this as an error at that place.
    Console.Error.WriteLine($"{error.File}({error.Line}): error CLEMHELP: {error.Message}");
    return 1;
}
