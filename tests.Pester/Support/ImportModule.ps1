# Imports the built module unless the session has it: `dotnet build` leaves it in out/Clembench.
if (-not (Get-Module Clembench)) {
    Import-Module ([System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..', 'out', 'Clembench', 'Clembench.psd1')))
}
