BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    Push-Location $TestDrive
}

AfterAll {
    Pop-Location
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'The packaged model' {
    It 'is there as a GGUF file and as a checkpoint of transformers' {
        $models = @(Get-ClemModel tiny-greeter-*)
        $models.Name | Should -Be @('tiny-greeter-gguf', 'tiny-greeter-hf')
        $models.Backend | Should -Be @('llamacpp', 'huggingface_local')
        # Without npm there is no llama.cpp: everything else is there all the same.
        $models.Availability | Should -BeIn @('Ready', 'NeedsBackend')
        $models.OpenWeight | Should -Be @($true, $true)
    }

    It 'passes the template check as <_>' -ForEach @('tiny-greeter-gguf', 'tiny-greeter-hf') {
        $report = Get-ClemModel $_ | Test-ClemTemplate
        $report.Passed | Should -BeTrue
        $report.EosToken | Should -Be '<|end|>'
        $report.ContextSize | Should -Be 1024
    }

    It 'shows what it is sent as <_>' -ForEach @('tiny-greeter-gguf', 'tiny-greeter-hf') {
        'Hello' | Format-ClemPrompt -Model $_ | ForEach-Object Text | Should -BeExactly "<|turn|>user`nHello<|end|>`n<|turn|>assistant`n"
    }

    It 'greets, as <_>, with no key and no download' -ForEach @('tiny-greeter-gguf', 'tiny-greeter-hf') {
        $model = Get-ClemModel $_
        if ($model.Availability -ne 'Ready') {
            Set-ItResult -Skipped -Because "llama.cpp's libraries are not here"
            return
        }

        # Not every program that runs these tests can start a model's own process.
        $inProcess = Resolve-ClemModel @{ model_name = $model.Name; in_process = $true }
        $episodes = @($inProcess | Invoke-ClemGame hellogame -ResultsPath (Join-Path $TestDrive 'results'))
        $episodes.Count | Should -Be 20
        $episodes.Outcome | Select-Object -Unique | Should -Be 'Success'
        $request = $episodes[0] | Get-ClemRequest
        $request.Response.response | Should -BeLike 'GREET: Hello *<|end|>'
        $request.ResponseText | Should -Not -BeLike '*<|end|>*'
    }

    It 'shows how far its conversion is' {
        if ((Get-ClemModel tiny-greeter-hf).Availability -ne 'Ready') {
            Set-ItResult -Skipped -Because "llama.cpp's libraries are not here"
            return
        }

        $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'new user'
        $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
        try {
            $null = $shell.AddScript("Import-Module '$((Get-Module Clembench).Path)'
                Resolve-ClemModel @{ model_name = 'tiny-greeter-hf'; in_process = `$true } | Invoke-ClemGame hellogame -InstanceId 0 -ResultsPath '$(Join-Path $TestDrive 'converted')'")
            $shell.Invoke().Outcome | Should -Be 'Success'
            $bars = @($shell.Streams.Progress | Where-Object Activity -Like 'Converting to *.gguf')
            $bars.Count | Should -BeGreaterThan 0
            $bars[-1].RecordType | Should -Be 'Completed'
        } finally {
            $shell.Dispose()
            $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
        }
    }

    It 'warns once of an eos_to_cull that is no expression' {
        $model = Get-ClemModel tiny-greeter-gguf
        if ($model.Availability -ne 'Ready') {
            Set-ItResult -Skipped -Because "llama.cpp's libraries are not here"
            return
        }

        $path = [System.IO.Path]::GetFullPath($model.Properties.path, [System.IO.Path]::GetDirectoryName($model.Source))
        $entry = @{ model_name = 'broken-eos'; backend = 'llamacpp'; path = $path; premade_chat_template = $true; eos_to_cull = '[<|end|>'; in_process = $true }
        $null = Invoke-ClemGame hellogame $entry -InstanceId 0, 1 -ResultsPath (Join-Path $TestDrive 'eos') -WarningVariable warned -WarningAction SilentlyContinue
        @($warned | Where-Object { "$_" -like "broken-eos: eos_to_cull is no regular expression*'`[<|end|>'*" }) | Should -HaveCount 1
    }
}
