BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/CleanEnvironment.ps1')
    $script:saved = Clear-KeyEnvironment
    $script:secret = 'sk-0123456789abcdefXY'
}

AfterAll {
    Restore-Environment $script:saved
}

Describe 'Keys' {
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

    It 'sets a key that only the owner can read, and shows it masked' {
        $info = Set-ClemKey openai (ConvertTo-SecureString $script:secret -AsPlainText -Force) -Organisation org-1
        $info.ApiKey | Should -BeExactly '****XY'
        $info.HasKey | Should -BeTrue
        $file = Join-Path $env:CLEMBENCH_USER_HOME 'key.json'
        (Get-Content $file -Raw | ConvertFrom-Json).openai.api_key | Should -BeExactly $script:secret
        (Get-Content $file -Raw | ConvertFrom-Json).openai.organisation | Should -BeExactly 'org-1'
        if (-not $IsWindows) { [System.IO.File]::GetUnixFileMode($file).ToString() | Should -Be 'UserWrite, UserRead' }

        Get-ClemKey openai | Out-String | Should -Not -Match $script:secret
        Get-ClemKey openai | ConvertTo-Json -Depth 5 | Should -Not -Match $script:secret
        (Get-ClemKey openai -Reveal).ApiKey | Should -BeExactly $script:secret
    }

    It 'keeps what else the file holds' {
        '{"other": {"api_key": "k", "x": [1, 2]}, "openai": {"api_key": "old", "base_url": "http://localhost/"}}' | Set-Content (Join-Path $script:work 'key.json')
        Set-ClemKey openai (ConvertTo-SecureString 'new' -AsPlainText -Force) -Path ./key.json | Out-Null
        $json = Get-Content ./key.json -Raw | ConvertFrom-Json
        $json.other.x | Should -Be @(1, 2)
        $json.openai.api_key | Should -Be 'new'
        $json.openai.base_url | Should -Be 'http://localhost/'
    }

    It 'takes the environment first, then the working directory, then the user' {
        Set-ClemKey openai (ConvertTo-SecureString 'of-the-user-01' -AsPlainText -Force) | Out-Null
        (Get-ClemKey openai -Reveal).ApiKey | Should -Be 'of-the-user-01'
        '{"openai": {"api_key": "of-the-folder-02"}}' | Set-Content ./key.json
        (Get-ClemKey openai -Reveal -WarningAction SilentlyContinue).ApiKey | Should -Be 'of-the-folder-02'
        $env:OPENAI_API_KEY = 'customary-03'
        (Get-ClemKey openai -Reveal -WarningAction SilentlyContinue).Source | Should -Be 'env:OPENAI_API_KEY'
        $env:CLEMBENCH_OPENAI_API_KEY = 'ours-04'
        try {
            (Get-ClemKey openai -Reveal -WarningAction SilentlyContinue).ApiKey | Should -Be 'ours-04'
        }
        finally {
            Remove-Item Env:OPENAI_API_KEY, Env:CLEMBENCH_OPENAI_API_KEY
        }
    }

    It 'warns of a name that no backend has' {
        Set-ClemKey opnai (ConvertTo-SecureString 'x' -AsPlainText -Force) -WarningVariable warned -WarningAction SilentlyContinue | Out-Null
        "$warned" | Should -BeLike "*'opnai'*Get-ClemBackend*"
        foreach ($name in 'openai', 'huggingface', 'OpenAI') {
            Set-ClemKey $name (ConvertTo-SecureString 'x' -AsPlainText -Force) -WarningVariable warned | Out-Null
            $warned | Should -BeNullOrEmpty
        }
        '[{"model_name": "m", "backend": "later"}]' | Set-Content ./model_registry.json
        Set-ClemKey later (ConvertTo-SecureString 'x' -AsPlainText -Force) -WarningVariable warned | Out-Null
        $warned | Should -BeNullOrEmpty
    }

    It 'makes models ready, and an empty key does not' {
        (Get-ClemModel gpt-4o-mini).Availability | Should -Be 'NeedsKey'
        '{"openai": {"api_key": ""}}' | Set-Content ./key.json
        (Get-ClemModel gpt-4o-mini -WarningAction SilentlyContinue).Availability | Should -Be 'NeedsKey'
        Remove-Item ./key.json
        Set-ClemKey openai (ConvertTo-SecureString 'x' -AsPlainText -Force) | Out-Null
        (Get-ClemModel gpt-4o-mini).Availability | Should -Be 'Ready'
    }

    It 'warns when others can read the file' -Skip:$IsWindows {
        '{"openai": {"api_key": "x"}}' | Set-Content ./key.json
        [System.IO.File]::SetUnixFileMode((Join-Path $script:work 'key.json'), 'UserRead, UserWrite, GroupRead, OtherRead')
        Get-ClemKey -WarningVariable warned -WarningAction SilentlyContinue | Out-Null
        "$warned" | Should -BeLike '*chmod 600*'
        [System.IO.File]::SetUnixFileMode((Join-Path $script:work 'key.json'), 'UserRead, UserWrite')
        Get-ClemKey -WarningVariable warned | Out-Null
        $warned | Should -BeNullOrEmpty
    }

    It 'reads the old name of openai_compatible' {
        '{"generic_openai_compatible": {"api_key": "x", "base_url": "http://127.0.0.1:1/v1"}}' | Set-Content ./key.json
        (Get-ClemKey openai_compatible -WarningAction SilentlyContinue).BaseUrl | Should -Be 'http://127.0.0.1:1/v1'
    }

    It 'masks what else may be a secret' {
        '{"slurk": {"api_key": "short", "access_token": "0123456789ABCDEF"}}' | Set-Content ./key.json
        $key = Get-ClemKey slurk -WarningAction SilentlyContinue
        $key.ApiKey | Should -BeExactly '****'
        $key.Settings.access_token | Should -BeExactly '****EF'
    }

    It 'names file, line and column of a syntax error, and never the content' {
        '{"openai": {"api_key": "sk-verysecret", }' | Set-Content ./key.json
        Get-ClemKey -ErrorVariable problems -ErrorAction SilentlyContinue | Out-Null
        "$($problems[0])" | Should -BeLike '*key.json, line 2, column *'
        "$($problems[0]) $($problems[0].Exception.InnerException)" | Should -Not -BeLike '*verysecret*'
    }

    It 'removes a key' {
        Set-ClemKey openai (ConvertTo-SecureString 'x' -AsPlainText -Force) | Out-Null
        Remove-ClemKey openai
        { Get-ClemKey openai -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Key.NotFound*'
        Get-ClemKey openai* | Should -BeNullOrEmpty
        { Remove-ClemKey openai -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Key.NotFound*'
    }

    It 'writes nothing with -WhatIf' {
        Set-ClemKey openai (ConvertTo-SecureString 'x' -AsPlainText -Force) -WhatIf
        Join-Path $env:CLEMBENCH_USER_HOME 'key.json' | Should -Not -Exist
    }

    It 'masks secrets by the end of their name, at any depth' {
        '{"x": {"api_key": "k", "client_secret": "0123456789ABCDEF", "auth": {"token": "0123456789abcdef", "list": [{"sshKey": "0123456789aAbBcC"}]}, "organisation": "plain", "requires_api_key": true}}' | Set-Content ./key.json
        $settings = (Get-ClemKey x -WarningAction SilentlyContinue).Settings
        $settings.client_secret | Should -BeExactly '****EF'
        $settings.auth.token | Should -BeExactly '****ef'
        $settings.auth.list[0].sshKey | Should -BeExactly '****cC'
        $settings.organisation | Should -BeExactly 'plain'
        $settings.requires_api_key | Should -Be $true
        (Get-ClemKey x -Reveal -WarningAction SilentlyContinue).Settings.auth.token | Should -BeExactly '0123456789abcdef'
    }

    It 'takes no secret as plain text among the settings' {
        { Set-ClemKey openai -Setting @{ api_key = 'sk-plain' } -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Key.PlainSecret*'
        { Set-ClemKey openai -Setting @{ auth = @{ token = 'sk-plain' } } -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Key.PlainSecret*'
        Set-ClemKey openai -Setting @{ api_key = 'sk-plain' } -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem[0].ErrorDetails.RecommendedAction | Should -BeLike '*-ApiKey*'
        "$($problem[0]) $($problem[0].TargetObject)" | Should -Not -BeLike '*sk-plain*'
        Join-Path $env:CLEMBENCH_USER_HOME 'key.json' | Should -Not -Exist
    }

    It 'takes secret settings as secure strings' {
        $info = Set-ClemKey x -Setting @{ auth = @{ client_secret = (ConvertTo-SecureString '0123456789ABCDEF' -AsPlainText -Force); user = 'me' } }
        $info.Settings.auth.client_secret | Should -BeExactly '****EF'
        (Get-Content (Join-Path $env:CLEMBENCH_USER_HOME 'key.json') -Raw | ConvertFrom-Json).x.auth.client_secret | Should -BeExactly '0123456789ABCDEF'
    }
}
