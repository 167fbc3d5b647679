BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    $module = (Get-Module Clembench).Path
}

Describe 'Runs beside each other in one session' {
    It 'plays the shards of a run in ForEach-Object -Parallel' {
        $results = Join-Path $TestDrive 'parallel'
        $episodes = 1..4 | ForEach-Object -ThrottleLimit 4 -Parallel {
            Import-Module $using:module
            Invoke-ClemGame hellogame mock -ResultsPath $using:results -Shard "$_/4"
        }
        $episodes | Should -HaveCount 20
        $episodes | ForEach-Object Outcome | Select-Object -Unique | Should -Be 'Success'
        $episodes | ForEach-Object { "$($_.Experiment)/$($_.InstanceId)" } | Select-Object -Unique | Should -HaveCount 20
        Get-ClemEpisode $results | Should -HaveCount 20
        Get-ChildItem $results -Recurse -Force -Filter '.*' | Should -BeNullOrEmpty
    }

    It 'tells of a run of the same shard that is under way' {
        $results = Join-Path $TestDrive 'twice'
        $outcomes = 1..2 | ForEach-Object -ThrottleLimit 2 -Parallel {
            Import-Module $using:module
            try {
                Invoke-ClemGame hellogame mock -ResultsPath $using:results -ErrorAction Stop
            } catch {
                $_.FullyQualifiedErrorId
            }
        }
        # Either the second one comes while the first one plays, or after it: nothing is mixed, nothing played twice.
        @($outcomes | Where-Object { $_ -is [string] -and $_ -notlike 'Clem.Run.AlreadyRunning*' }) | Should -HaveCount 0
        @($outcomes | Where-Object { $_ -isnot [string] -and -not $_.Reused }) | Should -HaveCount 20
        Get-ClemEpisode $results | Should -HaveCount 20
    }

    It 'plays in a job, whose objects arrive as they are' {
        $results = Join-Path $TestDrive 'job'
        $job = 1 | ForEach-Object -AsJob -Parallel {
            Import-Module $using:module
            Get-ClemModel mock | Invoke-ClemGame hellogame -ResultsPath $using:results
        }
        $episodes = $job | Receive-Job -Wait -AutoRemoveJob
        $episodes | Should -HaveCount 20
        $episodes[0].GetType().FullName | Should -BeExactly 'Clembench.Results.Episode'
    }

    It 'stops with its job, and the same command continues' {
        $file = Join-Path $TestDrive 'slow_api.ps1'
        # Answers three calls, and the others only once the run has been stopped: however busy the machine is, the
        # run cannot end before.
        $quick = Join-Path $TestDrive 'quick'
        $calls = New-Item -ItemType Directory (Join-Path $TestDrive 'calls')
        Set-Content $file "param(`$Model, `$Messages, `$Options)
Set-Content (Join-Path '$calls' ([guid]::NewGuid())) ''
while (@(Get-ChildItem '$calls').Count -gt 3 -and -not (Test-Path '$quick')) { Start-Sleep -Milliseconds 50 }
@{ Prompt = `$Messages; Response = @{ text = 'GREET: x' }; ResponseText = 'GREET: x' }"
        Register-ClemBackend -Path $file | Out-Null
        $results = Join-Path $TestDrive 'stopped'
        $play = {
            Import-Module $using:module
            Invoke-ClemGame hellogame @{ model_name = 's'; backend = 'slow' } -ResultsPath $using:results -ThrottleLimit 2
        }
        $job = 1 | ForEach-Object -AsJob -Parallel $play
        while (-not (Test-Path (Join-Path $results 's/hellogame')) -or @(Get-ClemEpisode $results -ErrorAction Ignore).Count -lt 2) { Start-Sleep -Milliseconds 50 }
        Stop-Job $job
        $job.State | Should -Be 'Stopped' -Because "$(@(Get-ClemEpisode $results | ForEach-Object { "$($_.InstanceId) $($_.Outcome) $($_.Error)" }) -join '; '): $($job.ChildJobs | ForEach-Object { $_.Error; $_.Warning }), $(@(Get-ChildItem $calls).Count) calls, $(Test-Path $quick)"
        Remove-Job $job
        $complete = @(Get-ClemEpisode $results).Count
        $complete | Should -BeLessThan 20
        Get-ClemEpisode $results -Outcome Error | Should -BeNullOrEmpty

        Set-Content $quick ''
        $again = 1 | ForEach-Object -Parallel $play
        $again | Should -HaveCount 20
        @($again | Where-Object Reused).Count | Should -BeGreaterOrEqual $complete
    }

    It 'has the essential cmdlets in a block that imports nothing' {
        $said = 1..2 | ForEach-Object -Parallel { Join-Path 'a' "$_"; [pscustomobject]@{ n = $_ } | Select-Object -ExpandProperty n; $null = Write-Warning "from $_" 3>&1 }
        $said | Should -HaveCount 4
        $said | Should -Contain (Join-Path 'a' '2')
        $said | Should -Contain 1
    }

    It 'imports into a bare runspace, where it can warn' {
        $shell = [powershell]::Create([initialsessionstate]::CreateDefault2())
        try {
            $null = $shell.AddScript("Import-Module '$module'; Write-Warning 'heard'; (Get-ClemModel mock).Name")
            $shell.Invoke() | Should -Be 'mock'
            $shell.Streams.Error | Should -BeNullOrEmpty
            "$($shell.Streams.Warning)" | Should -BeLike '*heard*'
        } finally {
            $shell.Dispose()
        }
    }
}
