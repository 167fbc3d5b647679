# docs/guide.md, from its first command to its last, in one empty folder, with a hub on loopback whose models are tiny-greeter.

BeforeDiscovery {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/MarkdownExample.ps1')
    $examples = @(Get-MarkdownExample ([System.IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../docs/guide.md'))))
}

BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/MarkdownExample.ps1')
    . (Join-Path $PSScriptRoot 'Support/HubServer.ps1')
    . (Join-Path $PSScriptRoot 'Support/CleanEnvironment.ps1')
    $script:saved = Clear-KeyEnvironment
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    # Not every program that runs these tests can start a model's own process.
    $env:CLEMBENCH_LLAMA_IN_PROCESS = '1'
    $script:folder = Join-Path $TestDrive 'empty'
    New-Item -ItemType Directory $script:folder | Out-Null
    Push-Location $script:folder
    $script:hub = Start-ExampleHub $TestDrive
    $script:canPlay = (Get-ClemModel tiny-greeter-gguf).Availability -eq 'Ready'
}

AfterAll {
    Stop-ExampleHub $script:hub
    Pop-Location
    Remove-Item Env:CLEMBENCH_USER_HOME, Env:CLEMBENCH_LLAMA_IN_PROCESS
    Restore-Environment $script:saved
}

Describe 'The guide' {
    It '<Title> (line <Line>)' -ForEach $examples {
        $reason = Get-SkipReason $Needs
        if ($reason) {
            Set-ItResult -Skipped -Because $reason
            return
        }

        $output = @(Invoke-MarkdownExample $Code)
        if (-not (Test-SilentExample $Code)) { $output.Count | Should -BeGreaterThan 0 }
        foreach ($episode in $output | Where-Object { $_.GetType().FullName -eq 'Clembench.Results.Episode' }) { $episode.Outcome | Should -Be 'Success' }
        foreach ($check in $output | Where-Object { $_.GetType().FullName -eq 'Clembench.Results.ResultCheck' }) { $check.Passed | Should -BeTrue -Because $check.Message }
        # Where the last word is a verdict, it is yes.
        if ($Code -match '-Quiet$') { $output[-1] | Should -BeTrue }
    }

    It 'has led to a model that is played well' {
        (Get-ClemModel SmolLM2-360M-Instruct).Properties['premade_chat_template'] | Should -BeTrue
        if (-not $script:canPlay) {
            Set-ItResult -Skipped -Because "llama.cpp's libraries are not here"
            return
        }

        $episodes = @(Get-ClemEpisode ./results -Model SmolLM2-360M-Instruct)
        $episodes.Count | Should -Be 20
        $episodes.Outcome | Select-Object -Unique | Should -Be 'Success'
        # The guide's loop has put the model's own EOS text into the entry that was wrong.
        (Get-ClemModel tiny).Properties['eos_to_cull'] | Should -BeLike '*<\|end\|>*'
    }
}
