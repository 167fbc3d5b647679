BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    . (Join-Path $PSScriptRoot 'Support/CleanEnvironment.ps1')
    $script:savedKeys = Clear-KeyEnvironment
    Push-Location $TestDrive
    $script:here = (Get-Item $TestDrive).FullName
    $script:kubernetes = @{ Scheduler = 'Kubernetes'; Shards = 4; Image = 'lab/clembench:1'; VolumeClaim = 'results' }

    # The script that a job's tasks run, as PowerShell reads it.
    function Get-TaskScript([string] $Path) {
        $text = Get-Content $Path -Raw
        if ($text -match "(?s)CLEMBENCH_POWERSHELL'\n(.*)\nCLEMBENCH_POWERSHELL\n") { $script = $Matches[1] } else { throw 'no script' }
        $problems = $null
        $tree = [System.Management.Automation.Language.Parser]::ParseInput($script, [ref]$null, [ref]$problems)
        $problems | Should -BeNullOrEmpty
        $tree
    }

    # What the tasks hand to Invoke-ClemGame, by name.
    function Get-TaskParameter([string] $Path) {
        $tree = Get-TaskScript $Path
        $found = @{}
        foreach ($pair in $tree.Find({ $args[0] -is [System.Management.Automation.Language.HashtableAst] }, $true).KeyValuePairs) { $found[$pair.Item1.Value] = $pair.Item2.Extent.Text }
        $found.Models = $tree.Find({ $args[0] -is [System.Management.Automation.Language.AssignmentStatementAst] -and $args[0].Left.Extent.Text -eq '$models' }, $true).Right.Extent.Text
        $found
    }
}

AfterAll {
    Pop-Location
    Restore-Environment $script:savedKeys
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'Export-ClemJob -Scheduler Slurm' {
    It 'writes a script and says how to submit it' {
        $job = Export-ClemJob ./made/run.sbatch hellogame mock -Scheduler Slurm -Shards 4 -TimeLimit 90 -Memory 2GB -CpuCount 2 -Partition short, long -Qos high
        $job.GetType().FullName | Should -BeExactly 'Clembench.Jobs.JobFile'
        $job.Path | Should -Be (Join-Path $here 'made/run.sbatch')
        $job.Shards, $job.Episodes, $job.Name | Should -Be @(4, 20, 'clembench')
        $job.ResultsPath | Should -Be (Join-Path $here 'results')
        $job.SubmitCommand | Should -BeLike 'sbatch *run.sbatch*'
        $job.EvaluateCommand | Should -BeLike 'sbatch --array=0 --dependency=singleton *run.sbatch*'
        $job.LogPath | Should -Exist
        @(Get-ChildItem ./made -Force).Name | Should -Be 'run.sbatch'
        $head = Get-Content $job.Path | Where-Object { $_ -like '#SBATCH *' }
        $head | Should -Contain '#SBATCH --array=1-4'
        $head | Should -Contain '#SBATCH --time=0-01:30:00'
        $head | Should -Contain '#SBATCH --mem=2048M'
        $head | Should -Contain '#SBATCH --partition=short,long'
        $head | Should -Contain '#SBATCH --qos=high'
        $head | Should -Contain '#SBATCH --requeue'
        $text = $job | Out-String -Width 300
        $text | Should -BeLike '*Episodes*: 20*SubmitCommand*'
        $text | Should -Not -BeLike '*0x*'
    }

    It 'hands on what was given, and nothing else' {
        Export-ClemJob ./run.sbatch taboo -PlayerModel mock, mock -Scheduler Slurm -Shards 4 -Experiment every* -InstanceId 0, 1 -Repeat 2 -Temperature 0.7 -MaxCost 5 -Durable | Out-Null
        $given = Get-TaskParameter ./run.sbatch
        $given.Models | Should -Be "@('mock', 'mock')"
        $given.PlayerModel | Should -Be '$models'
        $given.Experiment | Should -Be "@('every*')"
        $given.InstanceId | Should -Be '@(0, 1)'
        $given.Repeat, $given.Temperature, $given.MaxCost, $given.Durable | Should -Be @('2', '0.7', '1.25', '$true')
        $given.Shard | Should -Be '"$part/4"'
        $given.Keys | Should -Not -Contain 'ThrottleLimit'
        $given.Keys | Should -Not -Contain 'TimeoutSec'
    }

    It 'names what wildcards and the pipeline select, and takes a specification along' {
        Get-ClemModel tiny-* | Export-ClemJob ./run.sbatch hellogame -Scheduler Slurm -Shards 2 -WarningAction SilentlyContinue | Out-Null
        (Get-TaskParameter ./run.sbatch).Models | Should -BeLike "@('tiny-*', 'tiny-*')"
        Export-ClemJob ./run.sbatch textmap* ([ordered]@{ model_name = "it's"; backend = 'mock' }) -Scheduler Slurm -Shards 2 | Out-Null
        (Get-TaskParameter ./run.sbatch).Models | Should -Be "@('{""model_name"":""it''s"",""backend"":""mock""}')"
        (Get-TaskParameter ./run.sbatch).Game | Should -BeLike "@('textmapworld', 'textmap*'*"
        (Get-ClemGame hellogame, taboo | Export-ClemJob ./run.sbatch -Model mock -Scheduler Slurm -Shards 2).Episodes | Should -Be 70
    }

    It 'starts this session''s PowerShell and module, or those that are named' {
        Export-ClemJob ./run.sbatch hellogame mock -Scheduler Slurm -Shards 2 | Out-Null
        (Get-TaskScript ./run.sbatch).Extent.Text | Should -BeLike "try { Import-Module '*Clembench.psd1' *"
        Export-ClemJob ./run.sbatch hellogame mock -Scheduler Slurm -Shards 2 -Shell "/opt/it's here/Clembench.Shell.dll" -ModulePath Clembench | Out-Null
        Get-Content ./run.sbatch | Select-Object -Last 1 | Should -Be 'exec dotnet ''/opt/it''\''''s here/Clembench.Shell.dll'' -NoLogo -NoProfile -NonInteractive -Command "$script"'
        (Get-TaskScript ./run.sbatch).Extent.Text | Should -BeLike "try { Import-Module 'Clembench' *"
    }

    It 'does nothing with -WhatIf, and does not replace with -NoClobber' {
        Export-ClemJob ./no/new.sbatch hellogame mock -Scheduler Slurm -Shards 2 -LogPath ./no/logs -WhatIf | Should -BeNullOrEmpty
        './no' | Should -Not -Exist
        Set-Content ./kept.sbatch 'mine'
        Export-ClemJob ./kept.sbatch hellogame mock -Scheduler Slurm -Shards 2 -NoClobber -ErrorVariable problem -ErrorAction SilentlyContinue
        $problem.FullyQualifiedErrorId | Should -BeLike 'Clem.Job.FileExists*'
        Get-Content ./kept.sbatch | Should -Be 'mine'
    }

    It 'warns of more parts than episodes, and of models that are not ready' {
        Export-ClemJob ./run.sbatch hellogame mock -InstanceId 0 -Scheduler Slurm -Shards 2 -WarningVariable said -WarningAction SilentlyContinue | Out-Null
        "$said" | Should -BeLike '*1 episode(s) for 2 parts*'
        Export-ClemJob ./run.sbatch hellogame gpt-4o-mini -Scheduler Slurm -Shards 2 -WarningVariable said -WarningAction SilentlyContinue | Out-Null
        "$said" | Should -BeLike '*gpt-4o-mini cannot be played: there is no key*'
    }

    It 'refuses <Id>: <Options>' -ForEach @(
        @{ Id = 'Clem.Model.NotFound'; Options = @{ Model = 'mokc' } }
        @{ Id = 'Clem.Game.NotFound'; Options = @{ Game = 'hellogme' } }
        @{ Id = 'Clem.Instance.NotFound'; Options = @{ Experiment = 'nothing' } }
        @{ Id = 'Clem.Run.NoModelAvailable'; Options = @{ Model = 'nothing-*' } }
        @{ Id = 'Clem.Job.NoTerminal'; Options = @{ Model = 'human' } }
        @{ Id = 'Clem.Job.BadTime'; Options = @{ TimeLimit = 'soon' } }
        @{ Id = 'Clem.Job.BadMemory'; Options = @{ Memory = '4000' } }
        @{ Id = 'Clem.Job.BadValue'; Options = @{ Account = 'a b' } }
        @{ Id = 'Clem.Job.BadValue'; Options = @{ Directive = '--array=1-2' } }
        @{ Id = 'Clem.Job.BadText'; Options = @{ ResultsPath = "a`nb" } }
        @{ Id = 'Clem.Job.OptionOfAnother'; Options = @{ Image = 'x' } }
        @{ Id = 'Clem.Job.IsFolder'; Options = @{ OutFile = '.' } }
        @{ Id = 'Clem.Job.HasSecret'; Options = @{ Model = @{ model_name = 'm'; backend = 'openai_compatible'; api_key = 'sk-12345678' } } }
        @{ Id = 'Clem.Job.HasSecret'; Options = @{ Setup = 'export OPENAI_API_KEY=sk-12345678' } }
    ) {
        $given = @{ OutFile = './refused.sbatch'; Game = 'hellogame'; Model = 'mock'; Scheduler = 'Slurm'; Shards = 2 }
        foreach ($name in $Options.Keys) { $given[$name] = $Options[$name] }
        Export-ClemJob @given -ErrorVariable problem -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        @($problem).Count | Should -Be 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike "$Id*"
        $problem[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        "$($problem[0])" | Should -Not -BeLike '*sk-12345678*'
        './refused.sbatch' | Should -Not -Exist
    }

    It 'finds a key of this session wherever it would stand' {
        $env:OPENAI_API_KEY = 'sk-of-this-session'
        try {
            Export-ClemJob ./refused.sbatch hellogame mock -Scheduler Slurm -Shards 2 -Setup 'curl -H sk-of-this-session x' -ErrorVariable problem -ErrorAction SilentlyContinue
            $problem.FullyQualifiedErrorId | Should -BeLike 'Clem.Job.HasSecret*'
            './refused.sbatch' | Should -Not -Exist
        }
        finally { Remove-Item Env:OPENAI_API_KEY }
    }
}

Describe 'A job and its registries' {
    It 'takes no entry along from a registry that merely lies there' {
        $null = New-Item -ItemType Directory ./found
        $registry = Join-Path $here 'found/model_registry.json'
        Set-Content $registry '[{"model_name": "away", "backend": "openai_compatible", "model_id": "a"}, {"model_name": "away", "backend": "openai_compatible", "model_id": "b", "base_url": "http://127.0.0.1:1/v1"}]'
        Push-Location ./found
        try {
            Export-ClemJob ./run.sbatch hellogame @{ model_name = 'away'; model_id = 'b' } -Scheduler Slurm -Shards 2 -ErrorVariable problem -ErrorAction SilentlyContinue -WarningAction SilentlyContinue
            $problem[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Backend.AddressNotTrusted*'
            './run.sbatch' | Should -Not -Exist
            # By its name the tasks look it up themselves; one whose file somebody named goes along.
            Export-ClemJob ./run.sbatch hellogame away -Scheduler Slurm -Shards 2 -WarningAction SilentlyContinue | Out-Null
            (Get-TaskParameter ./run.sbatch).Models | Should -Be "@('away')"
            './run.sbatch' | Should -Not -FileContentMatch '127.0.0.1'
            Get-ClemModel away -RegistryPath $registry | Select-Object -Last 1 | Export-ClemJob ./run.sbatch hellogame -Scheduler Slurm -Shards 2 -WarningAction SilentlyContinue | Out-Null
            './run.sbatch' | Should -FileContentMatch '127.0.0.1'
        }
        finally { Pop-Location }
    }
}

Describe 'Export-ClemJob -Scheduler Kubernetes' {
    It 'writes a manifest of an Indexed Job' {
        $job = Export-ClemJob ./run.yaml hellogame mock @kubernetes -MaxParallel 2 -KeySource keys -Namespace lab -TimeLimit 1:00:00 -ResultsPath ./out/today
        $job.SubmitCommand | Should -BeLike 'kubectl apply -f *run.yaml*'
        $job.ResumeCommand | Should -BeLike 'kubectl replace --force -f *run.yaml*'
        $job.LogPath | Should -BeNullOrEmpty
        $job.ResultsPath | Should -Be '/data/out/today'
        $text = Get-Content ./run.yaml -Raw
        foreach ($line in 'kind: Job', 'completionMode: Indexed', 'completions: 4', 'parallelism: 2', 'activeDeadlineSeconds: 3600', 'name: keys', 'claimName: results', 'namespace: lab') {
            $text | Should -BeLike "*`n*$line`n*"
        }
        $text | Should -BeLike '*$part = 1 + `[int`]$env:JOB_COMPLETION_INDEX*'
        $text | Should -Not -BeLike "*$here*"
    }

    It 'passes on what only the container knows, with a warning' {
        $job = Export-ClemJob ./run.yaml my-game, hellogame my-model @kubernetes -WarningVariable said -WarningAction SilentlyContinue
        @($said).Count | Should -Be 2
        $job.Episodes | Should -BeNullOrEmpty
        './run.yaml' | Should -FileContentMatch "Game = @\('my-game', 'hellogame'\)"
        (Export-ClemJob ./run.yaml hellogame mock @kubernetes -InstancePath ./mine.json).Episodes | Should -BeNullOrEmpty
        './run.yaml' | Should -FileContentMatch "InstancePath = '/data/mine.json'"
    }

    It 'asks for a Secret where a model needs a key' {
        Export-ClemJob ./run.yaml hellogame gpt-4o-mini @kubernetes -WarningVariable said -WarningAction SilentlyContinue | Out-Null
        "$said" | Should -BeLike '*gpt-4o-mini need* a key*-KeySource*'
        Export-ClemJob ./run.yaml hellogame gpt-4o-mini @kubernetes -KeySource k -WarningVariable said -WarningAction SilentlyContinue | Out-Null
        $said | Should -BeNullOrEmpty
    }

    It 'takes a patch, and no key in it' {
        Export-ClemJob ./run.yaml hellogame mock @kubernetes -Patch @{ metadata = @{ labels = @{ queue = 'night' } }; spec = @{ podFailurePolicy = $null } } | Out-Null
        './run.yaml' | Should -FileContentMatch 'queue: night'
        './run.yaml' | Should -Not -FileContentMatch 'podFailurePolicy'
        foreach ($variable in @([ordered]@{ name = 'OPENAI_API_KEY'; value = 'sk-12345678' }), @([ordered]@{ value = 'sk-12345678'; name = 'OPENAI_API_KEY' })) {
            Export-ClemJob ./refused.yaml hellogame mock @kubernetes -Patch @{ spec = @{ template = @{ spec = @{ containers = @(@{ env = @($variable) }) } } } } -ErrorVariable problem -ErrorAction SilentlyContinue
            $problem.FullyQualifiedErrorId | Should -BeLike 'Clem.Job.HasSecret*'
        }
        './refused.yaml' | Should -Not -Exist
    }

    It 'refuses <Id>: <Options>' -ForEach @(
        @{ Id = 'Clem.Job.OptionMissing'; Options = @{ Image = $null } }
        @{ Id = 'Clem.Job.OptionMissing'; Options = @{ VolumeClaim = $null } }
        @{ Id = 'Clem.Job.OptionOfAnother'; Options = @{ Partition = 'x' } }
        @{ Id = 'Clem.Job.BadValue'; Options = @{ JobName = 'My_Job' } }
        @{ Id = 'Clem.Model.NotFound'; Options = @{ Model = @{ model_name = 'nothing' } } }
    ) {
        $given = @{ OutFile = './refused.yaml'; Game = 'hellogame'; Model = 'mock' } + $kubernetes
        foreach ($name in $Options.Keys) { if ($null -eq $Options[$name]) { $given.Remove($name) } else { $given[$name] = $Options[$name] } }
        Export-ClemJob @given -ErrorVariable problem -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike "$Id*"
        './refused.yaml' | Should -Not -Exist
    }
}
