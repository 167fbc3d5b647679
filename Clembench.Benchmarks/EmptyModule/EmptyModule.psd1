@{
  RootModule        = 'EmptyModule.dll'
  ModuleVersion     = '1.0.0'
  GUID              = '5f0c7e86-2f59-4c39-8f0d-4a2e0a0c6d11'
  CmdletsToExport   = @('Get-Nothing')
  FunctionsToExport = @()
  VariablesToExport = @()
  AliasesToExport   = @()
}
