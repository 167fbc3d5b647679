# Examples in Markdown: blocks of code that begin with ```powershell, or with ```sh. Words behind that say what an example needs
# (needs-hub, needs-key, …: see $ExampleNeeds). Readers of a rendered page do not see them.
#
# Two more things can be said of a block: a first line that is a comment with the name of a file (# nightly.yaml) makes it that file, which
# is written where the examples run; and ```text prints is what the example before it prints.

# What an example can need, and why a test cannot give it; the needs without a reason are met by stand-ins (Start-ExampleService, Start-ExampleHub),
# or where the libraries are that the build fetches.
$script:ExampleNeeds = @{
    'needs-hub'      = $null    # the Hugging Face hub
    'needs-key'      = $null    # a service that has to be paid for
    'needs-server'   = $null    # a server of one's own at 127.0.0.1:8000
    'needs-llama'    = $null    # llama.cpp's libraries
    'needs-person'   = 'it asks a person, or shows something until a person ends it'
    'needs-build'    = 'it builds or tests this repository, as what runs this test has done'
    'needs-clemcore' = 'it needs a checkout of clemcore'
    'needs-gpu'      = 'it needs a GPU'
    'needs-cluster'  = 'it needs a cluster'
    'needs-root'     = 'it changes the machine'
    'needs-download' = 'it fetches from the internet'
}

# Why an example cannot run here; nothing where it can.
function Get-SkipReason([string[]] $Needs) {
    foreach ($need in $Needs) {
        if (-not $script:ExampleNeeds.ContainsKey($need)) { throw "An example has '$need', which is none of $(@($script:ExampleNeeds.Keys | Sort-Object) -join ', ')." }
        if ($script:ExampleNeeds[$need]) { return $script:ExampleNeeds[$need] }
        if ($need -eq 'needs-llama' -and (Get-ClemModel tiny-greeter-gguf).Availability -ne 'Ready') { return "llama.cpp's libraries are not here" }
    }
}

# All blocks of code of a page: Language, Words (what follows the language), Title (the heading above), Line, Code, Page.
function Get-MarkdownBlock([string] $Path) {
    $title = ''
    $code = $null
    $number = 0
    foreach ($line in [System.IO.File]::ReadAllLines($Path)) {
        $number++
        if ($null -ne $code) {
            if ($line -match '^\s*```\s*$') {
                @{ Language = $language; Words = $words; Title = $title; Line = $start; Code = $code -join "`n"; Page = [System.IO.Path]::GetFileName($Path) }
                $code = $null
            }
            else { $code.Add($line) }
        }
        elseif ($line -match '^\s*```([^\s`]*)(.*)$') {
            $language = $Matches[1]
            $words = @($Matches[2].Split(' ', [System.StringSplitOptions]::RemoveEmptyEntries))
            $start = $number
            $code = [System.Collections.Generic.List[string]]::new()
        }
        elseif ($line -match '^#+ (.+)$') { $title = $Matches[1] }
    }
}

# The examples of a page: a block each, with Needs, File (the file that it is; else nothing) and Prints (what it prints, where the page shows that).
function Get-MarkdownExample([string] $Path, [string[]] $Language = 'powershell') {
    $example = $null
    foreach ($block in Get-MarkdownBlock $Path) {
        $file = if ($block.Code -match '\A# (?:\S*/)?([\w-]+\.\w+)\n') { $Matches[1] }
        if ($block.Language -in $Language -or ($file -and $Language.Count -gt 1)) {
            if ($example) { $example }
            $example = $block + @{ Needs = @($block.Words | Where-Object { $_ -like 'needs-*' }); File = $file; Prints = $null }
        }
        elseif ($example -and $block.Language -eq 'text' -and 'prints' -in $block.Words) { $example.Prints = $block.Code }
    }
    if ($example) { $example }
}

# What is wrong with an example's commands: errors of syntax, commands that are unknown, parameters that do not exist or exclude each other.
function Get-BindingError([string] $Code) {
    $tokens = $errors = $null
    $ast = [System.Management.Automation.Language.Parser]::ParseInput($Code, [ref] $tokens, [ref] $errors)
    foreach ($one in $errors) { $one.Message }
    $commands = $ast.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] }, $true)
    foreach ($command in $commands | Where-Object { $_.GetCommandName() -match '-Clem' }) {
        if (-not (Get-Command $command.GetCommandName() -ErrorAction SilentlyContinue)) {
            "There is no command $($command.GetCommandName())."
            continue
        }

        $bound = [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($command)
        foreach ($one in $bound.BindingExceptions.Values) { $one.BindingException.Message }
    }
}

# A hub that has the models of which examples speak: each of them is tiny-greeter, as a checkpoint and as a GGUF file.
# HubServer.ps1 has to be there; Stop-ExampleHub takes what this gives.
function Start-ExampleHub([string] $Folder) {
    $model = Join-Path (Get-Module Clembench).ModuleBase 'models/tiny-greeter'
    $root = Join-Path $Folder 'hub'
    $ids = 'openchat/openchat_3.5', 'HuggingFaceTB/SmolLM2-135M-Instruct', 'HuggingFaceTB/SmolLM2-360M-Instruct', 'HuggingFaceTB/SmolLM2-1.7B-Instruct',
        'owner/model', 'owner/name', 'owner/name@v1.0', 'owner/one', 'owner/two', 'owner/a', 'owner/b'
    foreach ($id in $ids) {
        New-Item -ItemType Directory (Join-Path $root $id) -Force | Out-Null
        Get-ChildItem $model -File | Where-Object Extension -NE '.gguf' | Copy-Item -Destination (Join-Path $root $id)
    }
    $gguf = Join-Path $root 'HuggingFaceTB/SmolLM2-360M-Instruct-GGUF'
    New-Item -ItemType Directory $gguf -Force | Out-Null
    Copy-Item (Join-Path $model 'tiny-greeter.gguf') (Join-Path $gguf 'smollm2-360m-instruct-q8_0.gguf')
    $server = Start-HubServer $root
    @{ Server = $server; Environment = (Use-HubServer $server -Cache (Join-Path $Folder 'cache')) }
}

function Stop-ExampleHub($Hub) {
    Restore-HubEnvironment $Hub.Environment
    Stop-HubServer $Hub.Server
}

# A service in place of those that examples need a key for, and of a server of one's own: its models greet, give clues and guess in
# the form that the games ask for. OpenAiServer.ps1 has to be there; Stop-ExampleService takes what this gives.
function Start-ExampleService {
    $server = Start-OpenAiServer -Reply {
        param($Request, $Index)
        $messages = $Request.Json.GetProperty('messages')
        $first = $messages[0].GetProperty('content').GetString()
        $name = [regex]::Match($first, '(?m)^\w+$').Value
        $text = if ($first.Contains('GREET:')) { "GREET: Hello and welcome, $name!" }
        elseif ($first.Contains("with the tag 'CLUE:'")) { "CLUE: clue $Index" }
        elseif ($first.Contains("the tag 'GUESS:'")) { 'GUESS: nothing' }
        else { 'Hello.' }
        $json = [System.Text.Json.JsonSerializer]::Serialize($text, [string])
        $model = [System.Text.Json.JsonElement]::new()
        if ($Request.Json.TryGetProperty('model', [ref] $model) -and $model.GetString() -like 'claude*') {
            return @{ Body = '{"type":"message","role":"assistant","content":[{"type":"text","text":' + $json + '}],"stop_reason":"end_turn","usage":{"input_tokens":11,"output_tokens":7}}' }
        }
        $text
    }
    $saved = @{}
    foreach ($backend in 'OPENAI', 'AZURE', 'ANTHROPIC') {
        foreach ($part in 'API_KEY', 'BASE_URL') {
            $variable = "CLEMBENCH_${backend}_$part"
            $saved[$variable] = [System.Environment]::GetEnvironmentVariable($variable)
            [System.Environment]::SetEnvironmentVariable($variable, ($part -eq 'API_KEY' ? 'key-of-the-examples' : [uri]::new($server.BaseUrl).GetLeftPart('Authority') + ($backend -eq 'OPENAI' ? '/v1' : '')))
        }
    }
    @{ Server = $server; Environment = $saved }
}

function Stop-ExampleService($Service) {
    foreach ($name in $Service.Environment.Keys) { [System.Environment]::SetEnvironmentVariable($name, $Service.Environment[$name] ?? [NullString]::Value) }
    Stop-OpenAiServer $Service.Server
}

# Whether an example says nothing when all is well: it only says what it would do, writes or takes away something, or asks for what went wrong.
function Test-SilentExample([string] $Code) {
    $last = @($Code -split "`n")[-1] -replace '\s+# .*$'
    $last -match '-WhatIf$|^(Remove|Unregister|Set)-|Passed \}|Where-Object Updated$|(Set-Content|Export-Csv) \S+$|^\$|^Measure-ClemBenchmark .* -WriteTable$'
}

# Runs an example and gives what comes out. Whatever is an error ends it.
function Invoke-MarkdownExample([string] $Code) {
    $ErrorActionPreference = 'Stop'
    . ([scriptblock]::Create($Code))
}

# Runs an example for the shell of Unix in the current folder, with -Programs before all others, and gives the text that it prints.
function Invoke-ShellExample([string] $Code, [string] $Programs) {
    $path = $env:PATH
    $env:PATH = $Programs + [System.IO.Path]::PathSeparator + $path
    try { $text = (& sh -e -c "exec 2>&1 </dev/null`n$Code" | Out-String -Width 1000).ReplaceLineEndings("`n") }
    finally { $env:PATH = $path }
    if ($LASTEXITCODE -ne 0) { throw "The exit code is ${LASTEXITCODE}: $text" }
    $text
}

# What a page says that an example prints, and that is not among what it printed. Times differ, episodes end in any order, and an ellipsis stands for
# further lines.
function Get-UnprintedLine([string] $Said, [string] $Printed) {
    $lines = @($Printed.ReplaceLineEndings("`n") -split "`n" | ForEach-Object TrimEnd | Where-Object { $_ })
    $expected = @($Said -split "`n" | ForEach-Object TrimEnd | Where-Object { $_ })
    foreach ($line in $expected | Where-Object { $_ -ne '…' }) {
        $pattern = [regex]::Escape($line) -replace '(\\ )+\d+\\\.\d{3}(?!\d)', ' +\d+\.\d{3}'
        if (-not ($lines -cmatch "^$pattern$")) { $line }
    }
    if ('…' -notin $expected -and $lines.Count -ne $expected.Count) { "$($expected.Count) lines in place of $($lines.Count)" }
}
