# What the shell supplies of this module of pwsh, for sessions that it did not make: a bare runspace, or a block of
# ForEach-Object -Parallel, loads it by itself when it meets one of the names. The list is that of EssentialCommands.cs.
@{
  RootModule        = 'Microsoft.PowerShell.Management.psm1'
  ModuleVersion     = '0.1.0'
  GUID              = '0a5b7c64-7d0e-4a6e-9c35-5b1f3f2a9d18'
  Author            = 'The Clembench for PowerShell authors'
  Copyright         = '(c) 2026 The Clembench for PowerShell authors. MIT License.'
  Description       = 'Essential cmdlets for the embedded engine, which lacks them.'
  CmdletsToExport   = @(
    'Add-Content'
    'Clear-Content'
    'Convert-Path'
    'Copy-Item'
    'Get-ChildItem'
    'Get-Content'
    'Get-Item'
    'Get-ItemProperty'
    'Get-ItemPropertyValue'
    'Get-Location'
    'Get-PSDrive'
    'Get-PSProvider'
    'Get-Process'
    'Join-Path'
    'Move-Item'
    'New-Item'
    'New-PSDrive'
    'Pop-Location'
    'Push-Location'
    'Remove-Item'
    'Remove-PSDrive'
    'Rename-Item'
    'Resolve-Path'
    'Set-Content'
    'Set-Location'
    'Split-Path'
    'Start-Process'
    'Stop-Process'
    'Test-Path'
  )
  FunctionsToExport = @()
  VariablesToExport = @()
  AliasesToExport   = @()
}
