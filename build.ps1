<#
.SYNOPSIS
Builds, tests and imports the module: a thin layer over dotnet for those who work in PowerShell.

.EXAMPLE
./build.ps1
Builds the module into out/Clembench.

.EXAMPLE
./build.ps1 -Test
Builds, and runs the tests.

.EXAMPLE
./build.ps1 -Import
Builds, and imports the module into this session.
#>
[CmdletBinding()]
param(
    # The build configuration.
    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    # Runs the tests after the build.
    [switch] $Test,

    # Imports the built module into this session.
    [switch] $Import
)

$ErrorActionPreference = 'Stop'
Push-Location -LiteralPath $PSScriptRoot
try {
    dotnet build --configuration $Configuration
    if ($LASTEXITCODE -ne 0) { throw "The build failed (exit code $LASTEXITCODE)." }

    if ($Test) {
        dotnet test --configuration $Configuration --no-build
        if ($LASTEXITCODE -ne 0) { throw "The tests failed (exit code $LASTEXITCODE)." }
    }

    if ($Import) {
        Import-Module (Join-Path $PSScriptRoot 'out' 'Clembench' 'Clembench.psd1') -Force -Scope Global
    }
}
finally {
    Pop-Location
}
