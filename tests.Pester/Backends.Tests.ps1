BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/OpenAiServer.ps1')

    $homeBefore = $env:CLEMBENCH_USER_HOME
}

AfterAll {
    $env:CLEMBENCH_USER_HOME = $homeBefore
}

Describe 'Get-ClemBackend' {
    BeforeAll {
        $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'home'
        $null = New-Item -ItemType Directory -Force (Join-Path $env:CLEMBENCH_USER_HOME 'backends')
    }

    It 'lists the built-in backends' {
        $names = (Get-ClemBackend).Name
        foreach ($name in 'mock', 'human', 'openai', 'openai_compatible', 'openrouter', 'azure', 'anthropic', 'google', 'mistral', 'cohere', 'slurk') {
            $names | Should -Contain $name
        }
    }

    It 'takes names and wildcards, in any case' {
        (Get-ClemBackend OPENAI).Name | Should -Be 'openai'
        @(Get-ClemBackend openai*).Count | Should -BeGreaterOrEqual 2
        ('mock', 'human' | Get-ClemBackend).Name | Should -Be @('mock', 'human')
    }

    It 'says for each what it is' {
        $backend = Get-ClemBackend openai
        $backend.Kind | Should -Be 'BuiltIn'
        $backend.Trusted | Should -BeTrue
        $backend.RequiresKey | Should -BeTrue
        $backend.Path | Should -BeNullOrEmpty
    }

    It 'writes an error for a name that there is not, and nothing for a wildcard' {
        $found = Get-ClemBackend nope, mock -ErrorAction SilentlyContinue -ErrorVariable problems
        $found.Name | Should -Be 'mock'
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Backend.UnknownBackend*'
        $problems[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        Get-ClemBackend nope* | Should -BeNullOrEmpty
    }

    It 'finds a script in the backends folder of the user by itself' {
        $path = Join-Path $env:CLEMBENCH_USER_HOME 'backends' 'mine_api.ps1'
        Set-Content -LiteralPath $path -Value 'param($Model, $Messages, $Options)'
        $backend = Get-ClemBackend mine
        $backend.Kind | Should -Be 'Script'
        $backend.Trusted | Should -BeTrue
        $backend.Path | Should -Be $path
    }

    It 'warns of a file that has the name of a built-in backend' {
        $path = Join-Path $env:CLEMBENCH_USER_HOME 'backends' 'openai_api.ps1'
        Set-Content -LiteralPath $path -Value 'param($Model, $Messages, $Options)'
        $backend = Get-ClemBackend openai -WarningAction SilentlyContinue -WarningVariable warnings
        Remove-Item -LiteralPath $path
        $backend.Kind | Should -Be 'BuiltIn'
        "$warnings" | Should -BeLike "*openai_api.ps1*"
    }

    It 'completes names' {
        $text = 'Get-ClemBackend openai_'
        (TabExpansion2 $text $text.Length).CompletionMatches.CompletionText | Should -Contain 'openai_compatible'
    }
}

Describe 'Register-ClemBackend' {
    BeforeEach {
        $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive ([guid]::NewGuid())
        $folder = Join-Path $TestDrive ([guid]::NewGuid())
        $null = New-Item -ItemType Directory $folder
        Push-Location $folder
        $path = Join-Path $folder 'local_api.ps1'
        Set-Content -LiteralPath $path -Value 'param($Model, $Messages, $Options)'
    }

    AfterEach {
        Pop-Location
    }

    It 'makes a listed file of the working directory a trusted one' {
        (Get-ClemBackend local).Trusted | Should -BeFalse
        (Get-ClemBackend local).Note | Should -BeLike '*not trusted*'
        $registered = Register-ClemBackend ./local_api.ps1
        $registered.Name | Should -Be 'local'
        $registered.Trusted | Should -BeTrue
        (Get-ClemBackend local).Trusted | Should -BeTrue
    }

    It 'trusts the content: a changed file is not trusted any more, and it says so' {
        $null = Register-ClemBackend -LiteralPath $path
        Add-Content -LiteralPath $path -Value '# changed'
        $backend = Get-ClemBackend local
        $backend.Trusted | Should -BeFalse
        $backend.Note | Should -BeLike '*has changed since it was trusted*'
        (Get-Item $path | Register-ClemBackend).Trusted | Should -BeTrue
        (Get-ClemBackend local).Trusted | Should -BeTrue
    }

    It 'changes nothing with -WhatIf' {
        Register-ClemBackend $path -WhatIf | Should -BeNullOrEmpty
        (Get-ClemBackend local).Trusted | Should -BeFalse
        Test-Path (Join-Path $env:CLEMBENCH_USER_HOME 'trusted_backends.json') | Should -BeFalse
    }

    It 'refuses a file that is no backend' {
        Set-Content -LiteralPath ./other_api.ps1 -Value '"no parameters"'
        Set-Content -LiteralPath ./notes.txt -Value 'x'
        Register-ClemBackend ./other_api.ps1, ./notes.txt, ./missing_api.ps1 -ErrorAction SilentlyContinue -ErrorVariable problems | Should -BeNullOrEmpty
        $ids = $problems.FullyQualifiedErrorId
        $ids[0] | Should -BeLike 'Clem.Path.NotFound*'
        $ids[1] | Should -BeLike 'Clem.Backend.LoadFailed*'
        $ids[2] | Should -BeLike 'Clem.Backend.UnknownFile*'
    }

    It 'registers a script block for the session' {
        $backend = Register-ClemBackend -Name session-only -ScriptBlock { param($Model, $Messages, $Options) }
        $backend.Kind | Should -Be 'Script'
        (Get-ClemBackend session-only).Trusted | Should -BeTrue
    }

    It 'puts a file in the place of a script block of that name' {
        Register-ClemBackend -Name local -ScriptBlock { param($Model, $Messages, $Options) } | Out-Null
        (Get-ClemBackend local).Path | Should -BeNullOrEmpty
        Register-ClemBackend $path -WhatIf
        (Get-ClemBackend local).Path | Should -BeNullOrEmpty
        Register-ClemBackend $path | Out-Null
        (Get-ClemBackend local).Path | Should -Be $path
    }

    It 'refuses the name of a built-in backend, and a script block that takes something else' {
        { Register-ClemBackend -Name openai -ScriptBlock { param($Model, $Messages, $Options) } -ErrorAction Stop } |
            Should -Throw -ErrorId 'Clem.Backend.AlreadyExists*'
        { Register-ClemBackend -Name another -ScriptBlock { param($Messages) } -ErrorAction Stop } |
            Should -Throw -ErrorId 'Clem.Backend.LoadFailed*'
    }
}

Describe 'The test server' {
    BeforeAll {
        function Send-Chat([string] $BaseUrl, [string] $Content) {
            $body = '{"model":"m","messages":[{"role":"user","content":' + [System.Text.Json.JsonSerializer]::Serialize($Content, [string]) + '}]}'
            $client = [System.Net.Http.HttpClient]::new()
            try {
                $answer = $client.PostAsync("$BaseUrl/chat/completions", [System.Net.Http.StringContent]::new($body)).GetAwaiter().GetResult()
                [pscustomobject]@{ Status = [int]$answer.StatusCode; Body = $answer.Content.ReadAsStringAsync().GetAwaiter().GetResult(); Sent = $body }
            }
            finally {
                $client.Dispose()
            }
        }
    }

    It 'answers and keeps the exact bodies' {
        $server = Start-OpenAiServer
        try {
            $answer = Send-Chat $server.BaseUrl 'héllo "you" 😀'
            $answer.Status | Should -Be 200
            [System.Text.Json.Nodes.JsonNode]::Parse($answer.Body)['choices'][0]['message']['content'].ToString() | Should -Be 'héllo "you" 😀'
            $server.Calls.Count | Should -Be 1
            $server.Calls[0].RequestBody | Should -BeExactly $answer.Sent
            $server.Calls[0].ResponseBody | Should -BeExactly $answer.Body
        }
        finally {
            Stop-OpenAiServer $server
        }
    }

    It 'does what it is told for each call' {
        $server = Start-OpenAiServer -Reply {
            param($Request, $Index)
            if ($Index -eq 0) { @{ Status = 429; Body = '{"error":{"message":"slow down"}}'; Headers = @{ 'Retry-After' = 1 } } }
            elseif ($Index -eq 1) { @{ Body = '{"cut":"in the middle of it all"}'; Cut = $true } }
            else { 'fine' }
        }
        try {
            (Send-Chat $server.BaseUrl 'a').Status | Should -Be 429
            { Send-Chat $server.BaseUrl 'b' } | Should -Throw
            (Send-Chat $server.BaseUrl 'c').Body | Should -BeLike '*"fine"*'
        }
        finally {
            Stop-OpenAiServer $server
        }
    }
}
