Describe 'x' {
    It 'y' -Focus { }
}
