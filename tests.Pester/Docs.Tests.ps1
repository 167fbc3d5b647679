# README.md and the pages of docs/, as a stranger reads them: each example of a page runs, one after the other, in one folder; what is said to be
# printed is printed; and links lead somewhere. (Guide.Tests.ps1 walks through docs/guide.md, Help.Tests.ps1 runs the examples of the cmdlets.)

BeforeDiscovery {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/MarkdownExample.ps1')
    $root = [System.IO.Path]::GetFullPath((Join-Path $PSScriptRoot '..'))
    $texts = @(Get-ChildItem $root -Filter *.md) + @(Get-ChildItem (Join-Path $root 'docs') -Filter *.md -Recurse) | ForEach-Object {
        @{ Name = [System.IO.Path]::GetRelativePath($root, $_.FullName).Replace('\', '/'); Page = $_.FullName; Examples = @(Get-MarkdownExample $_.FullName 'powershell', 'pwsh', 'sh') }
    }
    $read = @($texts | Where-Object { $_.Examples -and ($_.Name -notmatch '/.*/') -and $_.Name -ne 'docs/guide.md' })
    $all = @($texts | ForEach-Object { $_.Examples } | Where-Object { -not $_.File })
    $skipped = @(foreach ($example in $all) { foreach ($need in $example.Needs) { if ($script:ExampleNeeds[$need]) { "$($example.Page):$($example.Line) $need"; break } } })
    $tally = @{ All = $all.Count; Run = $all.Count - $skipped.Count; Skipped = $skipped }
}

BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/MarkdownExample.ps1')
    . (Join-Path $PSScriptRoot 'Support/HubServer.ps1')
    . (Join-Path $PSScriptRoot 'Support/OpenAiServer.ps1')
    . (Join-Path $PSScriptRoot 'Support/CleanEnvironment.ps1')
    $script:saved = Clear-KeyEnvironment
    # Not every program that runs these tests can start a model's own process.
    $env:CLEMBENCH_LLAMA_IN_PROCESS = '1'
    $script:root = [System.IO.Path]::GetFullPath((Join-Path $PSScriptRoot '..'))
    $script:tiny = Join-Path (Get-Module Clembench).ModuleBase 'models/tiny-greeter'

    # Two instances of each experiment, where an example does not name them.
    $PSDefaultParameterValues = @{ 'Invoke-ClemGame:InstanceId' = 0, 1 }

    # Results of earlier runs, of which pages speak: won, lost and aborted.
    $script:earlier = Join-Path $TestDrive 'earlier'
    $service = Start-ExampleService
    try {
        $null = Invoke-ClemGame hellogame, taboo -Model mock, gpt-4o-mini, claude-haiku-4.5 -ResultsPath $script:earlier -ErrorAction Stop
        $null = Invoke-ClemGame wordle -Model gpt-4o-mini -ResultsPath $script:earlier -ErrorAction Stop
    }
    finally { Stop-ExampleService $service }

    # What people have where they work: weights, a checkpoint, a template, a checkout of clembench beside, and an entry for my-model, unless the
    # page itself shows how to write it. The README's reader has nothing yet but results of their own.
    function New-ExampleFolder([string] $Page) {
        $outer = Join-Path $TestDrive ([guid]::NewGuid())
        $folder = Join-Path $outer 'work'
        foreach ($name in 'work/weights', 'user', 'clembench/taboo/in') { New-Item -ItemType Directory (Join-Path $outer $name) -Force | Out-Null }
        foreach ($name in 'weights/model.gguf', 'my-model-Q4_K_M.gguf', 'mine.gguf') { Copy-Item (Join-Path $script:tiny 'tiny-greeter.gguf') (Join-Path $folder $name) }
        foreach ($name in 'my-model', 'my-checkpoint') {
            New-Item -ItemType Directory (Join-Path $folder $name) | Out-Null
            Get-ChildItem $script:tiny -File | Where-Object Extension -NE '.gguf' | Copy-Item -Destination (Join-Path $folder $name)
        }
        '{% for message in messages %}### {{ message["role"] }}: {{ message["content"] }}{% endfor %}{% if add_generation_prompt %}### assistant:{% endif %}' | Set-Content (Join-Path $folder 'mine.jinja')
        Copy-Item (Join-Path $script:root 'games/taboo/in/instances.json') (Join-Path $outer 'clembench/taboo/in')
        if ((Split-Path $Page -Leaf) -ne 'README.md') {
            foreach ($name in 'results', 'older') { Copy-Item $script:earlier (Join-Path $folder $name) -Recurse }
        }
        if ([System.IO.File]::ReadAllText($Page) -notmatch 'Register-ClemModel -Name my-model') {
            ConvertTo-Json -InputObject @(@{ model_name = 'my-model'; backend = 'huggingface_local'; path = (Join-Path $folder 'my-model'); premade_chat_template = $true; eos_to_cull = '<\|end\|>' }) | Set-Content (Join-Path $outer 'user/model_registry.json')
        }
        $folder
    }

    # Programs that examples call, in place of those of the machine: pwsh, where there is none, is the shell that was built, and so is
    # what `dotnet run` would build anew.
    function New-ProgramFolder {
        $built = [System.AppContext]::BaseDirectory.TrimEnd('/', '\')
        $shell = Join-Path (Split-Path (Split-Path $built)) "Clembench.Shell/$(Split-Path $built -Leaf)/Clembench.Shell.dll"
        if (-not (Test-Path $shell)) {
            $shell = Get-ChildItem (Join-Path $script:root 'artifacts/bin/Clembench.Shell') -Filter Clembench.Shell.dll -Recurse | Sort-Object LastWriteTime | Select-Object -Last 1 -ExpandProperty FullName
        }
        $dotnet = (Get-Command dotnet -CommandType Application | Select-Object -First 1).Source
        $folder = Join-Path $TestDrive 'programs'
        New-Item -ItemType Directory $folder | Out-Null
        @"
#!/bin/sh
case "`$*" in
  "run --project Clembench.Shell -c Release"*) shift 5; [ "`$1" != -- ] || shift; exec '$dotnet' '$shell' "`$@" ;;
esac
exec '$dotnet' "`$@"
"@ | Set-Content (Join-Path $folder 'dotnet')
        if (-not (Get-Command pwsh -CommandType Application -ErrorAction SilentlyContinue)) {
            "#!/bin/sh`nexec '$dotnet' '$shell' `"`$@`"" | Set-Content (Join-Path $folder 'pwsh')
        }
        Get-ChildItem $folder -File | ForEach-Object { [System.IO.File]::SetUnixFileMode($_.FullName, [System.IO.UnixFileMode]'UserRead, UserWrite, UserExecute') }
        $folder
    }

    $script:programs = if (-not $IsWindows) { New-ProgramFolder }
}

AfterAll {
    Restore-Environment $script:saved
    Remove-Item Env:CLEMBENCH_LLAMA_IN_PROCESS
}

Describe 'Examples of <Name>' -ForEach $read {
    BeforeAll {
        $script:environment = @{}
        foreach ($variable in [System.Environment]::GetEnvironmentVariables().GetEnumerator()) { $script:environment[$variable.Key] = $variable.Value }
        $script:folder = New-ExampleFolder $Page
        $env:CLEMBENCH_USER_HOME = Join-Path (Split-Path $script:folder) 'user'
        Push-Location $script:folder
        $script:hub = if ('needs-hub' -in $Examples.Needs) { Start-ExampleHub (Split-Path $script:folder) }
        $script:service = if ('needs-key' -in $Examples.Needs -or 'needs-server' -in $Examples.Needs) { Start-ExampleService }
    }

    AfterAll {
        if ($script:service) { Stop-ExampleService $script:service }
        if ($script:hub) { Stop-ExampleHub $script:hub }
        Pop-Location
        foreach ($name in @([System.Environment]::GetEnvironmentVariables().Keys)) {
            if ($script:environment[$name] -cne [System.Environment]::GetEnvironmentVariable($name)) { [System.Environment]::SetEnvironmentVariable($name, $script:environment[$name] ?? [NullString]::Value) }
        }
    }

    It '<Title> (line <Line>)' -ForEach $Examples {
        $reason = Get-SkipReason $Needs
        if (-not $reason -and $Language -eq 'sh' -and $IsWindows) { $reason = 'it is for the shell of Unix' }
        if ($reason) {
            Set-ItResult -Skipped -Because $reason
            return
        }

        $text = if ($script:service) { $Code.Replace('http://127.0.0.1:8000/v1', $script:service.Server.BaseUrl) } else { $Code }
        if ($File) {
            Set-Content -LiteralPath $File $text
            return
        }

        if ($Language -eq 'sh') {
            $printed = Invoke-ShellExample $text $script:programs
        }
        else {
            $output = @(& { $ErrorActionPreference = 'Continue'; . ([scriptblock]::Create($text)) } 2>&1 3>$null)
            # The models that stand in for good ones do not meet the conditions of a night.
            $output | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] -and $_.FullyQualifiedErrorId -notlike 'Clem.Run.ThresholdMissed*' } | ForEach-Object { "$_" } | Should -BeNullOrEmpty
            if (-not (Test-SilentExample $Code)) { $output.Count | Should -BeGreaterThan 0 }
            foreach ($episode in $output | Where-Object { $_.GetType().FullName -eq 'Clembench.Results.Episode' }) { $episode.Error | Should -BeNullOrEmpty }
            $printed = if ($Prints) { ($output | Out-String -Width 100).ReplaceLineEndings("`n") }
        }

        if ($Prints) { Get-UnprintedLine $Prints $printed | Should -BeNullOrEmpty -Because $printed }
    }
}

Describe 'The examples of the documentation' {
    It '<Run> of <All> run here; without: <Skipped>' -ForEach $tally {
        $Run | Should -BeGreaterThan (0.8 * $All)
    }
}

Describe 'The text of <Name>' -ForEach $texts {
    BeforeAll {
        # The lines of a page that are not in a block of code.
        function Get-Prose([string] $Path) {
            $inside = $false
            foreach ($line in [System.IO.File]::ReadAllLines($Path)) {
                if ($line -match '^\s*```') { $inside = -not $inside }
                elseif (-not $inside) { $line }
            }
        }

        # The names by which links find a page's headings, as GitHub makes them.
        function Get-Anchor([string] $Path) {
            $seen = @{}
            foreach ($line in Get-Prose $Path) {
                if ($line -notmatch '^#+ +(.+)$') { continue }
                $name = ($Matches[1] -replace '\[([^\]]*)\]\([^)]*\)', '$1').ToLowerInvariant() -replace '[^\p{L}\p{N}\p{M}_ -]' -replace ' ', '-'
                $count = [int] $seen[$name]
                $seen[$name] = $count + 1
                $count ? "$name-$count" : $name
            }
        }
    }

    It 'has links that lead somewhere' {
        $text = (Get-Prose $Page) -join "`n" -replace '`[^`\n]*`'
        foreach ($match in [regex]::Matches($text, '\]\((?!https?:|mailto:)([^)\s]+)\)')) {
            $target, $anchor = $match.Groups[1].Value -split '#', 2
            $path = $target ? (Join-Path (Split-Path $Page) $target) : $Page
            $path | Should -Exist
            if ($anchor) { $anchor | Should -BeIn @(Get-Anchor $path) }
        }
    }

    It 'says of each block of code what it is' {
        foreach ($block in Get-MarkdownBlock $Page) {
            $block.Language | Should -BeIn @('powershell', 'pwsh', 'sh', 'text', 'json', 'yaml', 'ini', 'xml', 'csharp') -Because "of line $($block.Line)"
            foreach ($word in $block.Words) { $word | Should -Match '^(needs-[a-z]+|prints)$' -Because "of line $($block.Line)" }
            foreach ($need in $block.Words -like 'needs-*') { $script:ExampleNeeds.Keys | Should -Contain $need }
        }
    }

    It 'has JSON that can be read' {
        foreach ($block in Get-MarkdownBlock $Page | Where-Object { $_.Language -eq 'json' }) {
            # A part of an object is shown without its braces.
            $json = $block.Code.StartsWith('"') ? "{$($block.Code)}" : $block.Code
            { [System.Text.Json.JsonDocument]::Parse($json).Dispose() } | Should -Not -Throw -Because "of line $($block.Line)"
        }
    }
}

Describe 'The README' {
    It 'leads to every page of docs' {
        $readme = [System.IO.File]::ReadAllText((Join-Path $script:root 'README.md'))
        foreach ($file in Get-ChildItem (Join-Path $script:root 'docs') -Filter *.md) { $readme.Contains("](docs/$($file.Name)") | Should -BeTrue -Because $file.Name }
    }
}
