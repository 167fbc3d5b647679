# What sees what. All tests pass.

$discovered = 'at discovery'
$script:discoveredInScript = 'at discovery'
function Get-Discovered { 'at discovery' }
$rootAtDiscovery = $PSScriptRoot
$pathAtDiscovery = $PSCommandPath

BeforeAll {
    $file = 'file'
    $list = [System.Collections.Generic.List[string]]::new()
    function Get-FileFunction { "function of $file" }
    $script:inScript = 'script'
}

Describe 'variables' -ForEach @{ Root = $rootAtDiscovery; Path = $pathAtDiscovery } {
    $body = 'at discovery'

    BeforeAll {
        $file | Should -Be 'file'
        $block = 'block'
        $file = 'hidden by the block'
    }

    BeforeEach {
        $each = 'each'
        $list.Add('BeforeEach')
    }

    AfterEach {
        $list.Add("AfterEach $test")
        $each = $null
    }

    It 'of discovery are not seen' {
        $discovered | Should -BeNullOrEmpty
        $script:discoveredInScript | Should -BeNullOrEmpty
        $body | Should -BeNullOrEmpty
        Get-Command Get-Discovered -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'of outer blocks are seen' {
        $block | Should -Be 'block'
        $each | Should -Be 'each'
        $script:inScript | Should -Be 'script'
        Get-FileFunction | Should -Be 'function of hidden by the block'
        $test = 'mine'
    }

    It 'of another test are not, and AfterEach saw that test''s' {
        $test | Should -BeNullOrEmpty
        $list | Should -Contain 'AfterEach mine'
    }

    It 'of a block hide those of the file' {
        $file | Should -Be 'hidden by the block'
    }

    It 'give the place of the file in both phases' {
        $PSScriptRoot | Should -Be $Root
        $PSCommandPath | Should -Be $Path
        $PSCommandPath | Should -BeLike '*Scopes.ps1'
    }

    Context 'of an inner block' {
        BeforeAll {
            $inner = "$block inner"
        }

        BeforeEach {
            $both = "$each and inner each"
        }

        It 'come with those of the outer ones' {
            $inner | Should -Be 'block inner'
            $both | Should -Be 'each and inner each'
        }
    }

    Context 'of a sibling' {
        It 'are not seen' {
            $inner | Should -BeNullOrEmpty
            $both | Should -BeNullOrEmpty
        }
    }
}

Describe 'after a block' {
    It 'its variables are gone and the file''s are back' {
        $block | Should -BeNullOrEmpty
        $file | Should -Be 'file'
    }

    It 'lets a non-terminating error pass' {
        Write-Error 'on the way' -ErrorAction SilentlyContinue
        Get-Item ./nothing/at/all 2>$null
    }
}

Describe 'TestDrive' {
    BeforeAll {
        Set-Content -LiteralPath (Join-Path $TestDrive 'outer.txt') -Value 'outer'
    }

    Context 'one' {
        It 'is a folder and a drive' {
            $TestDrive | Should -Exist
            'TestDrive:/outer.txt' | Should -Exist
            $null = New-Item -ItemType Directory (Join-Path $TestDrive 'folder')
            Set-Content -LiteralPath (Join-Path $TestDrive 'folder' 'inner.txt') -Value 'inner'
            'TestDrive:/folder/inner.txt' | Should -FileContentMatch 'inner'
        }

        It 'keeps its files for the block' {
            'TestDrive:/folder/inner.txt' | Should -Exist
        }
    }

    Context 'two' {
        It 'has only what outer blocks wrote' {
            'TestDrive:/folder' | Should -Not -Exist
            'TestDrive:/outer.txt' | Should -Exist
        }
    }
}
