# The module's help: every cmdlet is described in full, nothing that is described has gone, and the examples run.

BeforeDiscovery {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    . (Join-Path $PSScriptRoot 'Support/MarkdownExample.ps1')
    $docs = [System.IO.Path]::GetFullPath((Join-Path $PSScriptRoot '../docs'))
    $commands = Get-Command -Module Clembench | ForEach-Object {
        $page = Join-Path $docs "cmdlets/$($_.Name).md"
        @{ Name = $_.Name; Command = $_; Page = $page; Examples = @(if (Test-Path $page) { Get-MarkdownExample $page }) }
    }
    $topics = Get-ChildItem (Join-Path $docs 'about') -Filter about_*.md | ForEach-Object { @{ Name = $_.BaseName; Page = $_.FullName; Examples = @(Get-MarkdownExample $_.FullName) } }
    $pages = @(Get-ChildItem $docs -Filter *.md) + @(Get-Item (Join-Path $docs '../README.md')) | ForEach-Object { @{ Name = $_.Name; Page = $_.FullName } }
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

    # Parameters that the cmdlet itself declares.
    function Get-OwnParameter($Command) {
        $Command.Parameters.Values | Where-Object { $_.Name -notin [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters }
    }

    # The headings below a section of a page.
    function Get-Heading([string] $Page, [string] $Section) {
        $inside = $false
        foreach ($line in [System.IO.File]::ReadAllLines($Page)) {
            if ($line -match '^## (.+)$') { $inside = $Matches[1] -ceq $Section }
            elseif ($inside -and $line -match '^### (.+)$') { $Matches[1] }
        }
    }

    # The type of one object that a parameter or a cmdlet takes from or gives to the pipeline.
    function Get-ItemName([type] $Type) {
        $item = if ($Type.IsArray) { $Type.GetElementType() } else { $Type }
        if ($item -eq [void]) { 'None' } else { $item.FullName }
    }

    # The text of a description, as Get-Help gives it.
    function Get-Text($Description) { "$(@($Description | ForEach-Object Text) -join "`n")".Trim() }

    # What a page says in words of code, of cmdlets.
    function Get-Mentioned([string] $Page) {
        [regex]::Matches([System.IO.File]::ReadAllText($Page), '(?<![\w-])[A-Z][a-z]+-Clem[A-Za-z]+').Value | Select-Object -Unique
    }
}

AfterAll {
    Restore-Environment $script:saved
    Remove-Item Env:CLEMBENCH_LLAMA_IN_PROCESS
}

Describe 'Help of <Name>' -ForEach $commands {
    BeforeAll {
        $script:help = Get-Help $Name -Full
        $script:parameters = @{}
        foreach ($one in $script:help.parameters.parameter) { $script:parameters[$one.name] = $one }
    }

    It 'says what the cmdlet does, with three examples or more' {
        $Page | Should -Exist
        $help = $script:help
        $help.Synopsis | Should -Match '^[A-Z].*\.$'
        Get-Text $help.description | Should -Not -BeNullOrEmpty
        @($help.examples.example).Count | Should -BeGreaterOrEqual 3
        @($help.examples.example).Count | Should -Be $Examples.Count
        for ($i = 0; $i -lt $Examples.Count; $i++) {
            @($help.examples.example)[$i].title | Should -BeExactly "--- Example $($i + 1): $($Examples[$i].Title) ---"
            @($help.examples.example)[$i].code.ReplaceLineEndings("`n") | Should -BeExactly $Examples[$i].Code
        }
    }

    It 'describes every parameter, and none that there is not' {
        $own = @(Get-OwnParameter $Command)
        @(Get-Heading $Page 'PARAMETERS' | Sort-Object) | Should -Be @($own | ForEach-Object { "-$($_.Name)" } | Sort-Object)
        foreach ($parameter in $own) {
            $help = $script:parameters[$parameter.Name]
            $text = Get-Text $help.description
            $text | Should -Match '^[A-Z][^\0]*\.$' -Because $parameter.Name
            $type = if ($parameter.ParameterType.IsArray) { $parameter.ParameterType.GetElementType() } else { $parameter.ParameterType }
            foreach ($value in $type.IsEnum ? [enum]::GetNames($type) : @()) { $text | Should -MatchExactly "\b$value\b" -Because $parameter.Name }
        }
        foreach ($parameter in 'WhatIf', 'Confirm' | Where-Object { $Command.Parameters.ContainsKey($_) }) {
            Get-Text $script:parameters[$parameter].description | Should -Not -BeNullOrEmpty
        }
    }

    It 'says of every parameter what the cmdlet declares' {
        foreach ($parameter in Get-OwnParameter $Command) {
            $help = $script:parameters[$parameter.Name]
            $sets = @($parameter.ParameterSets.Values)
            $help.pipelineInput | Should -Be $(switch ("$($true -in $sets.ValueFromPipeline) $($true -in $sets.ValueFromPipelineByPropertyName)") {
                    'True True' { 'True (ByValue, ByPropertyName)' }
                    'True False' { 'True (ByValue)' }
                    'False True' { 'True (ByPropertyName)' }
                    default { 'False' }
                }) -Because $parameter.Name
            $help.required | Should -Be "$($true -in $sets.IsMandatory)".ToLowerInvariant() -Because $parameter.Name
            $help.aliases | Should -Be ($parameter.Aliases.Count ? $parameter.Aliases -join ', ' : 'none') -Because $parameter.Name
        }
        @($script:help.syntax.syntaxItem).Count | Should -Be $Command.ParameterSets.Count
    }

    It 'names the types of its input and output' {
        $taken = Get-OwnParameter $Command | Where-Object { $true -in $_.ParameterSets.Values.ValueFromPipeline -or $true -in $_.ParameterSets.Values.ValueFromPipelineByPropertyName }
        $in = @($taken | ForEach-Object { Get-ItemName $_.ParameterType } | Sort-Object -Unique)
        $in = $in.Count -eq 0 ? @('None') : $in
        $out = @($Command.OutputType | ForEach-Object { Get-ItemName $_.Type } | Sort-Object -Unique)
        @(Get-Heading $Page 'INPUTS' | Sort-Object) | Should -Be $in
        @(Get-Heading $Page 'OUTPUTS' | Sort-Object) | Should -Be $out
        $help = $script:help
        @($help.inputTypes.inputType | ForEach-Object { $_.type.name } | Sort-Object) | Should -Be $in
        foreach ($type in @($help.inputTypes.inputType) + @($help.returnValues.returnValue)) { Get-Text $type.description | Should -Match '\.$' -Because $type.type.name }
    }

    It 'links to what is there' {
        $links = @($script:help.relatedLinks.navigationLink.linkText)
        $links.Count | Should -BeGreaterThan 0
        foreach ($link in $links) { (Get-Help $link).Count | Should -Be 1 -Because $link }
        foreach ($target in [regex]::Matches([System.IO.File]::ReadAllText($Page), '\]\((?!https?:)([^)]+)\)')) {
            Join-Path (Split-Path $Page) $target.Groups[1].Value | Should -Exist
        }
    }
}

# Those of one page run one after the other, in one empty folder.
Describe 'Examples of <Name>' -ForEach ($commands + $topics) {
    BeforeAll {
        $script:folder = Join-Path $TestDrive ([guid]::NewGuid())
        New-Item -ItemType Directory $script:folder | Out-Null
        $env:CLEMBENCH_USER_HOME = Join-Path $script:folder 'user'
        Push-Location $script:folder
        $script:hub = if ('needs-hub' -in $Examples.Needs) { Start-ExampleHub $script:folder }
        $script:service = if ('needs-key' -in $Examples.Needs) { Start-ExampleService }
    }

    AfterAll {
        if ($script:service) { Stop-ExampleService $script:service }
        if ($script:hub) { Stop-ExampleHub $script:hub }
        Pop-Location
        Remove-Item Env:CLEMBENCH_USER_HOME
    }

    It 'has commands that bind: <Title> (line <Line>)' -ForEach $Examples {
        Get-BindingError $Code | Should -BeNullOrEmpty
    }

    It 'runs: <Title> (line <Line>)' -ForEach $Examples {
        $reason = Get-SkipReason $Needs
        if ($reason) {
            Set-ItResult -Skipped -Because $reason
            return
        }

        $output = @(Invoke-MarkdownExample $Code)
        if (-not (Test-SilentExample $Code)) { $output.Count | Should -BeGreaterThan 0 }
        foreach ($episode in $output | Where-Object { $_.GetType().FullName -eq 'Clembench.Results.Episode' }) { $episode.Error | Should -BeNullOrEmpty }
    }
}

Describe 'Get-Help <Name>' -ForEach $topics {
    It 'shows the topic, in eighty columns' {
        $text = (Get-Help $Name).ReplaceLineEndings("`n")
        $text | Should -MatchExactly "^TOPIC\n    $Name\n\nSHORT DESCRIPTION\n    [A-Z].*\.\n\nLONG DESCRIPTION\n"
        (Get-Help "$Name*" | Where-Object Name -EQ $Name).Synopsis | Should -Match '\.$'
        # Code is indented, and columns are parted, by more blanks than prose.
        foreach ($line in $text -split "`n" | Where-Object { $_ -notmatch '^    .*\S  +\S|^        ' }) { $line.Length | Should -BeLessOrEqual 80 -Because $line }
    }

    It 'speaks of commands that there are' {
        foreach ($mentioned in Get-Mentioned $Page) { (Get-Command $mentioned).Source | Should -Be 'Clembench' }
    }
}

Describe 'Get-Help' {
    It 'lists the about topics that docs has, and no others' {
        $sources = @(Get-ChildItem (Join-Path $PSScriptRoot '../docs/about') -Filter about_*.md)
        @(Get-Help about_Clembench* | ForEach-Object Name | Sort-Object) | Should -Be @($sources.BaseName | Sort-Object)
    }

    It 'has a page for each command, and no others' {
        @(Get-ChildItem (Join-Path $PSScriptRoot '../docs/cmdlets') -Filter *.md | ForEach-Object BaseName | Sort-Object) | Should -Be @((Get-Command -Module Clembench).Name | Sort-Object)
    }

    It 'shows examples as a person reads them' {
        $text = (Get-Help Invoke-ClemGame -Examples | Out-String -Width 120).ReplaceLineEndings("`n")
        $text | Should -MatchExactly '(?m)^ +--- Example 1: Try it without a key or a download ---\n *\n +Get-ClemModel mock \| Invoke-ClemGame hellogame$'
    }

    It 'shows a parameter as a person reads it' {
        $text = (Get-Help Invoke-ClemGame -Parameter ThrottleLimit | Out-String -Width 120).ReplaceLineEndings("`n")
        $text | Should -MatchExactly '(?m)^-ThrottleLimit <int>\n    The most episodes in flight at once\.$'
        $text | Should -MatchExactly '(?m)^    Default value +16$'
    }
}

Describe 'The documentation: <Name>' -ForEach $pages {
    It 'speaks of commands that there are, with parameters that they have' {
        foreach ($mentioned in Get-Mentioned $Page) { (Get-Command $mentioned -ErrorAction SilentlyContinue).Source | Should -Be 'Clembench' -Because $mentioned }
        foreach ($example in Get-MarkdownExample $Page) { Get-BindingError $example.Code | Should -BeNullOrEmpty -Because "$($example.Page):$($example.Line)" }
    }
}
