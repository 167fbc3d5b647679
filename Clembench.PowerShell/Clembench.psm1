# The module's assemblies and their dependencies live in a load context of their own (see Clembench.Loader); the public types of
# Clembench.Core are made known to the session, so that they are type literals: [Clembench.Results.Episode].
$loaderPath = [System.IO.Path]::Combine($PSScriptRoot, 'lib', 'Clembench.Loader.dll')
$loaded = [System.AppContext]::GetData('Clembench.Loader')
if ($null -eq $loaded) {
    [void][System.Reflection.Assembly]::LoadFrom($loaderPath)
} else {
    # Assemblies stay as long as the process: a module from another place, or another version, is not loaded beside them.
    $version = [System.Reflection.AssemblyName]::GetAssemblyName($loaderPath).Version
    if ($loaded.Location -ne $loaderPath -or $loaded.GetName().Version -ne $version) {
        Write-Warning "This session runs Clembench $($loaded.GetName().Version) from '$($loaded.Location)', which was loaded before; version $version from '$loaderPath' runs in a new session only."
    }
}

$cmdlets = Import-Module -Assembly ([Clembench.Loader.ModuleLoadContext]::LoadModuleAssembly('Clembench.PowerShell')) -PassThru
[Clembench.Loader.ModuleSession]::HandOverCmdlets($ExecutionContext, $cmdlets)
if (-not [Clembench.Loader.ModuleSession]::AddTypes($ExecutionContext, 'Clembench.Core')) {
    Import-Module -Assembly ([Clembench.Loader.ModuleLoadContext]::LoadModuleAssembly('Clembench.Core'))
}
