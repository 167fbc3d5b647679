# A small server for tests that answers as a provider of chat models does, on a free port of this machine. It runs in
# runspaces of its own inside the process, keeps every request, and answers only at the path, and with the key, that the
# provider's API demands. It uses nothing but the language and .NET, so that it works in every host.
#
#   . "$PSScriptRoot/Support/ProviderServer.ps1"
#   $server = Start-ProviderServer anthropic -Text 'GREET: hello'   # several texts: one after the other, then the last again
#   $server.Address; $server.Calls[0].RequestBody
#   Stop-ProviderServer $server                                     # in a finally or AfterAll

# For each provider: where requests are posted, the header that carries the key (KEY stands for it), and an answer (TEXT
# stands for the text as JSON).
$script:Providers = @{
    azure     = @{
        Path = '/openai/deployments/m/chat/completions?api-version=2024-10-21'; Header = 'api-key'; Value = 'KEY'
        Answer = '{"choices":[{"index":0,"message":{"role":"assistant","content":TEXT},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7}}'
    }
    anthropic = @{
        Path = '/v1/messages'; Header = 'x-api-key'; Value = 'KEY'
        Answer = '{"type":"message","role":"assistant","content":[{"type":"text","text":TEXT}],"stop_reason":"end_turn","usage":{"input_tokens":11,"output_tokens":7}}'
    }
    google    = @{
        Path = '/v1beta/models/m:generateContent'; Header = 'x-goog-api-key'; Value = 'KEY'
        Answer = '{"candidates":[{"content":{"parts":[{"text":TEXT}],"role":"model"},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":11,"candidatesTokenCount":7}}'
    }
    mistral   = @{
        Path = '/v1/chat/completions'; Header = 'Authorization'; Value = 'Bearer KEY'
        Answer = '{"choices":[{"index":0,"message":{"role":"assistant","content":TEXT},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7}}'
    }
    cohere    = @{
        Path = '/v2/chat'; Header = 'Authorization'; Value = 'Bearer KEY'
        Answer = '{"id":"1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text","text":TEXT}]},"usage":{"tokens":{"input_tokens":11,"output_tokens":7}}}'
    }
}

. (Join-Path $PSScriptRoot 'LoopbackListener.ps1')

function Start-ProviderServer {
    param(
        [Parameter(Mandatory)] [string] $Provider,
        [Parameter(Mandatory)] [string[]] $Text,
        [string] $Key = 'key-of-the-provider'
    )

    $form = $script:Providers[$Provider]
    $listener, $port = Start-LoopbackListener

    $worker = {
        param($Listener, $Log, $Path, $Header, $Value, $Answers)
        $next = 0
        while ($Listener.IsListening) {
            try { $context = $Listener.GetContext() }
            catch { return }

            $buffer = [System.IO.MemoryStream]::new()
            $context.Request.InputStream.CopyTo($buffer)
            $right = $context.Request.HttpMethod -eq 'POST' -and $context.Request.RawUrl -ceq $Path -and $context.Request.Headers[$Header] -ceq $Value
            $body = if ($right) { $Answers[[System.Math]::Min($next++, $Answers.Count - 1)] } else { '{"message":"No such address, or a wrong key"}' }
            $Log.Enqueue([pscustomobject]@{ Url = $context.Request.RawUrl; RequestBody = [System.Text.Encoding]::UTF8.GetString($buffer.ToArray()); ResponseBody = $body })
            $bytes = [System.Text.Encoding]::UTF8.GetBytes($body)
            $context.Response.StatusCode = if ($right) { 200 } else { 404 }
            $context.Response.ContentType = 'application/json'
            $context.Response.ContentLength64 = $bytes.Length
            $context.Response.OutputStream.Write($bytes, 0, $bytes.Length)
            $context.Response.Close()
        }
    }

    $log = [System.Collections.Concurrent.ConcurrentQueue[object]]::new()
    $answers = [string[]]@($Text | ForEach-Object { $form.Answer.Replace('TEXT', [System.Text.Json.JsonSerializer]::Serialize($_, [string])) })
    $pipeline = [powershell]::Create([System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2())
    $null = $pipeline.AddScript($worker.ToString()).AddArgument($listener).AddArgument($log).AddArgument($form.Path).AddArgument($form.Header)
    $null = $pipeline.AddArgument($form.Value.Replace('KEY', $Key)).AddArgument($answers)
    $null = $pipeline.BeginInvoke()

    [pscustomobject]@{ Address = "http://127.0.0.1:$port"; Key = $Key; Listener = $listener; Log = $log; Running = $pipeline }
}

function Stop-ProviderServer {
    param([Parameter(Mandatory)] $Server)

    $Server.Listener.Close()
    $Server.Running.Dispose()
}
