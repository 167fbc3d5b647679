# Set-ups and tear-downs that fail.

Describe 'BeforeAll that fails' {
    BeforeAll { throw 'no ground to stand on' }

    AfterAll { throw 'AfterAll ran all the same' }

    It 'fails its test' { }

    Context 'inner' {
        It 'fails the tests of inner blocks' { }
    }

    It 'fails the tests after them' { }
}

Describe 'AfterAll that fails' {
    AfterAll { throw 'no end' }

    It 'leaves its test passed' { }
}

Describe 'the next block' {
    It 'runs' { 1 | Should -Be 1 }
}
