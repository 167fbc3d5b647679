# Tests whose tag says how they must end; no tag means passed.

Describe 'outcomes' {
    It 'fails by an assertion' -Tag Fails {
        1 | Should -Be 2 -Because 'one is not two'
    }

    It 'fails by throw' -Tag Fails { throw 'thrown' }

    It 'fails by an error of a method' -Tag Fails { [int]::Parse('x'); 1 | Should -Be 1 }

    It 'fails by an assertion in a function' -Tag Fails {
        function Test-It { 1 | Should -Be 2; 'went on' }
        Test-It
        1 | Should -Be 1
    }

    It 'fails by an assertion in a pipeline' -Tag Fails {
        1, 2 | ForEach-Object { $_ | Should -Be 1 }
    }

    It 'fails at its end by an assertion that goes on' -Tag Fails {
        1 | Should -Be 2 -ErrorAction Continue
        1 | Should -Be 3 -ErrorAction Continue
    }

    It 'fails where errors are silent' -Tag Fails {
        $ErrorActionPreference = 'SilentlyContinue'
        1 | Should -Be 2
        1 | Should -Be 1
    }

    It 'fails by a command that there is not' -Tag Fails { Get-NothingOfTheKind }

    It 'fails by break' -Tag Fails { break }

    It 'fails by exit' -Tag Fails { exit 3 }

    It 'fails by <_>, which the runner does not have' -Tag Fails -ForEach 'Mock', 'InModuleScope', 'New-MockObject' { & $_ x { 1 } }

    It 'fails by a block in a test' -Tag Fails { Describe 'inner' { } }

    It 'passes when a script catches its assertion' {
        try { 1 | Should -Be 2 } catch { $_.Exception.Message | Should -BeLike '*actual*1*' }
    }

    It 'returns' { return; throw 'not reached' }

    It 'is empty' { }

    It 'is skipped' -Skip -Tag Skipped { throw 'not run' }

    It 'is skipped by a condition' -Skip:(1 -eq 1) -Tag Skipped { throw 'not run' }

    It 'is not skipped by a condition' -Skip:(1 -eq 2) { }

    It 'skips itself' -Tag Skipped {
        Set-ItResult -Skipped -Because 'it wants to'
        throw 'not reached'
    }

    It 'is inconclusive' -Tag Inconclusive { Set-ItResult -Inconclusive }
}

Describe 'a skipped block' -Skip {
    BeforeAll { throw 'not run' }

    Context 'inner' {
        It 'is skipped' -Tag Skipped { throw 'not run' }
    }
}

Describe 'a block whose tests are all skipped' {
    BeforeAll { throw 'not run' }

    It 'is skipped' -Skip -Tag Skipped { throw 'not run' }
}

Describe 'BeforeEach that fails' {
    BeforeEach { throw 'no set-up' }

    It 'fails its test' -Tag Fails { }
}

Describe 'AfterEach that fails' {
    AfterEach { throw 'no tear-down' }

    It 'fails its test' -Tag Fails { }
}

Describe 'AfterEach' {
    BeforeAll { $ran = [System.Collections.Generic.List[string]]::new() }

    AfterEach { $ran.Add('after') }

    It 'comes after a failure' -Tag Fails { throw 'failed' }

    It 'has run' { $ran | Should -HaveCount 1 }
}
