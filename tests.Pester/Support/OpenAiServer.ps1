# A small server for tests that speaks OpenAI's chat completions on a free port of this machine. It runs in
# runspaces of its own inside the process, and keeps the exact bodies of every request and answer. It uses nothing but
# the language and .NET, so that it works in every host.
#
#   . "$PSScriptRoot/Support/OpenAiServer.ps1"
#   $server = Start-OpenAiServer                                    # says what was said last
#   $server = Start-OpenAiServer -Reply { param($Request, $Index) 'Hello' }
#   $server.BaseUrl; $server.Calls[0].RequestBody; $server.Calls[0].ResponseBody
#   Stop-OpenAiServer $server                                       # in a finally or AfterAll: a server that runs keeps the process alive
#
# A reply is the text of a completion, or a hashtable: Status (200), Body (JSON text), Headers (hashtable),
# Delay (milliseconds), Cut ($true: half of the body, then the connection is lost).
# $Request has Body (text), Json (JsonElement), LastContent (text) and Headers (hashtable); $Index counts from 0.

. (Join-Path $PSScriptRoot 'LoopbackListener.ps1')

function Start-OpenAiServer {
    param(
        [scriptblock] $Reply = { param($Request, $Index) $Request.LastContent },
        [int] $Workers = 8
    )

    $listener, $port = Start-LoopbackListener

    $worker = {
        param($Listener, $Log, $Counter, $ReplyText)
        $reply = [scriptblock]::Create($ReplyText)
        while ($Listener.IsListening) {
            try { $context = $Listener.GetContext() }
            catch { return }

            try {
                $buffer = [System.IO.MemoryStream]::new()
                $context.Request.InputStream.CopyTo($buffer)
                $body = [System.Text.Encoding]::UTF8.GetString($buffer.ToArray())
                $headers = @{}
                foreach ($name in $context.Request.Headers.AllKeys) { $headers[$name] = $context.Request.Headers[$name] }
                [System.Threading.Monitor]::Enter($Counter)
                try { $index = $Counter['next']++ }
                finally { [System.Threading.Monitor]::Exit($Counter) }
                $json = [System.Text.Json.JsonDocument]::Parse($body).RootElement
                $messages = $json.GetProperty('messages')
                $last = $messages[$messages.GetArrayLength() - 1].GetProperty('content')
                $request = [pscustomobject]@{
                    Body = $body; Json = $json; Headers = $headers
                    LastContent = if ($last.ValueKind -eq 'String') { $last.GetString() } else { $last.GetRawText() }
                }

                $answer = & $reply $request $index
                if ($answer -isnot [System.Collections.IDictionary]) {
                    $text = [System.Text.Json.JsonSerializer]::Serialize([string]$answer, [string])
                    $answer = @{ Body = '{"id":"chatcmpl-test","object":"chat.completion","created":1763942400,"model":"test-model","choices":[{"index":0,"message":{"role":"assistant","content":' + $text + '},"finish_reason":"stop"}],"usage":{"prompt_tokens":11,"completion_tokens":7,"total_tokens":18}}' }
                }

                if ($answer.Delay) { [System.Threading.Thread]::Sleep([int]$answer.Delay) }
                $Log.Enqueue([pscustomobject]@{ Index = $index; Path = $context.Request.Url.AbsolutePath; Headers = $headers; RequestBody = $body; ResponseBody = [string]$answer.Body })
                $bytes = [System.Text.Encoding]::UTF8.GetBytes([string]$answer.Body)
                $response = $context.Response
                $response.StatusCode = if ($answer.Status) { $answer.Status } else { 200 }
                $response.ContentType = 'application/json'
                if ($answer.Headers) { foreach ($name in $answer.Headers.Keys) { $response.Headers[$name] = [string]$answer.Headers[$name] } }
                $response.ContentLength64 = $bytes.Length
                if ($answer.Cut) {
                    $response.OutputStream.Write($bytes, 0, [int][math]::Floor($bytes.Length / 2))
                    $response.OutputStream.Flush()
                    $response.Abort()
                }
                else {
                    $response.OutputStream.Write($bytes, 0, $bytes.Length)
                    $response.Close()
                }
            }
            catch {
                # A caller that has gone away, or a reply that failed: the caller sees a lost connection.
                $context.Response.Abort()
            }
        }
    }

    $log = [System.Collections.Concurrent.ConcurrentQueue[object]]::new()
    $counter = @{ next = 0 }
    $session = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
    $running = foreach ($number in 1..$Workers) {
        # An embedded engine has only the small default session.
        $pipeline = [powershell]::Create($session)
        $null = $pipeline.AddScript($worker.ToString()).AddArgument($listener).AddArgument($log).AddArgument($counter).AddArgument($Reply.ToString())
        $null = $pipeline.BeginInvoke()
        $pipeline
    }

    $server = [pscustomobject]@{ BaseUrl = "http://127.0.0.1:$port/v1"; Listener = $listener; Log = $log; Running = $running }
    $calls = [scriptblock]::Create('$sorted = [System.Collections.Generic.SortedDictionary[int, object]]::new(); foreach ($call in $this.Log.ToArray()) { $sorted[$call.Index] = $call }; , @($sorted.Values)')
    $server.psobject.Properties.Add([System.Management.Automation.PSScriptProperty]::new('Calls', $calls))
    $server
}

function Stop-OpenAiServer {
    param([Parameter(Mandatory)] $Server)

    $Server.Listener.Close()
    foreach ($pipeline in $Server.Running) { $pipeline.Dispose() }
}
