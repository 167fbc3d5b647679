BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/CleanEnvironment.ps1')
    $script:saved = Clear-KeyEnvironment
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    Push-Location $TestDrive
    # A key that no pattern knows: it is found because this machine has it.
    $script:key = 'planted/key+"of<this>&machine'
    $null = New-Item -ItemType Directory $env:CLEMBENCH_USER_HOME
    [System.IO.File]::WriteAllText((Join-Path $env:CLEMBENCH_USER_HOME 'key.json'), (ConvertTo-Json @{ openai = @{ api_key = $script:key } }))
    if (-not $IsWindows) { [System.IO.File]::SetUnixFileMode((Join-Path $env:CLEMBENCH_USER_HOME 'key.json'), 'UserRead, UserWrite') }
    # An entry whose head has a path.
    $model = @{ model_name = 'played'; backend = 'mock'; path = (Join-Path $TestDrive 'weights/played.gguf') }
    $script:origin = Join-Path $TestDrive 'origin'
    $null = Invoke-ClemGame hellogame, taboo $model -InstanceId 0, 1, 2 -ResultsPath $script:origin
    $null = Invoke-ClemGame hellogame mock -InstanceId 0 -ResultsPath $script:origin

    # A copy of the results for a test to spoil.
    function New-Copy {
        $copy = Join-Path $TestDrive ([guid]::NewGuid().ToString('n'))
        Copy-Item $script:origin $copy -Recurse
        $copy
    }

    function Expand-Zip([string] $Path) {
        $folder = Join-Path $TestDrive ([guid]::NewGuid().ToString('n'))
        [System.IO.Compression.ZipFile]::ExtractToDirectory($Path, $folder)
        $folder
    }

    function Set-Reply([string] $Results, [string] $Text) {
        $file = Join-Path $Results 'played/hellogame/greet_en/instance_00001/player_1.requests.json'
        $record = Get-Content $file -Raw | ConvertFrom-Json -AsHashtable
        $record.calls[0].call.raw_response_obj = @{ message = $Text }
        [System.IO.File]::WriteAllText($file, (ConvertTo-Json $record -Depth 20))
        $file
    }

    # All that a person could get to see of errors.
    function Get-Told($Problems) { @($Problems | ForEach-Object { "$_"; $_.ErrorDetails.Message; $_.ErrorDetails.RecommendedAction; $_.Exception.ToString(); "$($_.TargetObject)"; $_ | Out-String }) -join "`n" }

    function Get-Kind($Problems) { @($Problems | ForEach-Object { $_.FullyQualifiedErrorId.Split(',')[0] }) }

    function Get-Row([string] $Path) { @(Measure-ClemBenchmark $Path -Bootstrap 50 | ForEach-Object { "$($_.Model) $($_.Game) $($_.ClemScore) $($_.Played) $($_.Quality) $($_.Episodes) $($_.Low) $($_.High)" }) }
}

AfterAll {
    Pop-Location
    Remove-Item Env:CLEMBENCH_USER_HOME
    Restore-Environment $script:saved
}

Describe 'Export-ClemSubmission' {
    It 'packs an archive that is read again with the same numbers' {
        $file = Export-ClemSubmission ./whole.zip ./origin
        $file.GetType().FullName | Should -BeExactly 'System.IO.FileInfo'
        $file.FullName | Should -Be (Join-Path $TestDrive 'whole.zip')
        $folder = Expand-Zip $file.FullName
        Get-Row $folder | Should -Be (Get-Row ./origin)
        $episodes = @(Get-ClemEpisode $folder)
        $episodes.Count | Should -Be @(Get-ClemEpisode ./origin).Count
        @($episodes | ForEach-Object { "$_ $($_.Outcome) $($_.MainScore)" }) | Should -Be @(Get-ClemEpisode ./origin | ForEach-Object { "$_ $($_.Outcome) $($_.MainScore)" })
        ($episodes[0] | Get-ClemRequest).PromptJson | Should -BeExactly (Get-ClemEpisode ./origin | Select-Object -First 1 | Get-ClemRequest).PromptJson
        @(Get-ChildItem $folder -Directory | ForEach-Object Name | Sort-Object) | Should -Be @('mock', 'played')
        @(Get-ChildItem $folder -File | ForEach-Object Name | Sort-Object) | Should -Be (@('SHA256SUMS', 'model_registry.json', 'raw.csv', 'results.csv', 'results.html', 'versions.json') | Sort-Object)
    }

    It 'has a checksum for every file' {
        $folder = Expand-Zip (Join-Path $TestDrive 'whole.zip')
        $sums = @{}
        foreach ($line in [System.IO.File]::ReadAllLines((Join-Path $folder 'SHA256SUMS'))) {
            $line | Should -MatchExactly '^[0-9a-f]{64}  \S'
            $sums[$line.Substring(66)] = $line.Substring(0, 64)
        }
        $files = @(Get-ChildItem $folder -Recurse -File | Where-Object Name -NE 'SHA256SUMS')
        $sums.Count | Should -Be $files.Count
        foreach ($one in $files) { $sums[[System.IO.Path]::GetRelativePath($folder, $one.FullName).Replace('\', '/')] | Should -Be (Get-FileHash $one.FullName).Hash.ToLowerInvariant() }
    }

    It 'tells entries and versions, without paths of this machine' {
        $folder = Expand-Zip (Join-Path $TestDrive 'whole.zip')
        $entries = @(Get-Content (Join-Path $folder 'model_registry.json') -Raw | ConvertFrom-Json)
        $entries.model_name | Should -Be @('mock', 'played')
        $entries[1].path | Should -BeExactly 'played.gguf'
        @(Get-ClemModel -RegistryPath (Join-Path $folder 'model_registry.json') played).Count | Should -Be 1
        $versions = Get-Content (Join-Path $folder 'versions.json') -Raw | ConvertFrom-Json
        $versions.packed_by | Should -BeLike 'Clembench.PowerShell *'
        $versions.episodes | Should -Be @(Get-ClemEpisode $folder).Count
        $versions.games.hellogame.instances | Should -Be 3
        $versions.backends.mock | Should -Be @('mock', 'played')
        $names = @([System.IO.Path]::GetFileName($TestDrive), [System.Environment]::GetFolderPath('UserProfile') + '/') | Where-Object { $_.Length -gt 5 }
        foreach ($one in Get-ChildItem $folder -Recurse -File) {
            $text = [System.IO.File]::ReadAllText($one.FullName)
            foreach ($name in $names) { $text.Contains($name) | Should -BeFalse -Because $one.FullName }
        }
    }

    It 'changes nothing in records but paths in their head' {
        $folder = Expand-Zip (Join-Path $TestDrive 'whole.zip')
        foreach ($name in 'instance.json', 'player_1.requests.json', 'completed.json') {
            $place = "played/hellogame/greet_en/instance_00000/$name"
            (Get-FileHash (Join-Path $folder $place)).Hash | Should -Be (Get-FileHash (Join-Path $script:origin $place)).Hash
        }
        $place = 'played/hellogame/greet_en/instance_00000/interactions.json'
        $now = [System.IO.File]::ReadAllText((Join-Path $folder $place))
        $before = [System.IO.File]::ReadAllText((Join-Path $script:origin $place))
        $now | Should -Not -BeExactly $before
        $now | Should -BeExactly $before.Replace((ConvertTo-Json (Join-Path $TestDrive 'weights/played.gguf')), '"played.gguf"')
    }

    It 'gives the same bytes for the same records, and replaces what is there' {
        $before = (Get-FileHash ./whole.zip).Hash
        $null = Export-ClemSubmission ./whole.zip ./origin
        (Get-FileHash ./whole.zip).Hash | Should -Be $before
        $moved = New-Copy
        $null = Export-ClemSubmission ./moved.zip $moved
        (Get-FileHash ./moved.zip).Hash | Should -Be $before
        $first = Export-ClemSubmission ./folder ./origin
        $first.GetType().FullName | Should -BeExactly 'System.IO.DirectoryInfo'
        $null = Export-ClemSubmission ./folder ./origin -Game hellogame
        @(Get-ClemEpisode ./folder | ForEach-Object Game | Select-Object -Unique) | Should -Be @('hellogame')
        @(Get-ChildItem . -Force | Where-Object Name -Like '.*tmp*').Count | Should -Be 0
    }

    It 'does not take the place of anything else' {
        $null = New-Item -ItemType Directory ./mine
        [System.IO.File]::WriteAllText((Join-Path $TestDrive 'mine/thesis.txt'), 'years of work')
        { Export-ClemSubmission ./mine ./origin -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Submission.Occupied*'
        { Export-ClemSubmission ./whole.zip ./origin -NoClobber -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Submission.Exists*'
        { Export-ClemSubmission ./origin/shared ./origin -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Submission.WithinResults*'
        [System.IO.File]::ReadAllText((Join-Path $TestDrive 'mine/thesis.txt')) | Should -Be 'years of work'
    }

    It 'writes nothing with -WhatIf, and nothing where there is nothing' {
        Export-ClemSubmission ./planned.zip ./origin -WhatIf | Should -BeNullOrEmpty
        './planned.zip' | Should -Not -Exist
        { Export-ClemSubmission ./planned.zip ./origin -Model nobody -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Submission.Empty*'
    }

    It 'takes models, games and episodes' {
        $null = Export-ClemSubmission ./some ./origin -Model pl* -Game hello*
        @(Get-ClemEpisode ./some).Count | Should -Be 3
        $null = Get-ClemEpisode ./origin -Model played -Game hellogame | Select-Object -First 2 | Export-ClemSubmission ./some
        @(Get-ClemEpisode ./some).Count | Should -Be 2
    }

    It 'computes scores that are missing, and leaves the results as they are' {
        $results = New-Copy
        $place = 'played/hellogame/greet_en/instance_00002/scores.json'
        $scores = [System.IO.File]::ReadAllText((Join-Path $results $place)).Replace((ConvertTo-Json (Join-Path $TestDrive 'weights/played.gguf')), '"played.gguf"')
        Remove-Item (Join-Path $results $place)
        $null = Export-ClemSubmission ./scored $results
        [System.IO.File]::ReadAllText((Join-Path $TestDrive "scored/$place")) | Should -BeExactly $scores
        Join-Path $results $place | Should -Not -Exist
    }

    It 'refuses a key of this machine, and does not show it' {
        $results = New-Copy
        $file = Set-Reply $results "Your key is $script:key, I think."
        $null = Export-ClemTranscript $results
        $null = Export-ClemSubmission ./secret.zip $results -ErrorAction SilentlyContinue -ErrorVariable problems
        './secret.zip' | Should -Not -Exist
        Get-Kind $problems | Select-Object -Unique | Should -Be @('Clem.Submission.Secret', 'Clem.Submission.Refused')
        $mine = @($problems | Where-Object { $_.TargetObject.File -eq $file })
        $mine.Count | Should -Be 1
        $mine[0].TargetObject.Line | Should -BeGreaterThan 1
        "$mine" | Should -BeLike "*player_1.requests.json, line *'openai'*key.json*"
        # The transcript, whose page spells the key in markup, has it too.
        @($problems | Where-Object { "$($_.TargetObject.File)" -like '*transcript.html' }).Count | Should -BeGreaterThan 0
        Get-Told $problems | Should -Not -Match ([regex]::Escape('planted/key'))
        $null = Export-ClemSubmission ./secret.zip $results -Allow Secret -WarningAction SilentlyContinue -WarningVariable warned
        './secret.zip' | Should -Exist
        "$warned" | Should -BeLike '*Secret, packed as it is*'
        "$warned" | Should -Not -Match ([regex]::Escape('planted/key'))
    }

    It 'refuses a key in the environment' {
        $results = New-Copy
        $null = Set-Reply $results 'And abc-secret-of-the-environment it is.'
        $env:ANTHROPIC_API_KEY = 'abc-secret-of-the-environment'
        try { $null = Export-ClemSubmission ./env.zip $results -ErrorAction SilentlyContinue -ErrorVariable problems }
        finally { Remove-Item Env:ANTHROPIC_API_KEY }
        "$($problems[0])" | Should -BeLike '*ANTHROPIC_API_KEY*'
        Get-Told $problems | Should -Not -Match 'abc-secret'
        './env.zip' | Should -Not -Exist
    }

    It 'refuses what looks like <What>' -ForEach @(
        @{ What = 'an API key'; Text = 'sk-' + 'proj-' + 'a1B2' * 8 }
        @{ What = 'a token of the hub'; Text = 'hf_' + 'aB3d' * 9 }
        @{ What = 'a private key'; Text = '-----BEGIN RSA ' + 'PRIVATE KEY-----' }
        @{ What = 'an Authorization header'; Text = 'Bearer ' + 'abc1' * 8 }
        @{ What = 'an address with a password'; Text = 'see https://me:' + 'pass@host.example/v1' }
    ) {
        $results = New-Copy
        $null = Set-Reply $results "So: $Text."
        $null = Export-ClemSubmission ./form.zip $results -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-Kind $problems | Should -Be @('Clem.Submission.Secret', 'Clem.Submission.Refused')
        Get-Told $problems | Should -Not -Match ([regex]::Escape($Text))
    }

    It 'refuses a path of a machine in a record: <_>' -ForEach @('/home/ada/models/x', 'C:\Users\ada\models\x.gguf', '\\server\share\x', 'file:///srv/x') {
        $results = New-Copy
        $file = Set-Reply $results "It lies in $_ now."
        $null = Export-ClemSubmission ./path.zip $results -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-Kind $problems | Should -Be @('Clem.Submission.AbsolutePath', 'Clem.Submission.Refused')
        $problems[0].TargetObject.File | Should -Be $file
        $problems[-1].ErrorDetails.RecommendedAction | Should -BeLike '*-Allow AbsolutePath*'
    }

    It 'does not take for a path or a key what is none: <_>' -ForEach @('and/or', 'https://example.org/home/index', 'he said: \frac{a}{b}', '1/2 of /x', 'task-oriented-dialogue-systems-are-fun', 'a:/b') {
        $results = New-Copy
        $null = Set-Reply $results "Well, $_, indeed."
        Export-ClemSubmission ./harmless.zip $results -WhatIf -ErrorAction SilentlyContinue -ErrorVariable problems
        $problems | Should -BeNullOrEmpty
    }

    It 'refuses episodes that are not complete, and leaves them out when it is allowed' {
        $results = New-Copy
        Remove-Item (Join-Path $results 'played/hellogame/greet_en/instance_00000/completed.json')
        Remove-Item (Join-Path $results 'played/hellogame/greet_en/instance_00001/interactions.json'), (Join-Path $results 'played/hellogame/greet_en/instance_00001/completed.json')
        [System.IO.File]::WriteAllText((Join-Path $results 'played/hellogame/greet_en/instance_00002/error.json'), '{"message": "gone"}')
        [System.IO.File]::WriteAllText((Join-Path $results 'mock/hellogame/greet_en/instance_00000/scores.json'), '{"episode scores": ')
        $null = Export-ClemSubmission ./left $results -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-Kind $problems | Should -Be @('Clem.Submission.Incomplete', 'Clem.Submission.Incomplete', 'Clem.Submission.Failed', 'Clem.Submission.Broken', 'Clem.Submission.Refused')
        './left' | Should -Not -Exist
        $null = Export-ClemSubmission ./left $results -Allow Incomplete, Failed, Broken -WarningAction SilentlyContinue
        @(Get-ClemEpisode ./left | ForEach-Object Game | Select-Object -Unique) | Should -Be @('taboo')
        @(Get-ChildItem ./left -Directory).Name | Should -Be 'played'
    }

    It 'does not follow links' {
        if ($IsWindows) {
            Set-ItResult -Skipped -Because 'links need rights there'
            return
        }

        $results = New-Copy
        $outside = Join-Path $TestDrive 'outside.json'
        [System.IO.File]::WriteAllText($outside, '{"private": true}')
        $file = Join-Path $results 'played/hellogame/greet_en/instance_00000/instance.json'
        Remove-Item $file
        $null = [System.IO.File]::CreateSymbolicLink($file, $outside)
        $null = [System.IO.Directory]::CreateSymbolicLink((Join-Path $results 'linked'), (Join-Path $script:origin 'mock'))
        $null = Export-ClemSubmission ./links $results -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-Kind $problems | Should -Be @('Clem.Submission.Link', 'Clem.Submission.Link', 'Clem.Submission.Refused')
        $null = Export-ClemSubmission ./links $results -Allow Link -WarningAction SilentlyContinue
        @(Get-ClemEpisode ./links -Game hellogame -Model played).InstanceId | Should -Be @(1, 2)
        './links/linked' | Should -Not -Exist
    }

    It 'leaves out what is no record, and says so' {
        $results = New-Copy
        [System.IO.File]::WriteAllText((Join-Path $results 'played/hellogame/greet_en/instance_00000/notes.txt'), 'mine')
        $null = Export-ClemSubmission ./notes $results -WarningAction SilentlyContinue -WarningVariable warned
        "$warned" | Should -BeLike '*1 file(s)*notes.txt*'
        @(Get-ChildItem ./notes -Recurse -File | Where-Object Name -EQ 'notes.txt').Count | Should -Be 0
    }

    It 'says which episode two folders have' {
        $null = Export-ClemSubmission ./twice.zip ./origin, (New-Copy) -Game hellogame -Model mock -ErrorAction SilentlyContinue -ErrorVariable problems
        Get-Kind $problems | Should -Be @('Clem.Submission.Duplicate', 'Clem.Submission.Refused')
    }
}
