# Assertions that hold, and assertions that do not: each is a test, and the tag Fails marks those that must fail.

BeforeDiscovery {
    $holds = @(
        { 1 | Should -Be 1 }
        { 'A' | Should -Be 'a' }
        { '1' | Should -Be 1 }
        { 1 | Should -EQ 1 }
        { 'a' | Should -BeExactly 'a' }
        { 'a' | Should -Not -BeExactly 'A' }
        { @(1, 2) | Should -Be @(1, 2) }
        { @(1, @(2, 3)) | Should -Be @(1, @(2, 3)) }
        { @(1, 2) | Should -Not -Be @(1, 2, 3) }
        { Should -ActualValue @(1, 2) -Be @(1, 2) }
        { Should -Be 1 -ActualValue 1 }
        { $null | Should -Be $null }
        { @() | Should -Be $null }
        { $null | Should -BeNullOrEmpty }
        { '' | Should -BeNullOrEmpty }
        { @() | Should -BeNullOrEmpty }
        { @{} | Should -BeNullOrEmpty }
        { @{ a = 1 } | Should -Not -BeNullOrEmpty }
        { 0 | Should -Not -BeNullOrEmpty }
        { @(1, 2) | Should -Not -BeNullOrEmpty }
        { 'abc' | Should -BeLike 'A*' }
        { 'abc' | Should -Not -BeLikeExactly 'A*' }
        { 'abc' | Should -Match 'B' }
        { 'abc' | Should -Not -MatchExactly 'B' }
        { 'abc' | Should -MatchExactly '^a.c$' }
        { 1 | Should -BeTrue }
        { 0 | Should -BeFalse }
        { '' | Should -Not -BeTrue }
        { 1 | Should -BeOfType [int] }
        { 1 | Should -HaveType ([int]) }
        { 1 | Should -BeOfType System.ValueType }
        { 1 | Should -Not -BeOfType ([string]) }
        { @(1, 2) | Should -BeOfType int }
        { @(1, 2, 3) | Should -HaveCount 3 }
        { $null | Should -HaveCount 1 }
        { @() | Should -HaveCount 0 }
        { 1, 2 | Should -Contain 2 }
        { 1, 2 | Should -Not -Contain 3 }
        { 2 | Should -BeIn 1, 2 }
        { 3 | Should -Not -BeIn @(1, 2) }
        { 2 | Should -BeGreaterThan 1 }
        { 2 | Should -BeGreaterOrEqual 2 }
        { 1 | Should -BeLessThan 2 }
        { 1, 2 | Should -BeLessOrEqual 2 }
        { 1 | Should -Not -BeGreaterThan 1 }
        { $PSCommandPath | Should -Exist }
        { "$PSScriptRoot/nothing" | Should -Not -Exist }
        { $PSCommandPath | Should -FileContentMatch 'ASSERTIONS' }
        { $PSCommandPath | Should -Not -FileContentMatchExactly 'ASSERTION[S] THAT' }
        { $PSCommandPath | Should -FileContentMatchMultiline 'fail\.\r?\n\r?\nBeforeDiscovery' }
        { { throw 'a message' } | Should -Throw }
        { { throw 'a message' } | Should -Throw '*mess*' }
        { { throw 'a message' } | Should -Throw -ExpectedMessage 'a message' }
        { { throw 'a message' } | Should -Throw -ErrorId 'a message' }
        { { Get-Item ./nothing -ErrorAction Stop } | Should -Throw -ErrorId 'PathNotFound*' }
        { { throw [System.IO.IOException]::new('x') } | Should -Throw -ExceptionType ([System.IO.IOException]) }
        { ({ throw 'kept' } | Should -Throw -PassThru).Exception.Message | Should -Be 'kept' }
        { { 1 } | Should -Not -Throw }
        { { 1 | Should -Be 2 } | Should -Throw -ErrorId 'PesterAssertionFailed*' }
        { { [int]'x' } | Should -Throw }
        { Get-Command Import-Module | Should -HaveParameter Name -Mandatory -Type ([string[]]) }
        { Get-Command Import-Module | Should -HaveParameter Name -InParameterSet Name }
        { Get-Command Import-Module | Should -Not -HaveParameter Nothing }
        { Get-Command Import-Module | Should -HaveParameter MinimumVersion -Alias Version }
        { function f($a = 1) { $a }; Get-Command f | Should -HaveParameter a -DefaultValue 1 }
    )
    $fails = @(
        { 1 | Should -Be 2 }
        { 'a' | Should -BeExactly 'A' }
        { @(1, 2) | Should -Be @(1, 3) }
        { @(1, 2) | Should -Be 1 }
        { 1 | Should -Not -Be 1 }
        { $null | Should -Be 1 }
        { 1 | Should -Be $null }
        { @(1, 2) | Should -BeNullOrEmpty }
        { 0 | Should -BeNullOrEmpty }
        { '' | Should -Not -BeNullOrEmpty }
        { 'abc' | Should -BeLike 'b*' }
        { 'abc' | Should -Match '^b' }
        { 0 | Should -BeTrue }
        { 1 | Should -BeFalse }
        { @(1, 'a') | Should -BeOfType int }
        { 1 | Should -BeOfType No.Such.Type }
        { @(1, 2) | Should -HaveCount 3 }
        { 1, 2 | Should -Contain 3 }
        { 3 | Should -BeIn 1, 2 }
        { 1 | Should -BeGreaterThan 1 }
        { 1 | Should -BeLessThan 1 }
        { 1, 5 | Should -BeLessOrEqual 2 }
        { "$PSScriptRoot/nothing" | Should -Exist }
        { $PSCommandPath | Should -FileContentMatch 'NOT [I]N THE FILE' }
        { { 1 } | Should -Throw }
        { { throw 'x' } | Should -Throw '*y*' }
        { { throw 'x' } | Should -Not -Throw }
        { 'no script block' | Should -Throw }
        { { Write-Error 'not terminating' } | Should -Throw }
        { Get-Command Import-Module | Should -HaveParameter Nothing }
        { Get-Command Import-Module | Should -HaveParameter Name -Type ([int]) }
        { Get-Command Import-Module | Should -HaveParameter Force -Mandatory }
        { 'no command' | Should -HaveParameter Name }
        { 1 | Should -BeSomethingElse 1 }
        { 1 | Should }
        { 1 | Should -Not 1 }
        { 1 | Should Be 1 }
        { Should -Invoke Get-Item -Times 1 }
    )
}

Describe 'Should' {
    It 'holds: <_>' -ForEach $holds {
        & $_
    }

    It 'does not hold: <_>' -ForEach $fails -Tag Fails {
        & $_
    }
}
