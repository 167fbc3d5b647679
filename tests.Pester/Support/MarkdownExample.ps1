# Examples of PowerShell in Markdown: blocks of code that begin with ```powershell. A word behind that says what an example
# needs which a test does not have: needs-key, needs-network, needs-person. Such a one is not run; needs-llama is run where
# llama.cpp's libraries are.

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
        elseif ($line -match '^\s*```powershell(?:\s+(\S+))?\s*$') {
            $needs = $Matches[1]
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
    $errors.Message
    $commands = $ast.FindAll({ param($node) $node -is [System.Management.Automation.Language.CommandAst] }, $true)
    foreach ($command in $commands | Where-Object { $_.GetCommandName() -match '-Clem' }) {
        if (-not (Get-Command $command.GetCommandName() -ErrorAction SilentlyContinue)) {
            "There is no command $($command.GetCommandName())."
            continue
        }

        $bound = [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($command)
        $bound.BindingExceptions.Values.BindingException.Message
    }
}

# Runs an example and gives what comes out. Whatever is an error ends it.
function Invoke-MarkdownExample([string] $Code) {
    $ErrorActionPreference = 'Stop'
    . ([scriptblock]::Create($Code))
}
