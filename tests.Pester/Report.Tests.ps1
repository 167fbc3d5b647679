BeforeAll {
    . (Join-Path $PSScriptRoot 'Support/ImportModule.ps1')
    $env:CLEMBENCH_USER_HOME = Join-Path $TestDrive 'user'
    Push-Location $TestDrive
    Get-ClemModel mock | Invoke-ClemGame hellogame, taboo -ResultsPath ./results | Out-Null
}

AfterAll {
    Pop-Location
    Remove-Item Env:CLEMBENCH_USER_HOME
}

Describe 'Export-ClemReport' {
    It 'writes one file and says which' {
        $file = Export-ClemReport ./made/report.html -Title 'My models'
        $file.GetType().FullName | Should -BeExactly 'System.IO.FileInfo'
        $file.FullName | Should -BeExactly (Join-Path $TestDrive 'made/report.html')
        @(Get-ChildItem ./made -Force).Name | Should -Be 'report.html'
        './made/report.html' | Should -FileContentMatch "default-src 'none'"
        './made/report.html' | Should -Not -FileContentMatch ([regex]::Escape($TestDrive))
    }

    It 'takes the folder by -Path, -LiteralPath and position, and replaces a file' {
        $first = (Export-ClemReport ./report.html ./results).Length
        (Export-ClemReport ./report.html -LiteralPath ./results/mock/taboo).Length | Should -BeLessThan $first
        (Export-ClemReport ./report.html -Path ./res*).Length | Should -BeGreaterThan ($first - 200)
    }

    It 'takes episodes from the pipeline' {
        $all = (Export-ClemReport ./all.html).Length
        (Get-ClemEpisode ./results -Game hellogame | Export-ClemReport ./some.html).Length | Should -BeLessThan $all
        (Invoke-ClemGame hellogame mock -InstanceId 0 -ResultsPath ./other | Export-ClemReport ./one.html).Length | Should -BeGreaterThan 1000
    }

    It 'holds less with -Detail <Detail>' -ForEach @(@{ Detail = 'Dialogue' }, @{ Detail = 'Summary' }) {
        (Export-ClemReport ./less.html -Detail $Detail -Bootstrap 0).Length | Should -BeLessThan (Export-ClemReport ./full.html).Length
    }

    It 'writes nothing with -WhatIf' {
        Export-ClemReport ./whatif.html -WhatIf | Should -BeNullOrEmpty
        './whatif.html' | Should -Not -Exist
    }

    It 'leaves a file alone with -NoClobber, and one that is read-only without -Force' {
        'mine' | Set-Content ./kept.html
        { Export-ClemReport ./kept.html -NoClobber -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.Report.FileExists*'
        [System.IO.FileInfo]::new((Join-Path $TestDrive kept.html)).IsReadOnly = $true
        { Export-ClemReport ./kept.html -ErrorAction Stop } | Should -Throw -ErrorId 'Clem.File.ReadOnly*'
        Get-Content ./kept.html | Should -BeExactly 'mine'
        (Export-ClemReport ./kept.html -Force).Length | Should -BeGreaterThan 1000
        [System.IO.FileInfo]::new((Join-Path $TestDrive kept.html)).IsReadOnly = $false
    }

    It 'says what is wrong with <OutFile> and <Path>' -ForEach @(
        @{ OutFile = './results'; Path = './results'; Id = 'Clem.Report.IsFolder*' }
        @{ OutFile = './x.html'; Path = './nothing-here'; Id = 'Clem.Path.NotFound*' }
        @{ OutFile = './x.html'; Path = './empty'; Id = 'Clem.Report.NoEpisode*' }
        @{ OutFile = './report.html/x.html'; Path = './results'; Id = 'Clem.File.NotWritten*' }
    ) {
        New-Item -ItemType Directory ./empty -Force | Out-Null
        if (-not (Test-Path ./report.html)) { Export-ClemReport ./report.html | Out-Null }
        { Export-ClemReport $OutFile -Path $Path -ErrorAction Stop } | Should -Throw -ErrorId $Id
        './x.html' | Should -Not -Exist
    }

    It 'reports the rest when a record is broken' {
        Copy-Item ./results ./broken -Recurse
        'oops' | Set-Content ./broken/mock/hellogame/greet_en/instance_00003/interactions.json
        $file = Export-ClemReport ./broken.html -Path ./broken -ErrorVariable problems -ErrorAction SilentlyContinue
        $file.Length | Should -BeGreaterThan 1000
        $problems.Count | Should -Be 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'Clem.Results.BrokenFile*'
    }
}

Describe 'Show-ClemResult' {
    It 'serves the page while the pipeline looks at it' {
        $answers = Show-ClemResult ./results -TimeoutSec 1 | ForEach-Object {
            $client = [System.Net.Http.HttpClient]::new()
            $client.GetStringAsync($_.Address).GetAwaiter().GetResult()
            $client.GetStringAsync([uri]::new($_.Address, 'overview')).GetAwaiter().GetResult()
            $client.Dispose()
        }
        $answers[0] | Should -BeLike '<!doctype html>*'
        ($answers[1] | ConvertFrom-Json).models | Should -Be 'mock'
    }

    It 'waits for a folder that is not there yet' {
        (Show-ClemResult ./not-yet -TimeoutSec 1).Address.Host | Should -BeExactly '127.0.0.1'
    }
}
