Describe 'one' {
    It 'a' { }
    throw 'at discovery'
}
