# The module as a user imports it: what the manifest promises is there, and it can be imported and removed again.

BeforeAll {
    $manifest = [System.IO.Path]::GetFullPath("$PSScriptRoot/../out/Clembench/Clembench.psd1")
    Import-Module $manifest
}

AfterAll {
    # Whatever a test did to the session, the next file finds the module.
    Import-Module $manifest -Force
}

Describe 'Import-Module' {
    It 'imports the built module' {
        $module = Get-Module Clembench
        $module | Should -HaveCount 1
        $module.ModuleBase | Should -Be ([System.IO.Path]::GetDirectoryName($manifest))
    }

    It 'has every command that the manifest names, and no other' {
        $named = (Import-PowerShellDataFile $manifest).CmdletsToExport
        $commands = (Get-Command -Module Clembench).Name
        $commands | Should -HaveCount $named.Count
        foreach ($name in $named) { $commands | Should -Contain $name }
    }

    It 'makes the public types of the engine usable as [<_>]' -ForEach 'Clembench.Json.JsonMap', 'Clembench.Common.ClemException' {
        ($_ -as [type]).FullName | Should -Be $_
    }

    It 'lets a script write a type literal' {
        [Clembench.Json.JsonMap]::Parse('{"a": 1}').Keys | Should -Be 'a'
    }

    It 'keeps the commands when it is imported again with -Force' {
        $before = (Get-Command -Module Clembench).Name | Sort-Object
        Import-Module $manifest -Force
        (Get-Command -Module Clembench).Name | Sort-Object | Should -Be $before
        (Get-Command Get-ClemModel).ModuleName | Should -Be 'Clembench'
    }
}

Describe 'Remove-Module' {
    It 'takes the commands away, and an import brings them back' {
        Remove-Module Clembench
        try {
            Get-Module Clembench | Should -BeNullOrEmpty
            # Without -ListImported, what PSModulePath could bring would count too.
            Get-Command -Module Clembench -ListImported | Should -BeNullOrEmpty
        } finally {
            Import-Module $manifest
        }

        (Get-Command Get-ClemModel).ModuleName | Should -Be 'Clembench'
    }
}
