param($Setting = 1)
Describe 'x' {
    It 'y' { }
}
