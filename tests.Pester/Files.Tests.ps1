BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
}

Describe 'Files and folders' {
    BeforeEach {
        $script:work = Join-Path $TestDrive ([guid]::NewGuid())
        New-Item -ItemType Directory $script:work | Out-Null
        $env:CLEMBENCH_USER_HOME = Join-Path $script:work 'user'
        Push-Location $script:work
    }

    AfterEach {
        Pop-Location
        Remove-Item Env:CLEMBENCH_USER_HOME
    }

    It 'reads what it looks things up in once for all names of the pipeline: <Command>' -ForEach @(
        @{ Command = 'Get-ClemModel'; File = 'model_registry.json'; Names = 'mock', 'human', 'mock' }
        @{ Command = 'Get-ClemKey'; File = 'key.json'; Names = 'openai', 'mistral' }
        @{ Command = 'Get-ClemGame'; File = 'game_registry.json'; Names = 'hellogame', 'hello*' }
        @{ Command = 'Get-ClemInstance'; File = 'game_registry.json'; Names = 'hellogame', 'hello*' }
    ) {
        '{ broken' | Set-Content (Join-Path $script:work $File)
        $null = $Names | & $Command -ErrorVariable problems -ErrorAction SilentlyContinue
        @($problems).Count | Should -Be 1
    }

    It 'lists episodes beside a folder that is numbered in other digits' {
        $null = Invoke-ClemGame hellogame mock -InstanceId 0 -ResultsPath ./results
        $good = (Get-ClemEpisode ./results).Path
        $odd = Join-Path (Split-Path $good) "instance_$([char]0x0663)"
        New-Item -ItemType Directory $odd | Out-Null
        Get-ChildItem $good | ForEach-Object { [System.IO.File]::Copy($_.FullName, (Join-Path $odd $_.Name)) }
        @(Get-ClemEpisode ./results).Count | Should -Be 2
    }
}
