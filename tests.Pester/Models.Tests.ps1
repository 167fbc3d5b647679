BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    Push-Location $TestDrive

    function Set-Registry([string] $Text, [string] $Name = 'model_registry.json') {
        $file = Join-Path $TestDrive $Name
        [System.IO.File]::WriteAllText($file, $Text)
        $file
    }
}

AfterAll {
    Pop-Location
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'Get-ClemModel' {
    AfterEach {
        Get-ChildItem $TestDrive -Filter '*.json' | Remove-Item
        Get-ChildItem $TestDrive -Filter '*.y*ml' | Remove-Item
    }

    It 'lists the packaged entries, mock first' {
        $models = @(Get-ClemModel)
        $models[0].Name | Should -BeExactly 'mock'
        $models[0].Availability | Should -Be 'Ready'
        $models[0].Position | Should -Be 1
        foreach ($backend in 'openai', 'openai_compatible', 'openrouter', 'azure', 'anthropic', 'google', 'mistral', 'cohere', 'huggingface_local', 'llamacpp', 'slurk', 'human') {
            $models.Backend | Should -Contain $backend
        }
    }

    It 'reads JSON with comments, trailing commas and a byte order mark' {
        Set-Registry "$([char]0xfeff)[ // mine`n {`"model_name`": `"a`", `"backend`": `"mock`", `"x_unknown`": {`"deep`": [1, 2.5, null]},}, ]" | Out-Null
        $model = Get-ClemModel a
        $model.Properties.x_unknown.deep[1] | Should -Be 2.5
        $model.Source | Should -Be (Join-Path (Get-Item $TestDrive).FullName 'model_registry.json')
    }

    It 'reads YAML' {
        Set-Registry "# mine`n- model_name: y`n  backend: mock`n  context_size: 8k`n  open_weight: true`n  model_config:`n    eos_to_cull: '</s>'`n" 'model_registry.yaml' | Out-Null
        $model = Get-ClemModel y
        $model.ContextSize | Should -Be 8192
        $model.OpenWeight | Should -BeTrue
        $model.GetSetting('eos_to_cull') | Should -Be '</s>'
    }

    It 'lists the working directory before the user directory before the packaged registry' {
        Set-Registry '[{"model_name": "mock", "backend": "mock", "here": 1}]' | Out-Null
        New-Item -ItemType Directory $env:CLEMBENCH_USER_HOME -Force | Out-Null
        '[{"model_name": "mock", "backend": "mock", "user": 1}]' | Set-Content (Join-Path $env:CLEMBENCH_USER_HOME 'model_registry.json')
        $extra = Set-Registry '[{"model_name": "mock", "backend": "mock", "extra": 1}]' 'extra.json'
        try {
            $mocks = @(Get-ClemModel mock -RegistryPath $extra)
            $mocks.Count | Should -Be 4
            $mocks[0].Properties.extra | Should -Be 1
            $mocks[1].Properties.here | Should -Be 1
            $mocks[2].Properties.user | Should -Be 1
            (Resolve-ClemModel mock -RegistryPath $extra).Properties.extra | Should -Be 1
            (Resolve-ClemModel @{ model_name = 'mock'; user = 1 }).Properties.Keys | Should -Not -Contain 'extra'
        }
        finally {
            Remove-Item (Join-Path $env:CLEMBENCH_USER_HOME 'model_registry.json')
        }
    }

    It 'names file, line, column and cause of <Cause>, and lists the others' -ForEach @(
        @{ Cause = 'a syntax error'; Text = "[`n  {`"model_name`": }`n]"; Place = 'line 2, column 18'; Id = 'Clem.Registry.Syntax' }
        @{ Cause = 'a missing backend'; Text = "[`n  {`"model_name`": `"a`"}`n]"; Place = 'line 2, column 3'; Id = 'Clem.Registry.InvalidEntry' }
        @{ Cause = 'a wrong type'; Text = "[{`"model_name`": `"a`", `"backend`": `"mock`",`n `"open_weight`": `"yes`"}]"; Place = 'line 2, column 17'; Id = 'Clem.Registry.InvalidEntry' }
        @{ Cause = 'a name that stands twice'; Text = "[{`"model_name`": `"a`", `"backend`": `"mock`",`n `"backend`": `"human`"}]"; Place = 'line 2, column 2'; Id = 'Clem.Registry.Syntax' }
        @{ Cause = 'an entry that is none'; Text = '[1]'; Place = 'line 1, column 2'; Id = 'Clem.Registry.InvalidEntry' }
        @{ Cause = 'a root that is none'; Text = '"x"'; Place = 'line 1, column 1'; Id = 'Clem.Registry.Syntax' }
    ) {
        Set-Registry $Text | Out-Null
        $models = Get-ClemModel -ErrorVariable problems -ErrorAction SilentlyContinue
        $models.Name | Should -Contain 'mock'
        $problems.Count | Should -Be 1
        "$($problems[0])" | Should -BeLike "*model_registry.json, $Place*"
        $problems[0].FullyQualifiedErrorId | Should -BeLike "$Id*"
    }

    It 'takes an empty file as an empty list' {
        Set-Registry '' | Out-Null
        (Get-ClemModel mock).Name | Should -Be 'mock'
    }

    It 'answers from 10,000 entries, duplicates included' {
        $entries = foreach ($i in 0..9999) { "{`"model_name`": `"m$($i % 5000)`", `"backend`": `"mock`", `"number`": $i}" }
        Set-Registry "[$($entries -join ",`n")]" | Out-Null
        @(Get-ClemModel m*).Count | Should -BeGreaterOrEqual 10000
        (Resolve-ClemModel m4999).Properties.number | Should -Be 4999
        (Resolve-ClemModel '{"number": 9999}').Name | Should -Be 'm4999'
        @(Get-ClemModel m7).Count | Should -Be 2
    }

    It 'suggests near names when there is no such model' {
        { Get-ClemModel gpt4o-mini -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Model.NotFound*'
        Get-ClemModel gpt4o-mini -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].ErrorDetails.RecommendedAction | Should -BeLike '*gpt-4o-mini*'
    }

    It 'selects by backend and by specification' {
        (Get-ClemModel -Backend mock).Name | Should -Be @('mock', 'mock-noisy')
        @(Get-ClemModel -Spec @{ backend = 'openai' }).Count | Should -BeGreaterOrEqual 2
        (Get-ClemModel -Spec '{"model_id": "o3-mini", "backend": "openai"}').Name | Should -Be 'o3-mini'
        # What an entry lacks is added: such an entry agrees, too. Players without a model are named, never guessed.
        $agreeing = @(Get-ClemModel -Spec @{ x_mine = 1 })
        $agreeing[0].Properties.x_mine | Should -Be 1
        $agreeing.Name | Should -Not -Contain 'mock'
        (Resolve-ClemModel @{ model_id = 'o3-mini' }).Name | Should -Be 'o3-mini'
    }
}

Describe 'Resolve-ClemModel' {
    It 'gives the union of selector and entry' {
        $model = Resolve-ClemModel @{ model_name = 'gpt-4o-mini'; mine = 'x' }
        $model.Backend | Should -Be 'openai'
        $model.Properties.mine | Should -Be 'x'
    }

    It 'tells which entry a specification without a name is united with' {
        $file = Set-Registry '[{"model_name": "first", "backend": "llamacpp", "huggingface_id": "a/b"}]'
        try {
            $model = Resolve-ClemModel @{ backend = 'llamacpp'; path = '/m.gguf' } -WarningVariable warned -WarningAction SilentlyContinue
            $model.Name | Should -Be 'first'
            "$warned" | Should -BeLike "*no model_name*'first'*entry 1*path*"
            $said = Resolve-ClemModel @{ backend = 'llamacpp' } -WarningVariable warned -Verbose 4>&1
            $warned | Should -BeNullOrEmpty
            "$said" | Should -BeLike "*no model_name*'first'*"
            Resolve-ClemModel @{ model_name = 'own'; backend = 'llamacpp'; path = '/m.gguf' } -WarningVariable warned | ForEach-Object Name | Should -Be 'own'
            $warned | Should -BeNullOrEmpty
        }
        finally { Remove-Item $file }
    }

    It 'takes registry files by wildcards' {
        $null = Set-Registry '[{"model_name": "one", "backend": "mock", "n": 1}]' 'w1.json'
        $null = Set-Registry '[{"model_name": "one", "backend": "mock", "n": 2}]' 'w2.json'
        @(Get-ClemModel one -RegistryPath (Join-Path $TestDrive 'w*.json')).ForEach{ $_.Properties.n } | Should -Be @(1, 2)
        { Get-ClemModel one -RegistryPath (Join-Path $TestDrive 'none*.json') -ErrorAction Stop } | Should -Throw
        Get-ChildItem $TestDrive -Filter 'w?.json' | Remove-Item
    }

    It 'reads Python-style JSON with apostrophes' {
        $model = Resolve-ClemModel "{'model_name': 'q', 'backend': 'mock', 'note': `"it's`", 'flag': True, 'nothing': None}"
        $model.Properties.note | Should -Be "it's"
        $model.Properties.flag | Should -BeTrue
        $model.Properties.nothing | Should -Be $null
    }

    It 'knows the other names of <_>' -ForEach 'programmatic', 'terminal' {
        (Resolve-ClemModel $_).Backend | Should -BeIn 'mock', 'human'
    }

    It 'says so when nothing unifies' {
        { Resolve-ClemModel @{ model_name = 'mock'; backend = 'openai' } -ErrorAction Stop } | Should -Not -Throw
        { Resolve-ClemModel @{ open_weight = $true; backend = 'nothing' } -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Model.NotFound*'
        { Resolve-ClemModel '{broken' -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Model.BadSpecification*'
    }
}

Describe 'Register-ClemModel and Unregister-ClemModel' {
    BeforeEach { $script:file = Join-Path $TestDrive 'mine.json' }
    AfterEach { if (Test-Path $script:file) { Remove-Item $script:file } }

    It 'adds, replaces and removes an entry, and leaves the rest byte for byte' {
        $text = "// head`n[`n    { `"model_name`" : `"a`", `"backend`":`"mock`" }, // a`n`n    /* b */ {`"model_name`":`"b`",`"backend`":`"mock`"}`n]`n"
        [System.IO.File]::WriteAllText($script:file, $text)

        Register-ClemModel c mock -Path $script:file -Property @{ context_size = '4k' } | Out-Null
        $added = [System.IO.File]::ReadAllText($script:file)
        $added | Should -BeLike "*/* b */ {`"model_name`":`"b`",`"backend`":`"mock`"},*"
        $added.Substring(0, 60) | Should -BeExactly $text.Substring(0, 60)

        (Register-ClemModel a mock -Path $script:file -ModelId x).Position | Should -Be 1
        $replaced = [System.IO.File]::ReadAllText($script:file)
        $replaced | Should -BeLike '*"model_id": "x"* // a*'

        Unregister-ClemModel c -Path $script:file
        Register-ClemModel a mock -Path $script:file | Out-Null
        (Get-ClemModel -RegistryPath $script:file -Name a, b).Count | Should -Be 2
        { Get-ClemModel c -RegistryPath $script:file -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Model.NotFound*'
    }

    It 'takes entries by pipeline, into a file that is not there yet, and -First puts one first' {
        Get-ClemModel gpt-4o-mini | Register-ClemModel -Path $script:file | Out-Null
        Register-ClemModel first mock -Path $script:file -First | Out-Null
        (Get-Content $script:file -Raw | ConvertFrom-Json).model_name | Should -Be @('first', 'gpt-4o-mini')
    }

    It 'writes YAML where the file is YAML' {
        $yaml = Join-Path $TestDrive 'mine.yaml'
        [System.IO.File]::WriteAllText($yaml, "# head`n- model_name: a # the first`n  backend: mock`n# between`n- model_name: b`n  backend: mock`n")
        Register-ClemModel c mock -Path $yaml -Property @{ note = 'a: b #c'; model_config = @{ eos_to_cull = '</s>' } } | Out-Null
        Unregister-ClemModel a -Path $yaml
        $text = [System.IO.File]::ReadAllText($yaml)
        $text | Should -BeLike "# head`n# between`n- model_name: b`n  backend: mock`n- model_name: c`n*"
        (Get-ClemModel c -RegistryPath $yaml).Properties.note | Should -BeExactly 'a: b #c'
    }

    It 'takes a whole entry as a hashtable or JSON' {
        (@{ model_name = 'h'; backend = 'mock' } | Register-ClemModel -Path $script:file).Name | Should -Be 'h'
        (Register-ClemModel -InputObject '{"model_name": "j", "backend": "mock"}' -Path $script:file).Position | Should -Be 2
        { Register-ClemModel -InputObject @{ model_name = 'h' } -Path $script:file } | Should -Throw '*model_name and a backend*'
    }

    It 'writes typed paths so that the entry works from anywhere' {
        $folder = (Get-Item $TestDrive).FullName
        $entry = Register-ClemModel p llamacpp -Path $script:file -Property @{ path = 'models/m.gguf' }
        $entry.Properties.path | Should -Be (Join-Path $folder 'models/m.gguf')
        $entry = Register-ClemModel g huggingface_local -HuggingFaceId a/b -Path $script:file -Property @{ model_config = @{ gguf_file = './m.gguf' } }
        $entry.Properties.model_config.gguf_file | Should -Be (Join-Path $folder 'm.gguf')
        # A name or pattern of a file in the repository is none of this machine's.
        (Register-ClemModel n llamacpp -HuggingFaceId a/b -Path $script:file -Property @{ filename = '*Q4.gguf' }).Properties.filename | Should -Be '*Q4.gguf'
    }

    It 'changes nothing with -WhatIf, and nothing when the entry is there already' {
        Register-ClemModel a mock -Path $script:file -WhatIf | Should -BeNullOrEmpty
        $script:file | Should -Not -Exist
        Register-ClemModel a mock -Path $script:file | Out-Null
        $before = (Get-Item $script:file).LastWriteTimeUtc
        Register-ClemModel a mock -Path $script:file | Out-Null
        (Get-Item $script:file).LastWriteTimeUtc | Should -Be $before
    }

    It 'leaves a broken file alone' {
        [System.IO.File]::WriteAllText($script:file, '[{"model_name": ')
        { Register-ClemModel a mock -Path $script:file -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Registry.Syntax*'
        [System.IO.File]::ReadAllText($script:file) | Should -BeExactly '[{"model_name": '
    }

    It 'says so when there is nothing to remove' {
        { Unregister-ClemModel none -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Model.NotFound*'
        { Unregister-ClemModel none -Path $script:file -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Path.NotFound*'
    }
}

Describe 'Test-ClemModel' {
    It 'finds nothing wrong with mock' {
        $checks = @(Test-ClemModel mock -Probe)
        $checks.Passed | Should -Not -Contain $false
        $checks.Name | Should -Be @('Schema', 'Backend', 'Probe')
        Test-ClemModel mock -Quiet | Should -BeTrue
    }

    It 'reports <Problem>' -ForEach @(
        @{ Problem = 'an unknown backend'; Check = 'Backend'; Entry = @{ model_name = 'x'; backend = 'nothing' } }
        @{ Problem = 'an end-of-sequence text that is an alternation'; Check = 'EosToCull'; Entry = @{ model_name = 'x'; backend = 'mock'; eos_to_cull = '<|im_end|>' } }
        @{ Problem = 'an end-of-sequence text that is no expression'; Check = 'EosToCull'; Entry = @{ model_name = 'x'; backend = 'mock'; eos_to_cull = '[/INST' } }
        @{ Problem = 'a missing template'; Check = 'ChatTemplate'; Entry = @{ model_name = 'x'; backend = 'mock'; premade_chat_template = $false } }
        @{ Problem = 'a context size that cannot be read'; Check = 'ContextSize'; Entry = @{ model_name = 'x'; backend = 'mock'; context_size = 'large' } }
        @{ Problem = 'a wrong type'; Check = 'Schema'; Entry = @{ model_name = 'x'; backend = 'mock'; thinking_budget = 'much' } }
        @{ Problem = 'two places that disagree'; Check = 'Places'; Entry = @{ model_name = 'x'; backend = 'mock'; slow_tokenizer = $true; model_config = @{ slow_tokenizer = $false } } }
    ) {
        $failed = @(Resolve-ClemModel $Entry | Test-ClemModel | Where-Object Passed -EQ $false)
        $failed.Name | Should -Be $Check
        $failed[0].Suggestion | Should -Not -BeNullOrEmpty
        Resolve-ClemModel $Entry | Test-ClemModel -Quiet | Should -BeFalse
    }

    It 'warns of a key that looks like a known one, and lets others be' {
        $entry = Resolve-ClemModel @{ model_name = 'x'; backend = 'mock'; eos_to_cul = '</s>'; contextSize = 5; x_own = 1; model_config = @{ modelid = 'y' } }
        $check = $entry | Test-ClemModel -WarningVariable warned -WarningAction SilentlyContinue | Where-Object Name -EQ 'Spelling'
        $check.Passed | Should -BeTrue
        $check.Message | Should -BeLike "*'modelid' or *'eos_to_cul'*"
        $check.Message | Should -Not -BeLike '*x_own*'
        $check.Suggestion | Should -BeLike "*'model_id'*'eos_to_cull'*"
        "$warned" | Should -BeLike "*eos_to_cul*Did you mean*"
        $entry | Test-ClemModel -Quiet -WarningAction SilentlyContinue | Should -BeTrue
        @(Get-ClemModel | Test-ClemModel | Where-Object Name -EQ 'Spelling') | Should -BeNullOrEmpty
    }

    It 'looks into the files of local models' {
        $missing = Test-ClemModel @{ model_name = 'x'; backend = 'llamacpp'; path = './none.gguf' } | Where-Object Name -EQ 'Files'
        $missing.Passed | Should -BeFalse
        $missing.Message | Should -BeLike '*none.gguf*no such file*'
        Set-Content (Join-Path $TestDrive 'no.gguf') 'this is no model'
        (Test-ClemModel @{ model_name = 'x'; backend = 'llamacpp'; path = './no.gguf' } | Where-Object Name -EQ 'Files').Passed | Should -BeFalse

        foreach ($name in 'tiny-greeter-gguf', 'tiny-greeter-hf') {
            $checks = @(Test-ClemModel $name)
            ($checks | Where-Object Name -EQ 'Files').Passed | Should -BeTrue
            $checks.Name | Should -Contain 'ContextSize'
            ($checks | Where-Object Name -EQ 'ContextSize').Passed | Should -BeTrue
        }

        $tiny = Get-ClemModel tiny-greeter-gguf
        $path = [System.IO.Path]::GetFullPath($tiny.Properties.path, [System.IO.Path]::GetDirectoryName($tiny.Source))
        $large = Test-ClemModel @{ model_name = 'large'; backend = 'llamacpp'; path = $path; context_size = '128k' } | Where-Object Name -EQ 'ContextSize'
        $large.Passed | Should -BeFalse
        $large.Message | Should -BeLike '*131072*trained with 1024*'
        $large.Suggestion | Should -BeLike '*1024*'
    }

    It 'takes names, hashtables and JSON by the pipeline' {
        ('mock', '{"model_name": "mock"}', @{ model_name = 'mock' } | Test-ClemModel | Where-Object Name -EQ 'Backend').Model | Should -Be @('mock', 'mock', 'mock')
    }

    It 'accepts the end-of-sequence expression <_>' -ForEach '<\|im_end\|>', '</s>', '</s>|<eos>', '###|END', '\(end\)' {
        $entry = Resolve-ClemModel @{ model_name = 'x'; backend = 'mock'; eos_to_cull = $_ }
        ($entry | Test-ClemModel | Where-Object Name -EQ 'EosToCull').Passed | Should -BeTrue
    }

    It 'takes <_> as the text that it is' -ForEach '[/INST]</s>', '(end)', '<$end$>', '<[end]>', '^EOT^', '</s>|(end)', '##|#' {
        $check = Resolve-ClemModel @{ model_name = 'x'; backend = 'mock'; eos_to_cull = $_ } | Test-ClemModel | Where-Object Name -EQ 'EosToCull'
        $check.Passed | Should -BeFalse
        $check.Message | Should -BeLike "*is taken as a text*"
        $pattern = [Clembench.Models.EosPattern]::Parse($_).Expression
        $pattern.Replace("before$($_)after", '') | Should -BeExactly 'beforeafter'
    }

    It 'names the entry that hides another one' {
        $file = Join-Path $TestDrive 'twice.json'
        '[{"model_name": "t", "backend": "mock"}, {"model_name": "t", "backend": "human"}]' | Set-Content $file
        $checks = @(Test-ClemModel t -RegistryPath $file | Where-Object Name -EQ 'Precedence')
        $checks.Count | Should -Be 1
        $checks[0].Message | Should -BeLike "*$file, entry 1*"
    }

    It 'finds the packaged entries to have the form of the schema' {
        @(Test-ClemModel | Where-Object { $_.Name -in 'Schema', 'EosToCull', 'ChatTemplate', 'ContextSize', 'Places', 'Precedence' -and -not $_.Passed }).Count | Should -Be 0
    }
}
