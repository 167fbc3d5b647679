BeforeDiscovery {
    New-PesterConfiguration
}
Describe 'x' {
    It 'y' { }
}
