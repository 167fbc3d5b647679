BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/OpenAiServer.ps1')
    . (Join-Path $PSScriptRoot 'Support/ProviderServer.ps1')
    . (Join-Path $PSScriptRoot 'Support/CleanEnvironment.ps1')
    $script:savedKeys = Clear-KeyEnvironment
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    Push-Location $TestDrive

    $script:game = 'multimodal_referencegame'
    $script:seesImages = @{ single_image = $true; multiple_images = $true }
    $script:instance = (Get-ClemInstance $game)[0]
    # What each player is shown, as the instance names it, and as Base64.
    $script:shown = foreach ($player in 1, 2) { , @('first', 'second', 'third' | ForEach-Object { $instance.Properties["player_${player}_${_}_image"] }) }
    $script:folder = [System.IO.Path]::GetDirectoryName((Get-ClemGame $game).InstancePath)
    $script:encoded = foreach ($player in 0, 1) {
        , @($shown[$player] | ForEach-Object { [System.Convert]::ToBase64String([System.IO.File]::ReadAllBytes([System.IO.Path]::Combine($folder, $_))) })
    }
    $script:rightAnswer = "Answer: $($instance.Properties.target_image_name[0])"
}

AfterAll {
    Pop-Location
    Restore-Environment $script:savedKeys
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'A game with images' {
    It 'is played by mock, and its events name the images' {
        $episode = Get-ClemModel mock | Invoke-ClemGame $game -Experiment grids_en -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'mock')
        $episode.Outcome | Should -Be 'Success'
        $sent = @($episode | Get-ClemInteraction | Where-Object Type -EQ 'send message')
        $sent.Count | Should -Be 2
        $sent[0].Images -join ' ' | Should -BeExactly ($shown[0] -join ' ')
        $sent[1].Images -join ' ' | Should -BeExactly ($shown[1] -join ' ')
        $sent[0].Content | Should -BeExactly $instance.Properties.player_1_prompt_header

        # As clemcore records it: beside the content, as paths.
        $record = Get-Content (Join-Path $episode.Path 'interactions.json') -Raw | ConvertFrom-Json
        $record.turns[0][0].action.image -join ' ' | Should -BeExactly ($shown[0] -join ' ')
    }

    It 'sends the images in the form of <Backend>, and records what was sent' -ForEach @(
        @{ Backend = 'openai_compatible' }
        @{ Backend = 'anthropic' }
    ) {
        $variable = 'ANTHROPIC_API_KEY'
        if ($Backend -eq 'anthropic') {
            $server = Start-ProviderServer anthropic -Text 'Expression: the one that is meant', $rightAnswer
            $model = @{ model_name = 'sees'; model_id = 'm'; backend = $Backend; model_config = @{ base_url = $server.Address; multimodality = $seesImages } }
            [System.Environment]::SetEnvironmentVariable($variable, $server.Key)
        }
        else {
            $server = Start-OpenAiServer -Reply ([scriptblock]::Create('param($Request, $Index) @("Expression: the one that is meant", "' + $rightAnswer + '")[$Index]'))
            $model = @{ model_name = 'sees'; backend = $Backend; base_url = $server.BaseUrl; model_config = @{ multimodality = $seesImages } }
        }

        try {
            $episode = Invoke-ClemGame $game $model -Experiment grids_en -InstanceId 0 -ResultsPath (Join-Path $TestDrive $Backend)
            $episode.Error | Should -BeNullOrEmpty
            $episode.Outcome | Should -Be 'Success'
            $episode.MainScore | Should -Be 100

            $calls = @($server.Log.ToArray())
            $calls.Count | Should -Be 2
            $requests = @($episode | Get-ClemRequest)
            foreach ($player in 0, 1) {
                $body = $calls[$player].RequestBody | ConvertFrom-Json
                $parts = @($body.messages[0].content)
                $parts[0].type | Should -BeExactly 'text'
                $images = @($parts | Select-Object -Skip 1)
                if ($Backend -eq 'anthropic') {
                    $images.type -join ' ' | Should -BeExactly 'image image image'
                    $images.source.media_type -join ' ' | Should -BeExactly 'image/png image/png image/png'
                    $images.source.data -join ' ' | Should -BeExactly ($encoded[$player] -join ' ')
                }
                else {
                    $images.type -join ' ' | Should -BeExactly 'image_url image_url image_url'
                    $images.image_url.url -join ' ' | Should -BeExactly (($encoded[$player] | ForEach-Object { "data:image/png;base64,$_" }) -join ' ')
                }

                # The requests' record is what went over the wire; the dialogue's has the paths.
                $compact = { param($Text) $Text | ConvertFrom-Json -AsHashtable | ConvertTo-Json -Depth 20 -Compress }
                & $compact $requests[$player].PromptJson | Should -BeExactly (& $compact $calls[$player].RequestBody)
            }

            ($calls[1].RequestBody | ConvertFrom-Json).messages[0].content[0].text | Should -Match 'Expression: the one that is meant'
            $sent = @($episode | Get-ClemInteraction | Where-Object Type -EQ 'send message')
            $sent[1].Images -join ' ' | Should -BeExactly ($shown[1] -join ' ')
        }
        finally {
            if ($Backend -eq 'anthropic') { Stop-ProviderServer $server } else { Stop-OpenAiServer $server }
            [System.Environment]::SetEnvironmentVariable($variable, [NullString]::Value)
        }
    }

    It 'is left out for a model whose entry does not say that it sees images' {
        $server = Start-OpenAiServer -Reply { param($Request, $Index) 'GREET: Hello and welcome, Amara!' }
        try {
            $model = @{ model_name = 'blind'; backend = 'openai_compatible'; base_url = $server.BaseUrl }
            $results = Join-Path $TestDrive 'blind'
            $episodes = @(Invoke-ClemGame $game, hellogame $model -InstanceId 0 -ResultsPath $results -WarningVariable warned -WarningAction SilentlyContinue)
            $episodes.Game | Should -Be 'hellogame'
            "$warned" | Should -BeLike "*$game shows images and is not played with blind:*multimodality*"
            { Invoke-ClemGame $game $model -ResultsPath $results -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Run.ImagesNotSupported*'
            { Invoke-ClemGame $game -PlayerModel mock, $model -ResultsPath $results -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Run.ImagesNotSupported*'
            $server.Calls.Count | Should -Be 1
        }
        finally {
            Stop-OpenAiServer $server
        }
    }

    It 'says why an image is not shown: <Why>' -ForEach @(
        @{ Why = 'it is missing'; Image = 'images/none.png'; Words = "*names the image 'images/none.png', which is in none of its folders*" }
        @{ Why = 'it lies elsewhere'; Image = '../../../outside.png'; Words = "*'../../../outside.png'*leads out of the game's folder*" }
    ) {
        $made = Join-Path $TestDrive 'broken/in/instances.json'
        $null = New-ClemInstance $game -Seed 2 -Path $made
        $text = Get-Content $made -Raw
        $first = ($text | ConvertFrom-Json).experiments[0].game_instances[0].player_1_first_image
        $text.Replace($first, $Image) | Set-Content $made
        $failed = Invoke-ClemGame $game mock -InstancePath $made -Experiment grids_en -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'broken-results') -ErrorAction SilentlyContinue
        $failed.Outcome | Should -Be 'Error'
        $failed.Error | Should -BeLike $Words
    }

    It 'says so when a file is no image' {
        $made = Join-Path $TestDrive 'no-image/instances.json'
        $instances = New-ClemInstance $game -Seed 3 -Path $made
        'this is text' | Set-Content (Join-Path $TestDrive "no-image/$($instances[0].Properties.player_1_first_image)")
        $model = @{ model_name = 'sees'; backend = 'openai_compatible'; base_url = 'http://127.0.0.1:9'; model_config = @{ multimodality = $seesImages } }
        $failed = Invoke-ClemGame $game $model -InstancePath $made -Experiment grids_en -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'no-image-results') -ErrorAction SilentlyContinue
        $failed.Error | Should -BeLike '*is not a PNG, JPEG, GIF, WebP or BMP image.'
    }
}

Describe 'New-ClemInstance for a game with images' {
    It 'writes the images beside the file, which can be played' {
        $made = Join-Path $TestDrive 'made/mine.json'
        $instances = New-ClemInstance $game -Seed 7 -Path $made
        $images = @($instances.Properties.player_1_first_image | Sort-Object -Unique)
        $images | Should -Not -Contain $instance.Properties.player_1_first_image
        foreach ($image in $images) { Join-Path $TestDrive "made/$image" | Should -Exist }
        $episodes = Invoke-ClemGame $game mock -InstancePath $made -ResultsPath (Join-Path $TestDrive 'made-results')
        @($episodes).Count | Should -Be $instances.Count
        $episodes.Outcome | Select-Object -Unique | Should -Be 'Success'
    }

    It 'writes no images with -WhatIf, and none without a file' {
        New-ClemInstance $game -Seed 7 -Path (Join-Path $TestDrive 'unmade/mine.json') -WhatIf | Should -BeNullOrEmpty
        Join-Path $TestDrive 'unmade' | Should -Not -Exist
        @(New-ClemInstance $game -Seed 7).Count | Should -BeGreaterThan 10
        Join-Path $TestDrive 'images' | Should -Not -Exist
    }
}

Describe 'A checkout of clembench' {
    It 'has its images found by the paths of its instances' {
        # The layout and the paths of clembench: relative to a folder beside the checkout.
        $checkout = Join-Path $TestDrive 'work/clembench/multimodal_referencegame'
        $null = New-ClemInstance $game -Seed 4 -Path (Join-Path $checkout 'resources/instances.json')
        $null = New-Item -ItemType Directory (Join-Path $checkout 'in')
        $text = Get-Content (Join-Path $checkout 'resources/instances.json') -Raw
        $text.Replace('"images/', '"../clembench/multimodal_referencegame/resources/images/') | Set-Content (Join-Path $checkout 'in/instances.json')
        Remove-Item (Join-Path $checkout 'resources/instances.json')
        $registry = '[{"game_name": "multimodal_referencegame", "game_path": "work/clembench/multimodal_referencegame", "main_game": "referencegame", "players": 2, "image": "multi"}]'
        $registry | Set-Content (Join-Path $TestDrive 'game_registry.json')
        try {
            (Get-ClemGame $game).Source | Should -BeLike '*game_registry.json'
            $episode = Invoke-ClemGame $game mock -Experiment figures_en -InstanceId 0 -ResultsPath (Join-Path $TestDrive 'official')
            $episode.Outcome | Should -Be 'Success'
            ($episode | Get-ClemInteraction)[0].Images[0] | Should -BeLike '../clembench/multimodal_referencegame/resources/images/*.png'
        }
        finally {
            Remove-Item (Join-Path $TestDrive 'game_registry.json')
            Remove-Item (Join-Path $TestDrive 'work') -Recurse
        }
    }
}
