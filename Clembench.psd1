@{
  RootModule           = 'Clembench.psm1'
  ModuleVersion        = '0.1.0'
  GUID                 = '6f2b1c0e-2f1d-4c7b-9a53-0c4e8d1f7a26'
  Author               = 'The Clembench for PowerShell authors'
  Copyright            = '(c) 2026 The Clembench for PowerShell authors. MIT License.'
  Description          = 'Benchmarks chat models by dialogue games: a registry of models and backends, game play with exact records of every prompt and response, checks and scores, as a pipeline of typed objects.'
  PowerShellVersion    = '7.6'
  CompatiblePSEditions = @('Core')
  TypesToProcess       = @('Models.Types.ps1xml', 'Templates.Types.ps1xml')
  FormatsToProcess     = @(
    'Backends.Format.ps1xml'
    'Benchmark.Format.ps1xml'
    'Games.Format.ps1xml'
    'Guide.Format.ps1xml'
    'HuggingFace.Format.ps1xml'
    'Jobs.Format.ps1xml'
    'Models.Format.ps1xml'
    'Reports.Format.ps1xml'
    'Results.Format.ps1xml'
    'Runs.Format.ps1xml'
    'Templates.Format.ps1xml'
  )
  CmdletsToExport      = @(
    'Add-ClemModel'
    'Compare-ClemModel'
    'Export-ClemJob'
    'Export-ClemPlot'
    'Export-ClemReport'
    'Export-ClemSubmission'
    'Export-ClemTranscript'
    'Format-ClemPrompt'
    'Get-ClemBackend'
    'Get-ClemEpisode'
    'Get-ClemGame'
    'Get-ClemInstance'
    'Get-ClemInteraction'
    'Get-ClemKey'
    'Get-ClemModel'
    'Get-ClemModelCard'
    'Get-ClemRequest'
    'Invoke-ClemGame'
    'Invoke-ClemRun'
    'Measure-ClemBenchmark'
    'Measure-ClemScore'
    'New-ClemInstance'
    'Register-ClemBackend'
    'Register-ClemModel'
    'Remove-ClemKey'
    'Resolve-ClemModel'
    'Save-ClemModel'
    'Set-ClemKey'
    'Show-ClemResult'
    'Show-ClemTranscript'
    'Test-ClemModel'
    'Test-ClemResult'
    'Test-ClemTemplate'
    'Unregister-ClemModel'
  )
  FunctionsToExport    = @()
  VariablesToExport    = @()
  AliasesToExport      = @()
  PrivateData          = @{
    PSData = @{
      Tags       = @('NLP', 'LLM', 'benchmark', 'evaluation', 'dialogue', 'clembench')
      LicenseUri = 'https://opensource.org/license/mit'
    }
  }
}
