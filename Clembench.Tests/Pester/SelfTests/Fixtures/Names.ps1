# Names that -ForEach makes. All tests pass.

BeforeDiscovery {
    $notForNames = 'of discovery'
}

Describe 'rows' {
    BeforeAll {
        $late = 'known late'
    }

    It 'number <_>' -ForEach 1, 2 {
        $_ | Should -BeIn 1, 2
    }

    It '<Name> is <Sum.Value>, not <_.Other>' -TestCases @(
        @{ Name = 'one'; Sum = @{ Value = 1 }; Other = 2 }
        [ordered]@{ Name = 'two'; Sum = @{ Value = 2 }; Other = 3 }
    ) {
        param($Name, $Other)
        $Name | Should -Be $_.Name
        $Other | Should -Be ($Sum.Value + 1)
    }

    It 'stays `<as it is`>, <late>' -ForEach 'x' {
        $_ | Should -Be 'x'
    }

    It 'is not filled from discovery: <notForNames>' {
        $notForNames | Should -BeNullOrEmpty
    }
}

Describe 'block <Key>' -ForEach @(@{ Key = 'a'; Inner = 1, 2 }, @{ Key = 'b'; Inner = @(3) }) {
    BeforeAll {
        $fromSetup = "$Key from set-up"
    }

    It 'has <_> of <Key>' -ForEach $Inner {
        $fromSetup | Should -Be "$Key from set-up"
        $_ | Should -BeGreaterThan 0
    }

    It 'hands its data on' {
        $_.Key | Should -Be $Key
    }
}

foreach ($kind in 'first', 'second') {
    Describe "loop $kind" {
        It 'is a block' -ForEach @{ Kind = $kind } {
            $Kind | Should -BeIn 'first', 'second'
        }
    }
}
