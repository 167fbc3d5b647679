# The module's assemblies and their dependencies live in a load context of their own (see Clembench.Loader);
# importing Clembench.Core as an assembly makes its public types usable as type literals: [Clembench.Results.Episode].
if (-not ('Clembench.Loader.ModuleLoadContext' -as [type])) {
    [void][System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Combine($PSScriptRoot, 'lib', 'Clembench.Loader.dll'))
}

foreach ($name in 'Clembench.Core', 'Clembench.PowerShell') {
    $assembly = [Clembench.Loader.ModuleLoadContext]::LoadModuleAssembly($name)
    $inner = Import-Module -Assembly $assembly -PassThru

    # PowerShell does not hand a cached binary module's cmdlets to the importing module on `Import-Module -Force`
    # (PowerShell/PowerShell issue 20710), so they are handed over here; a first import finds them there already.
    $addExportedCmdlet = [psmoduleinfo].GetMethod('AddExportedCmdlet', [System.Reflection.BindingFlags]'Instance, NonPublic')
    foreach ($cmdlet in $inner.ExportedCmdlets.Values) {
        $addExportedCmdlet.Invoke($ExecutionContext.SessionState.Module, @(, $cmdlet))
    }
}
