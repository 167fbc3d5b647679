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
        # A name that is not found is another error.
        @($problems | Where-Object { "$_" -like "*$File*" }).Count | Should -Be 1
    }

    It 'lists episodes beside a folder that is numbered in other digits' {
        $null = Invoke-ClemGame hellogame mock -InstanceId 0 -ResultsPath ./results
        $good = (Get-ClemEpisode ./results).Path
        $odd = Join-Path (Split-Path $good) "instance_$([char]0x0663)"
        New-Item -ItemType Directory $odd | Out-Null
        Get-ChildItem $good | ForEach-Object { [System.IO.File]::Copy($_.FullName, (Join-Path $odd $_.Name)) }
        @(Get-ClemEpisode ./results).Count | Should -Be 2
    }

    It 'removes from the files that a pattern names, or from one with brackets in its name' {
        foreach ($name in 'a1.json', 'a2.json', 'b[1].json') {
            [System.IO.File]::WriteAllText((Join-Path $script:work $name), '[{"model_name": "m", "backend": "mock"}]')
        }
        Unregister-ClemModel m -Path ./a*.json
        foreach ($name in 'a1.json', 'a2.json') { [System.IO.File]::ReadAllText((Join-Path $script:work $name)) | Should -BeExactly '[]' }
        Unregister-ClemModel m -LiteralPath './b[1].json'
        [System.IO.File]::ReadAllText((Join-Path $script:work 'b[1].json')) | Should -BeExactly '[]'
        { Unregister-ClemModel m -LiteralPath ./none.json -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Path.NotFound*'
    }

    It 'removes keys from the files that a pattern names' {
        foreach ($name in 'k1.json', 'k2.json', 'k[3].json') { '{"x": {"api_key": "1"}}' | Set-Content -LiteralPath (Join-Path $script:work $name) }
        Remove-ClemKey x -Path ./k?.json
        Remove-ClemKey x -LiteralPath './k[3].json'
        foreach ($name in 'k1.json', 'k2.json', 'k[3].json') { [System.IO.File]::ReadAllText((Join-Path $script:work $name)).Trim() | Should -Be '{}' }
    }

    It 'lists the instances of the files that a pattern names' {
        foreach ($name in 'i1.json', 'i2.json', 'i[3].json') {
            [System.IO.File]::WriteAllText((Join-Path $script:work $name), "{`"experiments`": [{`"name`": `"$name`", `"game_instances`": [{`"game_id`": 0}]}]}")
        }
        (Get-ClemInstance hellogame -Path ./i?.json).Experiment | Should -Be @('i1.json', 'i2.json')
        (Get-ClemInstance hellogame -LiteralPath './i[3].json').Experiment | Should -Be 'i[3].json'
    }

    It 'reads a game registry with a byte order mark' {
        New-Item -ItemType Directory ./mygame/in | Out-Null
        $bom = [char]0xfeff
        [System.IO.File]::WriteAllText((Join-Path $script:work 'mygame/clemgame.json'), "$bom{`"game_name`": `"mygame`", `"players`": 1}")
        [System.IO.File]::WriteAllText((Join-Path $script:work 'game_registry.json'), "$bom[{`"game_name`": `"other`", `"game_path`": `"mygame`", `"players`": 1}]")
        [System.IO.File]::WriteAllText((Join-Path $script:work 'mygame/in/instances.json'), "$bom{`"experiments`": [{`"name`": `"e`", `"game_instances`": [{`"game_id`": 0}]}]}")
        (Get-ClemGame mygame, other -ErrorAction Stop).Name | Should -Be @('mygame', 'other')
        (Get-ClemInstance mygame -ErrorAction Stop).Experiment | Should -Be 'e'
    }

    It 'reads trusted_backends.json with a byte order mark' {
        Set-Content ./local_api.ps1 -Value 'param($Model, $Messages, $Options)'
        $null = Register-ClemBackend ./local_api.ps1
        $trust = Join-Path $env:CLEMBENCH_USER_HOME 'trusted_backends.json'
        [System.IO.File]::WriteAllText($trust, "$([char]0xfeff)$([System.IO.File]::ReadAllText($trust))")
        (Get-ClemBackend local -WarningVariable warned).Trusted | Should -BeTrue
        $warned | Should -BeNullOrEmpty
        (Register-ClemBackend ./local_api.ps1 -ErrorAction Stop).Trusted | Should -BeTrue
    }
}
