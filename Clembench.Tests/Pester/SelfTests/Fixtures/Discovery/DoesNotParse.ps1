Describe 'one' {
    It 'a' {
}
