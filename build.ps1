<#
.SYNOPSIS
Builds, tests, imports and packs the module, and runs its benchmarks: a thin layer over dotnet for those who work in PowerShell.

.EXAMPLE
./build.ps1
Builds the module into out/Clembench.

.EXAMPLE
./build.ps1 -Test
Builds, and runs the tests.

.EXAMPLE
./build.ps1 -Import
Builds, and imports the module into this session.

.EXAMPLE
./build.ps1 -Package
Builds, and writes the module's package with its bill of materials, and llama.cpp for this platform, to out/packages.

.EXAMPLE
./build.ps1 -Benchmark
Builds, and prints the figures of docs/benchmarks.md; for numbers that mean something, on a machine that does nothing else.
#>
[CmdletBinding()]
param(
    # The build configuration.
    [ValidateSet('Debug', 'Release')]
    [string] $Configuration = 'Release',

    # Runs the tests after the build.
    [switch] $Test,

    # Imports the built module into this session.
    [switch] $Import,

    # Packs the module for a gallery.
    [switch] $Package,

    # Runs the benchmarks.
    [switch] $Benchmark
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

    if ($Package) {
        dotnet tool restore
        if ($LASTEXITCODE -ne 0) { throw "The tools cannot be restored (exit code $LASTEXITCODE)." }
        dotnet CycloneDX Clembench.PowerShell/Clembench.PowerShell.csproj --disable-package-restore --exclude-dev --output artifacts/sbom --output-format Json --filename clembench.cdx.json
        if ($LASTEXITCODE -ne 0) { throw "The bill of materials cannot be written (exit code $LASTEXITCODE)." }
        dotnet pack Clembench.PowerShell --configuration $Configuration --no-build
        if ($LASTEXITCODE -ne 0) { throw "The package cannot be written (exit code $LASTEXITCODE)." }
    }

    if ($Benchmark) {
        dotnet run --project Clembench.Benchmarks --configuration Release -- all
        if ($LASTEXITCODE -ne 0) { throw "A benchmark failed (exit code $LASTEXITCODE)." }
    }

    if ($Import) {
        Import-Module (Join-Path $PSScriptRoot 'out' 'Clembench' 'Clembench.psd1') -Force -Scope Global
    }
}
finally {
    Pop-Location
}
