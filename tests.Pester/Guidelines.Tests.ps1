# PowerShell's own development guidelines (required RD/RC, strongly encouraged SD/SC, advisory AD/AC), for every
# cmdlet of the built module: https://learn.microsoft.com/powershell/scripting/developer/cmdlet/cmdlet-development-guidelines

BeforeDiscovery {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    $cmdlets = Get-Command -Module Clembench -CommandType Cmdlet | ForEach-Object {
        @{ Name = $_.Name; Command = $_; Type = $_.ImplementingType }
    }
    $manifest = Import-PowerShellDataFile (Get-Module Clembench).Path.Replace('.psm1', '.psd1')
}

BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')

    # Parameters that the cmdlet itself declares, with their attributes: common ones are PowerShell's.
    function Get-OwnParameter([type] $Type) {
        $Type.GetProperties() | ForEach-Object {
            $attributes = @($_.GetCustomAttributes([System.Management.Automation.ParameterAttribute], $true))
            if ($attributes.Count -gt 0) {
                [pscustomobject]@{ Name = $_.Name; Type = $_.PropertyType; Attributes = $attributes; Property = $_ }
            }
        }
    }

    function Get-CmdletAttribute([type] $Type) {
        $Type.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
    }

    # Nouns and verbs after which a cmdlet changes something: files, registries, the session.
    $script:changing = 'Add', 'Clear', 'Export', 'Import', 'Install', 'Invoke', 'Move', 'New', 'Register', 'Remove', 'Rename', 'Reset', 'Save', 'Set', 'Uninstall', 'Unregister', 'Update'

    # Cmdlets that measure, and write files when a switch asks for it.
    $script:onRequest = 'Measure-ClemBenchmark', 'Measure-ClemScore'

    # Cmdlets whose -Path is where they write to, and why the file may not exist yet.
    $script:writesTo = @{
        'New-ClemInstance'   = 'it makes the instance file'
        'Register-ClemModel' = 'it makes the registry file where there is none'
        'Set-ClemKey'        = 'it makes the key file where there is none'
    }
}

Describe 'The manifest' {
    It 'names every cmdlet, without wildcards' {
        $manifestPath = (Get-Module Clembench).Path.Replace('.psm1', '.psd1')
        $data = Import-PowerShellDataFile $manifestPath
        $data.CmdletsToExport | Should -Not -BeNullOrEmpty
        ($data.CmdletsToExport -match '\*').Count | Should -Be 0
        $data.FunctionsToExport.Count | Should -Be 0
        $data.VariablesToExport.Count | Should -Be 0
    }

    It 'names exactly the cmdlets that the assembly has' {
        $data = Import-PowerShellDataFile (Get-Module Clembench).Path.Replace('.psm1', '.psd1')
        $type = (Get-Command Get-ClemModel).ImplementingType
        $inAssembly = $type.Assembly.GetTypes() | Where-Object { -not $_.IsAbstract -and $_.IsSubclassOf([System.Management.Automation.PSCmdlet]) } | ForEach-Object {
            $attribute = $_.GetCustomAttributes([System.Management.Automation.CmdletAttribute], $false)[0]
            "$($attribute.VerbName)-$($attribute.NounName)"
        }
        @($inAssembly | Sort-Object) | Should -Be @($data.CmdletsToExport | Sort-Object)
    }
}

Describe '<Name>' -ForEach $cmdlets {
    It 'has an approved verb (RD01)' {
        $approved = [System.Management.Automation.VerbsCommon], [System.Management.Automation.VerbsData],
            [System.Management.Automation.VerbsLifecycle], [System.Management.Automation.VerbsDiagnostic],
            [System.Management.Automation.VerbsCommunications], [System.Management.Automation.VerbsSecurity],
            [System.Management.Automation.VerbsOther] | ForEach-Object { $_.GetFields() | ForEach-Object { $_.GetRawConstantValue() } }
        $approved | Should -Contain $Command.Verb
    }

    It 'has a singular noun in Pascal case with the prefix Clem and letters only (RD02, SD01, SD02)' {
        $Command.Noun | Should -MatchExactly '^Clem[A-Z][A-Za-z]*$'
        $Command.Noun | Should -Not -MatchExactly '[^s]s$'
    }

    It 'uses no reserved parameter name (RD03)' {
        $reserved = 'Confirm', 'Debug', 'ErrorAction', 'ErrorVariable', 'InformationAction', 'InformationVariable', 'OutBuffer',
            'OutVariable', 'PipelineVariable', 'ProgressAction', 'Verbose', 'WarningAction', 'WarningVariable', 'WhatIf',
            'SelectProperty', 'SelectObject'
        foreach ($parameter in Get-OwnParameter $Type) {
            $reserved | Should -Not -Contain $parameter.Name
        }
    }

    It 'supports ShouldProcess exactly when it changes something (RD04)' {
        $changes = $Command.Verb -in $script:changing -or $Name -in $script:onRequest
        (Get-CmdletAttribute $Type).SupportsShouldProcess | Should -Be $changes
    }

    It 'is a public class VerbNounCommand derived from PSCmdlet, with the Cmdlet attribute (RC01, RC02, AC01)' {
        $Type.IsPublic | Should -BeTrue
        $Type.IsSubclassOf([System.Management.Automation.PSCmdlet]) | Should -BeTrue
        $Type.Name | Should -BeExactly "$($Command.Verb)$($Command.Noun)Command"
    }

    It 'declares what it puts out, as a public type of the engine, a file, a bool, lines of text for a terminal, or nothing (RC04, RD06)' {
        $Command.OutputType.Count | Should -BeGreaterThan 0
        foreach ($output in $Command.OutputType) {
            $output.Type | Should -Not -BeNullOrEmpty -Because $output.Name
            ($output.Type.IsPublic -and ($output.Type.Namespace -match '^Clembench\.' -or $output.Type -in [bool], [void], [System.IO.FileInfo], [System.IO.DirectoryInfo], [string])) |
                Should -BeTrue -Because $output.Name
        }
    }

    It 'has singular parameter names in Pascal case (SD02, SD03)' {
        foreach ($parameter in Get-OwnParameter $Type) {
            $parameter.Name | Should -MatchExactly '^[A-Z][A-Za-z]*$'
            # Counts have a plural: MaxTokens is the field's own term (max_tokens), MaxEpisodes and Shards stand beside it.
            if ($parameter.Name -notin 'MaxTokens', 'MaxEpisodes', 'Shards') { $parameter.Name | Should -Not -MatchExactly '[^su]s$' }
        }
    }

    It 'has switches for yes and no, and never a bool (SD03)' {
        foreach ($parameter in Get-OwnParameter $Type) {
            $parameter.Type | Should -Not -Be ([bool])
        }
    }

    It 'has a default parameter set where there are several (SD03)' {
        if ($Command.ParameterSets.Count -gt 1) {
            @($Command.ParameterSets | Where-Object IsDefault).Count | Should -Be 1
        }
    }

    It 'has a LiteralPath with the alias PSPath beside a Path with wildcards (SC01)' {
        $own = @(Get-OwnParameter $Type)
        $path = $own | Where-Object Name -EQ 'Path'
        if ($path) {
            $isWildcard = $path.Property.GetCustomAttributes([System.Management.Automation.SupportsWildcardsAttribute], $true).Count -gt 0
            if ($script:writesTo.ContainsKey($Name)) {
                # What may not exist yet cannot be found by a pattern: such a path is literal, and is called so, too.
                $isWildcard | Should -BeFalse -Because $script:writesTo[$Name]
                $Command.Parameters['Path'].Aliases | Should -Contain 'LiteralPath'
                $Command.Parameters['Path'].Aliases | Should -Contain 'PSPath'
            }
            else {
                $isWildcard | Should -BeTrue
                $path.Type | Should -Be ([string[]])
                $own.Name | Should -Contain 'LiteralPath'
                $Command.Parameters['LiteralPath'].Aliases | Should -Contain 'PSPath'
            }
        }
    }

    It 'takes pipeline input where it takes objects of the engine (SC02)' {
        foreach ($parameter in Get-OwnParameter $Type | Where-Object { $_.Type.Namespace -match '^Clembench\.' -and $_.Type.IsClass -and -not $_.Type.IsArray }) {
            @($parameter.Attributes | Where-Object ValueFromPipeline).Count | Should -BeGreaterThan 0 -Because $parameter.Name
        }
    }

    It 'offers names of models, games, experiments and backends for completion' {
        foreach ($parameter in Get-OwnParameter $Type | Where-Object Name -In 'Game', 'Experiment', 'Backend', 'PlayerModel') {
            $completers = $parameter.Property.GetCustomAttributes($true) | Where-Object { $_ -is [System.Management.Automation.ArgumentCompleterAttribute] }
            @($completers).Count | Should -Be 1 -Because "-$($parameter.Name)"
        }
    }

    It 'takes a secret as SecureString only (AC06)' {
        foreach ($parameter in Get-OwnParameter $Type | Where-Object Name -Match 'Key$|Token$|Password|Secret') {
            $parameter.Type | Should -Be ([securestring])
        }
    }

    It 'has -Quiet for a bare bool when it is a test (AD05)' {
        if ($Command.Verb -eq 'Test') {
            (Get-OwnParameter $Type).Name | Should -Contain 'Quiet'
            $Command.OutputType.Type | Should -Contain ([bool])
        }
    }

    It 'can be stopped and releases what it holds (AC03, AC04)' {
        [System.IDisposable].IsAssignableFrom($Type) | Should -BeTrue
        $stop = $Type.GetMethod('StopProcessing', [System.Reflection.BindingFlags]'Instance, NonPublic')
        $stop.DeclaringType | Should -Not -Be ([System.Management.Automation.Cmdlet])
    }

    It 'documents every parameter and itself' {
        $file = Join-Path (Split-Path $Type.Assembly.Location) 'Clembench.PowerShell.xml'
        $documentation = [xml](Get-Content -LiteralPath $file -Raw)
        $members = $documentation.doc.members.member.name
        $members | Should -Contain "T:$($Type.FullName)"
        foreach ($parameter in Get-OwnParameter $Type) {
            $members | Should -Contain "P:$($parameter.Property.DeclaringType.FullName).$($parameter.Name)"
        }
    }
}
