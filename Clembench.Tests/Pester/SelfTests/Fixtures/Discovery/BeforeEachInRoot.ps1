BeforeEach { }
Describe 'x' { It 'y' { } }
