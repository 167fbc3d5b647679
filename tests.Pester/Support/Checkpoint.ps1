# Makes the files of small chat models for tests: no network, nothing but the language and .NET.
#
#   . "$PSScriptRoot/Support/Checkpoint.ps1"
#   New-Checkpoint (Join-Path $TestDrive 'hub/acme/tiny-chat') -Template $ChatMl
#   New-Gguf (Join-Path $TestDrive 'tiny.gguf') -Template $ChatMl

$ChatMl = '{% for m in messages %}{{ ''<|im_start|>'' + m[''role''] + ''\n'' + m[''content''] + ''<|im_end|>'' + ''\n'' }}{% endfor %}{% if add_generation_prompt %}{{ ''<|im_start|>assistant\n'' }}{% endif %}'

function ConvertTo-TestJson($Value) { [System.Text.Json.JsonSerializer]::Serialize($Value, $Value.GetType()) }

# A folder as transformers saves one. The tokenizer is byte-level without merges: each byte is a token, control tokens follow from 256 on.
function New-Checkpoint {
    param(
        [Parameter(Mandatory)] [string] $Folder,
        [AllowNull()] [object] $Template,
        [string[]] $Control = @('<|endoftext|>', '<|im_start|>', '<|im_end|>'),
        [string] $Eos = '<|im_end|>',
        [string] $Class = 'Qwen2Tokenizer',
        [switch] $NoTokenizer,
        [switch] $Slow
    )

    $null = [System.IO.Directory]::CreateDirectory($Folder)
    function Write-File([string] $Name, $Value) { [System.IO.File]::WriteAllText([System.IO.Path]::Combine($Folder, $Name), (ConvertTo-TestJson $Value)) }

    $added = [ordered]@{}
    for ($i = 0; $i -lt $Control.Count; $i++) { $added["$(256 + $i)"] = [ordered]@{ content = $Control[$i]; special = $true } }
    $config = [ordered]@{ tokenizer_class = $Class; bos_token = $null; eos_token = $Eos; added_tokens_decoder = $added; model_max_length = 32768 }
    if ($null -ne $Template) { $config['chat_template'] = $Template }
    Write-File 'tokenizer_config.json' $config
    Write-File 'config.json' ([ordered]@{ architectures = @('TinyForCausalLM'); max_position_embeddings = 4096 })
    Write-File 'generation_config.json' ([ordered]@{ eos_token_id = @(256 + [array]::IndexOf($Control, $Eos)) })
    if ($Slow) { [System.IO.File]::WriteAllText([System.IO.Path]::Combine($Folder, 'tokenizer.model'), 'a vocabulary') }
    if ($NoTokenizer -or $Slow) { return }

    # Unlike PowerShell's own dictionaries, one that tells A from a.
    $vocabulary = [System.Collections.Generic.Dictionary[string, int]]::new([System.StringComparer]::Ordinal)
    $next = 256
    for ($byte = 0; $byte -lt 256; $byte++) {
        $shown = ($byte -ge 33 -and $byte -le 126) -or ($byte -ge 161 -and $byte -le 172) -or $byte -ge 174
        $vocabulary[[string][char]$(if ($shown) { $byte } else { $next })] = $byte
        if (-not $shown) { $next++ }
    }

    $tokens = for ($i = 0; $i -lt $Control.Count; $i++) {
        [ordered]@{ id = 256 + $i; content = $Control[$i]; single_word = $false; lstrip = $false; rstrip = $false; normalized = $false; special = $true }
    }
    Write-File 'tokenizer.json' ([ordered]@{
            version = '1.0'; truncation = $null; padding = $null; added_tokens = @($tokens); normalizer = $null
            pre_tokenizer = [ordered]@{ type = 'ByteLevel'; add_prefix_space = $false; trim_offsets = $true; use_regex = $true }
            post_processor = $null
            decoder = [ordered]@{ type = 'ByteLevel'; add_prefix_space = $true; trim_offsets = $true; use_regex = $true }
            model = [ordered]@{ type = 'BPE'; vocab = $vocabulary; merges = @() }
        })
}

# A GGUF file with metadata alone.
function New-Gguf {
    param([Parameter(Mandatory)] [string] $Path, [AllowNull()] [object] $Template)

    $null = [System.IO.Directory]::CreateDirectory([System.IO.Path]::GetDirectoryName($Path))
    $entries = [System.IO.MemoryStream]::new()
    $writer = [System.IO.BinaryWriter]::new($entries)
    function Write-Text([string] $Text) {
        $bytes = [System.Text.Encoding]::UTF8.GetBytes($Text)
        $writer.Write([ulong]$bytes.Length)
        $writer.Write($bytes)
    }

    $count = 6
    foreach ($pair in @('general.architecture', 'tiny'), @('tokenizer.ggml.model', 'gpt2')) { Write-Text $pair[0]; $writer.Write([uint]8); Write-Text $pair[1] }
    foreach ($pair in @('tiny.context_length', 2048), @('tokenizer.ggml.eos_token_id', 2)) { Write-Text $pair[0]; $writer.Write([uint]4); $writer.Write([uint]$pair[1]) }
    Write-Text 'tokenizer.ggml.tokens'
    $writer.Write([uint]9); $writer.Write([uint]8); $writer.Write([ulong]4)
    foreach ($token in 'word', '<|im_start|>', '<|im_end|>', '<|endoftext|>') { Write-Text $token }
    Write-Text 'tokenizer.ggml.token_type'
    $writer.Write([uint]9); $writer.Write([uint]5); $writer.Write([ulong]4)
    foreach ($kind in 1, 3, 3, 3) { $writer.Write([int]$kind) }
    if ($null -ne $Template) { $count++; Write-Text 'tokenizer.chat_template'; $writer.Write([uint]8); Write-Text $Template }
    $writer.Flush()

    $file = [System.IO.BinaryWriter]::new([System.IO.File]::Create($Path))
    $file.Write([System.Text.Encoding]::ASCII.GetBytes('GGUF'))
    $file.Write([uint]3); $file.Write([ulong]0); $file.Write([ulong]$count)
    $file.Write($entries.ToArray())
    $file.Dispose()
}
