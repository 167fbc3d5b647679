BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/ProviderServer.ps1')
    $homeBefore = $env:CLEMBENCH_USER_HOME
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    Push-Location $TestDrive
}

AfterAll {
    Pop-Location
    $env:CLEMBENCH_USER_HOME = $homeBefore
}

Describe 'Invoke-ClemGame with <Backend>' -ForEach @(
    @{ Backend = 'azure'; Variable = 'AZURE_OPENAI_API_KEY' }
    @{ Backend = 'anthropic'; Variable = 'ANTHROPIC_API_KEY' }
    @{ Backend = 'google'; Variable = 'GEMINI_API_KEY' }
    @{ Backend = 'mistral'; Variable = 'MISTRAL_API_KEY' }
    @{ Backend = 'cohere'; Variable = 'COHERE_API_KEY' }
) {
    It 'plays against the API, and records what was sent and received' {
        $saved = [System.Environment]::GetEnvironmentVariable($Variable)
        $server = Start-ProviderServer $Backend -Text 'GREET: Hello and welcome, Amara!'
        try {
            [System.Environment]::SetEnvironmentVariable($Variable, $server.Key)
            $results = Join-Path $TestDrive "results-$Backend"
            $model = @{ model_name = "m-$Backend"; model_id = 'm'; backend = $Backend; model_config = @{ base_url = $server.Address } }
            $episode = Invoke-ClemGame hellogame $model -InstanceId 0 -ResultsPath $results
            $episode.Outcome | Should -Be 'Success'
            $episode.PromptTokens | Should -Be 11
            $episode.CompletionTokens | Should -Be 7

            $calls = @($server.Log.ToArray())
            $calls.Count | Should -Be 1
            $request = $episode | Get-ClemRequest | Where-Object Player -EQ 'Player 1'
            $compact = { param($Text) $Text | ConvertFrom-Json -AsHashtable | ConvertTo-Json -Depth 20 -Compress }
            & $compact $request.PromptJson | Should -BeExactly (& $compact $calls[0].RequestBody)
            & $compact $request.ResponseJson | Should -BeExactly (& $compact $calls[0].ResponseBody)
            $request.ResponseText | Should -BeExactly 'GREET: Hello and welcome, Amara!'
        }
        finally {
            Stop-ProviderServer $server
            [System.Environment]::SetEnvironmentVariable($Variable, $saved)
        }
    }

    It 'needs a key, and says how to set one' {
        $saved = [System.Environment]::GetEnvironmentVariable($Variable)
        try {
            [System.Environment]::SetEnvironmentVariable($Variable, $null)
            (Get-ClemBackend $Backend).RequiresKey | Should -BeTrue
            $entry = Get-ClemModel -Backend $Backend | Select-Object -First 1
            $entry.Availability | Should -Be 'NeedsKey'
            { Invoke-ClemGame hellogame $entry -ResultsPath (Join-Path $TestDrive 'none') -ErrorAction Stop -WarningAction SilentlyContinue } |
                Should -Throw -ErrorId 'Clem.Run.NoModelAvailable*'
        }
        finally {
            [System.Environment]::SetEnvironmentVariable($Variable, $saved)
        }
    }
}

Describe 'A person in a chat room' {
    It 'plays only when asked for by name' {
        '{"slurk": {"api_key": "token-of-the-server", "base_url": "http://127.0.0.1:9"}}' | Set-Content (Join-Path $TestDrive 'key.json')
        try {
            (Get-ClemModel chat-room -WarningAction SilentlyContinue).Availability | Should -Be 'Ready'
            $episodes = @(Get-ClemModel -WarningAction SilentlyContinue |
                Invoke-ClemGame hellogame -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'all') -WarningAction SilentlyContinue)
            $episodes.Model | Should -Not -Contain 'chat-room'
            $room = Join-Path $TestDrive 'room'
            Invoke-ClemGame hellogame chat-room -InstanceId 0 -ResultsPath $room -WarningAction SilentlyContinue -ErrorAction SilentlyContinue -ErrorVariable problems |
                Should -BeNullOrEmpty
            "$problems" | Should -BeLike "*'chat-room' cannot be loaded*127.0.0.1:9*nothing listens there*"
            $room | Should -Not -Exist
        }
        finally {
            Remove-Item (Join-Path $TestDrive 'key.json')
        }
    }
}
