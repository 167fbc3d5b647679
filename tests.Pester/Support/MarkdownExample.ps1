# Examples of PowerShell in Markdown: blocks of code that begin with ```powershell. Words behind that say what an example
# needs: needs-key and needs-person are not there in a test; needs-hub is run with a hub on loopback (Start-ExampleHub), and
# needs-llama where llama.cpp's libraries are.

# The examples of a page: Title (the heading above), Line, Needs, Code.
function Get-MarkdownExample([string] $Path) {
    $title = ''
    $code = $null
    $number = 0
    foreach ($line in [System.IO.File]::ReadAllLines($Path)) {
        $number++
        if ($null -ne $code) {
            if ($line -match '^\s*```\s*$') {
                @{ Title = $title; Line = $start; Needs = $needs; Code = $code -join "`n"; Page = [System.IO.Path]::GetFileName($Path) }
                $code = $null
            }
            else { $code.Add($line) }
        }
        elseif ($line -match '^\s*```powershell((?: needs-[a-z]+)*)$') {
            $needs = @($Matches[1].Split(' ', [System.StringSplitOptions]::RemoveEmptyEntries))
            $start = $number
            $code = [System.Collections.Generic.List[string]]::new()
        }
        elseif ($line -match '^#+ (.+)$') { $title = $Matches[1] }
    }
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
    foreach ($id in 'openchat/openchat_3.5', 'HuggingFaceTB/SmolLM2-135M-Instruct', 'HuggingFaceTB/SmolLM2-360M-Instruct', 'HuggingFaceTB/SmolLM2-1.7B-Instruct') {
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

# Runs an example and gives what comes out. Whatever is an error ends it.
function Invoke-MarkdownExample([string] $Code) {
    $ErrorActionPreference = 'Stop'
    . ([scriptblock]::Create($Code))
}
