BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
}

Describe 'A registry as people write it' {
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

    It 'keeps several implementations of one name, and says which one counts' {
        Register-ClemModel llama openai_compatible | Out-Null
        $added = Register-ClemModel llama openrouter -WarningVariable warned -WarningAction SilentlyContinue
        $added.Position | Should -Be 2
        "$warned" | Should -BeLike '*comes first*'
        (Get-ClemModel llama).Backend | Should -Be @('openai_compatible', 'openrouter')
        (Resolve-ClemModel llama).Backend | Should -Be 'openai_compatible'
        (Register-ClemModel llama openrouter -ModelId x -WarningAction SilentlyContinue).Position | Should -Be 2
        @(Get-ClemModel llama).Count | Should -Be 2
        Unregister-ClemModel llama -Backend openai*
        (Get-ClemModel llama).Backend | Should -Be 'openrouter'
        Register-ClemModel llama openai_compatible -WarningAction SilentlyContinue | Out-Null
        Unregister-ClemModel llama
        { Get-ClemModel llama -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Model.NotFound*'
    }

    It 'takes names by property and specifications by position' {
        ([pscustomobject]@{ Name = 'mock' } | Get-ClemModel).Backend | Should -Be 'mock'
        (Get-ClemModel @{ model_name = 'mock' }).Backend | Should -Be 'mock'
        (Get-ClemModel @{ model_name = 'mock' }, 'human').Name | Should -Be @('mock', 'human')
        (Get-ClemModel '{"model_name": "mock"}').Name | Should -Be 'mock'
        (Test-ClemModel @{ model_name = 'mock' }).Model | Should -Contain 'mock'
        (Get-ClemModel mock | Get-ClemModel).Name | Should -Be 'mock'
        Test-ClemModel @{ model_name = 'mock' } -Quiet | Should -BeTrue
    }

    It 'says that a backend is unknown or a registry is a folder' {
        { Get-ClemModel -Backend nosuch -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Backend.UnknownBackend*'
        Get-ClemModel -Backend nosuch* | Should -BeNullOrEmpty
        (Get-ClemModel -Backend Mock).Name | Should -Be @('mock', 'mock-noisy')
        Get-ClemModel mock -RegistryPath $script:work -ErrorVariable problems -ErrorAction SilentlyContinue | Out-Null
        "$($problems[0])" | Should -BeLike '*it is a folder*'
    }

    It 'asks whether <Meant> was meant where an entry has the backend <Written>' -ForEach @(
        @{ Written = 'opnai'; Meant = 'openai' }
        @{ Written = 'openai-compatible'; Meant = 'openai_compatible' }
        @{ Written = 'llama.cpp'; Meant = 'llamacpp' }
        @{ Written = 'huggingface'; Meant = 'huggingface_local' }
    ) {
        Set-Content ./model_registry.json "[{`"model_name`": `"a`", `"backend`": `"$Written`"}]"
        Invoke-ClemGame hellogame a -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        "$warned" | Should -BeLike "a cannot be played: there is no backend '$Written' here. Did you mean '$Meant'*"
        (Test-ClemModel a | Where-Object Name -EQ Backend).Suggestion | Should -BeLike "Did you mean '$Meant'*"
        Get-ClemModel -Backend $Written.ToUpper() -ErrorVariable problems -ErrorAction SilentlyContinue | Out-Null
        (Get-ClemModel a).Availability | Should -Be 'NeedsBackend'
    }

    It 'tells of a registry file that cannot be read, and not that the model is missing: <Command>' -ForEach @(
        @{ Command = 'Get-ClemModel mine' }
        @{ Command = 'Resolve-ClemModel mine' }
        @{ Command = 'Test-ClemModel mine' }
        @{ Command = 'Invoke-ClemGame hellogame mine' }
        @{ Command = 'Save-ClemModel mine' }
    ) {
        Set-Content ./model_registry.json '[{"model_name": "mine", "backend": "mock",]'
        Invoke-Expression "$Command -ErrorVariable problems -ErrorAction SilentlyContinue" | Should -BeNullOrEmpty
        @($problems).Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Registry.Syntax*'
        "$($problems[0])" | Should -BeLike '*model_registry.json, line 1, column *'
        (Get-ClemModel mock -ErrorAction SilentlyContinue).Name | Should -Be 'mock'
    }

    It 'warns of misspelt keys of model_config, also inside of its objects' {
        Set-Content ./model_registry.json '[{"model_name": "a", "backend": "openai_compatible", "model_config": {"resoning_effort": "low", "base_ur": "http://127.0.0.1/v1", "tokens_per_min": 5, "my_own": 1, "pricing": {"promt": 1}}}]'
        Test-ClemModel a -WarningVariable warned -WarningAction SilentlyContinue | Out-Null
        foreach ($one in "*'resoning_effort'*", "*'base_ur'*", "*'tokens_per_min'*", "*'pricing.promt'*", "*mean 'reasoning_effort'*", "*'base_url'*", "*'tokens_per_minute'*", "*'pricing.prompt'*") {
            "$warned" | Should -BeLike $one
        }
        "$warned" | Should -Not -BeLike '*my_own*'
    }

    It 'warns of a documented key that the entry''s backend does not read' {
        Set-Content ./model_registry.json '[{"model_name": "a", "backend": "openai_compatible", "base_url": "http://127.0.0.1/v1", "model_config": {"gpu_layers": 3, "extra_body": {}}}]'
        Test-ClemModel a -WarningVariable warned -WarningAction SilentlyContinue | Out-Null
        "$warned" | Should -BeLike "*backend 'openai_compatible' does not read 'gpu_layers'*"
        "$warned" | Should -Not -BeLike '*extra_body*'
    }

    It 'says that a file which an entry names is missing, and not that it is to be fetched' {
        Set-Content ./model_registry.json @'
[
  {"model_name": "a", "backend": "llamacpp", "path": "./gone.gguf"},
  {"model_name": "b", "backend": "huggingface_local", "path": "gone"},
  {"model_name": "c", "backend": "huggingface_local", "huggingface_id": "own/er", "gguf_file": "./weights/gone.gguf"},
  {"model_name": "d", "backend": "llamacpp", "filename": "weights/gone.gguf"},
  {"model_name": "e", "backend": "llamacpp", "huggingface_id": "own/er", "filename": "gone.gguf"}
]
'@
        if ((Get-ClemModel tiny-greeter-gguf).Availability -eq 'NeedsBackend') { Set-ItResult -Skipped -Because 'the libraries of llama.cpp are not here'; return }
        (Get-ClemModel a, b, c, d, e).Availability | Should -Be @('NeedsFile', 'NeedsFile', 'NeedsFile', 'NeedsFile', 'NeedsDownload')
        Invoke-ClemGame hellogame a, d -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
        "$warned" | Should -BeLike "*should be at '*gone.gguf', and there is no such file or folder*Correct the path*"
        "$warned" | Should -BeLike "*names the file 'weights/gone.gguf', and no repository or folder that it is in. Write ./weights/gone.gguf*"
        (Test-ClemModel b | Where-Object Name -EQ Files).Passed | Should -BeFalse
    }

    It 'shows few properties of an entry where another type came first' {
        $shown = (Get-ClemModel mock).PSStandardMembers.DefaultDisplayPropertySet.ReferencedPropertyNames
        $shown | Should -Be @('Name', 'Backend', 'Availability', 'ContextSize', 'Source')
    }

    It 'moves an entry that is there already to the front with -First: <File>' -ForEach @{ File = 'r.json' }, @{ File = 'r.yaml' } {
        $path = Join-Path $script:work $File
        foreach ($name in 'a', 'b', 'c') { Register-ClemModel $name mock -Path $path | Out-Null }
        (Register-ClemModel c mock -Path $path -First).Position | Should -Be 1
        (Get-ClemModel -RegistryPath $path | Where-Object Source -EQ $path).Name | Should -Be @('c', 'a', 'b')
        (Register-ClemModel b mock -Path $path -First -ModelId x).Position | Should -Be 1
        (Get-ClemModel -RegistryPath $path | Where-Object Source -EQ $path).Name | Should -Be @('b', 'c', 'a')
        (Register-ClemModel c mock -Path $path -ModelId y).Position | Should -Be 2
    }

    It 'does not change a read-only file without -Force' {
        foreach ($name in 'r.json', 'key.json') {
            $file = Join-Path $script:work $name
            $text = if ($name -eq 'r.json') { '[{"model_name": "a", "backend": "mock"}]' } else { '{"openai": {"api_key": "x"}}' }
            [System.IO.File]::WriteAllText($file, $text)
            [System.IO.File]::SetAttributes($file, 'ReadOnly')
            $change = if ($name -eq 'r.json') {
                { param($Force) Register-ClemModel b mock -Path r.json -Force:$Force -ErrorAction Stop }
                { param($Force) Unregister-ClemModel a -Path r.json -Force:$Force -ErrorAction Stop }
            }
            else {
                { param($Force) Set-ClemKey other -BaseUrl http://127.0.0.1/ -Path key.json -Force:$Force -ErrorAction Stop -WarningAction SilentlyContinue }
                { param($Force) Remove-ClemKey openai -Path key.json -Force:$Force -ErrorAction Stop }
            }
            foreach ($one in $change) {
                { & $one $false } | Should -Throw -ErrorId 'Clem.File.ReadOnly*'
            }
            [System.IO.File]::ReadAllText($file) | Should -BeExactly $text
            foreach ($one in $change) {
                [System.IO.File]::SetAttributes($file, 'ReadOnly')
                & $one $true | Out-Null
            }
            [System.IO.File]::ReadAllText($file) | Should -Not -BeLike '*"a"*'
            [System.IO.File]::ReadAllText($file) | Should -Not -BeLike '*openai*'
        }
    }

    It 'warns when an entry of an earlier file hides the new one' {
        '[{"model_name": "m", "backend": "mock"}]' | Set-Content (Join-Path $script:work 'model_registry.json')
        Register-ClemModel m openai_compatible -WarningVariable warned -WarningAction SilentlyContinue | Out-Null
        "$warned" | Should -BeLike "*$(Join-Path $script:work 'model_registry.json')*"
        Register-ClemModel other mock -WarningVariable warned | Out-Null
        $warned | Should -BeNullOrEmpty
    }

    It 'takes from the pipeline the implementation that is meant' {
        Register-ClemModel llama openai_compatible | Out-Null
        Register-ClemModel llama openrouter -WarningAction SilentlyContinue | Out-Null
        Get-ClemModel llama | Where-Object Backend -EQ openrouter | Unregister-ClemModel
        (Get-ClemModel llama).Backend | Should -Be 'openai_compatible'
    }

    It 'edits YAML whose dash has a comment with dashes: <Name>' -ForEach @(
        @{ Name = 'beside the dash'; Text = "- # my-model entry`n  model_name: a`n  backend: mock`n- model_name: b`n  backend: mock`n" }
        @{ Name = 'on the next line'; Text = "-`n  # comment - with dash`n  model_name: a`n  backend: mock`n- model_name: b`n  backend: mock`n" }
    ) {
        $yaml = Join-Path $script:work 'mine.yaml'
        [System.IO.File]::WriteAllText($yaml, $Text)
        Register-ClemModel a mock -Path $yaml -ModelId x | Out-Null
        [System.IO.File]::ReadAllText($yaml) | Should -BeExactly "- model_name: a`n  model_id: x`n  backend: mock`n- model_name: b`n  backend: mock`n"
        [System.IO.File]::WriteAllText($yaml, $Text)
        Unregister-ClemModel a -Path $yaml
        [System.IO.File]::ReadAllText($yaml) | Should -BeExactly "- model_name: b`n  backend: mock`n"
    }

    It 'leaves a YAML file alone when the edit would change another entry' {
        $yaml = Join-Path $script:work 'mine.yaml'
        $text = "- &base`n  model_name: a`n  backend: mock`n- model_name: b`n  backend: mock`n  model_config: *base`n"
        [System.IO.File]::WriteAllText($yaml, $text)
        { Unregister-ClemModel a -Path $yaml -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Registry.NotEditable*'
        [System.IO.File]::ReadAllText($yaml) | Should -BeExactly $text
    }

    It 'takes a context size in other digits as one that cannot be read' {
        "[{`"model_name`": `"wide`", `"backend`": `"mock`", `"context_size`": `"$([char]0xff11)$([char]0xff12)8k`"}]" | Set-Content (Join-Path $script:work 'model_registry.json')
        (Get-ClemModel wide).ContextSize | Should -BeNullOrEmpty
        (Get-ClemModel).Name | Should -Contain 'mock'
    }

    It 'writes dates, large numbers and switches of a specification as JSON has them' {
        $culture = [System.Globalization.CultureInfo]::CurrentCulture
        try {
            [System.Globalization.CultureInfo]::CurrentCulture = [System.Globalization.CultureInfo]::GetCultureInfo('de-DE')
            $when = [datetime]::new(2026, 1, 31, 12, 30, 0, [System.DateTimeKind]::Utc)
            $model = Resolve-ClemModel @{ model_name = 'q'; backend = 'mock'; when = $when; large = [ulong]::MaxValue; larger = [System.Numerics.BigInteger]::Parse('123456789012345678901234567890'); kind = [System.DayOfWeek]::Monday }
        }
        finally {
            [System.Globalization.CultureInfo]::CurrentCulture = $culture
        }
        $model.Properties.when | Should -BeExactly '2026-01-31T12:30:00.0000000Z'
        $model.Properties.large | Should -Be ([ulong]::MaxValue)
        $model.Properties.large | Should -BeOfType ([System.Numerics.BigInteger])
        $model.Properties.larger | Should -Be ([System.Numerics.BigInteger]::Parse('123456789012345678901234567890'))
        $model.Properties.kind | Should -BeExactly 'Monday'
    }

    It 'refuses a specification that holds itself' {
        $map = @{ model_name = 'q'; backend = 'mock' }
        $map.self = $map
        { Resolve-ClemModel $map -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Model.BadSpecification*'
        { Register-ClemModel q mock -Path (Join-Path $TestDrive 'mine.json') -Property @{ self = $map } -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Model.BadSpecification*'
    }

    It 'finds a model whatever the case of its name' {
        (Resolve-ClemModel GPT-4O-MINI).Name | Should -BeExactly 'gpt-4o-mini'
        (Resolve-ClemModel @{ model_name = 'GPT-4o-Mini'; mine = 1 }).Name | Should -BeExactly 'gpt-4o-mini'
        (Invoke-ClemGame hellogame MOCK -InstanceId 0 -ResultsPath ./results).Model | Should -BeExactly 'mock'
    }

    It 'prefers the exact name, and does not guess between two' {
        '[{"model_name": "Twin", "backend": "mock", "n": 1}, {"model_name": "twin", "backend": "mock", "n": 2}]' | Set-Content (Join-Path $script:work 'model_registry.json')
        (Resolve-ClemModel twin).Properties.n | Should -Be 2
        { Resolve-ClemModel TWIN -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Model.NotFound*'
    }
}
