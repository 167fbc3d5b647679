# Both modules have their cmdlets from the shell's assembly. A session imports a binary module once and hands its cmdlets to
# the first importer only, so that they are handed over here; the manifest says which of them are this module's.
$shell = Import-Module ([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'Clembench.Shell.dll')) -PassThru
$addExportedCmdlet = [psmoduleinfo].GetMethod('AddExportedCmdlet', [System.Reflection.BindingFlags]'Instance, NonPublic')
foreach ($cmdlet in $shell.ExportedCmdlets.Values) {
    $null = $addExportedCmdlet.Invoke($ExecutionContext.SessionState.Module, @(, $cmdlet))
}
