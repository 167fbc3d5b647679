Describe 'x' {
    BeforeAll { }
    BeforeAll { }
    It 'y' { }
}
