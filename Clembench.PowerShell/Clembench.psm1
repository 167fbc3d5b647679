# The module's assemblies and their dependencies live in a load context of their own (see Clembench.Loader);
# importing Clembench.Core as an assembly makes its public types usable as type literals: [Clembench.Results.Episode].
$loaderPath = [System.IO.Path]::Combine($PSScriptRoot, 'lib', 'Clembench.Loader.dll')
$loader = 'Clembench.Loader.ModuleLoadContext' -as [type]
if ($null -eq $loader) {
    [void][System.Reflection.Assembly]::LoadFrom($loaderPath)
} else {
    # Assemblies stay as long as the process: a module from another place, or another version, is not loaded beside them.
    $loaded = $loader.Assembly
    $version = [System.Reflection.AssemblyName]::GetAssemblyName($loaderPath).Version
    if ($loaded.Location -ne $loaderPath -or $loaded.GetName().Version -ne $version) {
        Write-Warning "This session runs Clembench $($loaded.GetName().Version) from '$($loaded.Location)', which was loaded before; version $version from '$loaderPath' runs in a new session only."
    }
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
