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

# Puts into the bill of materials what only we know: those licences, our own, and llama.cpp, which comes from npm.
function Complete-BillOfMaterials([string] $Path) {
    # Those of packages that name theirs by an address or a file, which the bill of materials cannot tell by itself.
    $items = dotnet msbuild Clembench.PowerShell -getItem:ClembenchLicence
    if ($LASTEXITCODE -ne 0) { throw "The licences cannot be told (exit code $LASTEXITCODE): $items" }
    $licences = @{}
    foreach ($item in (ConvertFrom-Json ($items -join "`n")).Items.ClembenchLicence) { $licences[$item.Identity] = $item.License }
    $bill = ConvertFrom-Json (Get-Content -LiteralPath $Path -Raw) -AsHashtable
    $bill.metadata.component.licenses = @(@{ license = @{ id = 'MIT' } })
    $bill.components = @($bill.components) + @(
        $lock = ConvertFrom-Json (Get-Content -LiteralPath native/cpu/package-lock.json -Raw) -AsHashtable
        foreach ($name in $lock.packages.Keys | Where-Object { $_ } | Sort-Object) {
            $package = $lock.packages[$name]
            $short = $name -replace '^node_modules/'
            [ordered]@{
                type = 'library'; 'bom-ref' = "pkg:npm/$($short -replace '^@', '%40')@$($package.version)"; name = $short; version = $package.version
                description = 'The libraries of llama.cpp; in the optional part of the package, for one platform each.'
                licenses = @(@{ license = @{ id = $package.license } }); purl = "pkg:npm/$($short -replace '^@', '%40')@$($package.version)"
            }
        }
    )
    foreach ($component in $bill.components | Where-Object { $licences.ContainsKey($_.name) }) { $component.licenses = @(@{ license = @{ id = $licences[$component.name] } }) }
    # What is needed to build alone is no part of the package.
    $refs = @($bill.metadata.component.'bom-ref') + @($bill.components.'bom-ref')
    $bill.dependencies = @($bill.dependencies | Where-Object { $_.ref -in $refs })
    foreach ($one in $bill.dependencies | Where-Object { $_.dependsOn }) { $one.dependsOn = @($one.dependsOn | Where-Object { $_ -in $refs }) }
    $unknown = @($bill.components | Where-Object { -not $_.version -or -not (@($_.licenses)[0].license.id ?? @($_.licenses)[0].expression) } | ForEach-Object { $_.name })
    if ($unknown) { throw "The bill of materials lacks version or licence of $($unknown -join ', '): licences are named in Clembench.PowerShell/Notices/Notices.targets." }
    ConvertTo-Json $bill -Depth 20 | Set-Content -LiteralPath $Path
}

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
        $version = dotnet msbuild Clembench.PowerShell -p:Configuration=$Configuration -t:DescribePackage -getProperty:PackageVersion
        if ($LASTEXITCODE -ne 0) { throw "The package's version cannot be told (exit code $LASTEXITCODE): $version" }
        dotnet CycloneDX Clembench.PowerShell/Clembench.PowerShell.csproj --disable-package-restore --exclude-filter PowerShellStandard.Library --set-name Clembench --set-version $version --set-type Library --output artifacts/sbom --output-format Json --filename clembench.cdx.json
        if ($LASTEXITCODE -ne 0) { throw "The bill of materials cannot be written (exit code $LASTEXITCODE)." }
        Complete-BillOfMaterials artifacts/sbom/clembench.cdx.json
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
