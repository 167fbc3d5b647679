# A small server for tests that behaves as the Hugging Face hub does towards a client that reads models, on a free port
# of this machine. It serves a tree of folders, <Root>/<owner>/<name>/<files>, and reads it anew for every request. It
# uses nothing but the language and .NET, so that it works in every host.
#
#   . "$PSScriptRoot/Support/HubServer.ps1"
#   $hub = Start-HubServer (Join-Path $TestDrive 'hub')
#   $old = Use-HubServer $hub -Cache (Join-Path $TestDrive 'cache')     # HF_ENDPOINT, HF_HUB_CACHE, and no token
#   ...
#   Restore-HubEnvironment $old; Stop-HubServer $hub                     # in AfterAll: a server that runs keeps the process alive
#
# The branch 'main' is the folder itself; a folder <Root>/<owner>/<name>@<revision> is another branch or tag. A commit's
# name follows from the names and contents of the files, as a change of one of them makes a new commit. *.safetensors,
# *.gguf, *.bin and *.model are large files (LFS): their ETag is the SHA-256 of the content.
# $hub.Calls: Method, Path, Headers (hashtable), Status of every request. -Token: whoever does not send it sees nothing;
# -Gated: repositories whose files are refused, but not their model information. -Info: members of the model information
# of a repository (hashtable of hashtables, by id) beside those that follow from the files.

. (Join-Path $PSScriptRoot 'LoopbackListener.ps1')

function Start-HubServer {
    param(
        [Parameter(Mandatory)] [string] $Root,
        [string] $Token,
        [string[]] $Gated = @(),
        [hashtable] $Info = @{},
        [int] $Workers = 4
    )

    $listener, $port = Start-LoopbackListener

    $worker = {
        param($Listener, $Log, $Root, $Token, $Gated, $Info)

        function Get-Hex([byte[]] $Bytes) { [System.Convert]::ToHexString($Bytes).ToLowerInvariant() }

        function Get-TreeFile([string] $Folder) {
            $names = [System.Collections.Generic.List[string]]::new()
            foreach ($path in [System.IO.Directory]::GetFiles($Folder, '*', [System.IO.SearchOption]::AllDirectories)) {
                $names.Add([System.IO.Path]::GetRelativePath($Folder, $path).Replace('\', '/'))
            }
            $names.Sort([System.StringComparer]::Ordinal)
            $names
        }

        function Get-Commit([string] $Folder) {
            $text = [System.Text.StringBuilder]::new()
            foreach ($name in Get-TreeFile $Folder) {
                $content = [System.IO.File]::ReadAllBytes([System.IO.Path]::Combine($Folder, $name))
                $null = $text.Append($name).Append("`n").Append((Get-Hex ([System.Security.Cryptography.SHA256]::HashData($content)))).Append("`n")
            }
            Get-Hex ([System.Security.Cryptography.SHA1]::HashData([System.Text.Encoding]::UTF8.GetBytes($text.ToString())))
        }

        # The folder of a revision: the branch 'main', a commit, or a folder of its own.
        function Find-Revision([string] $Id, [string] $Revision) {
            $main = [System.IO.Path]::Combine($Root, $Id)
            if ($Revision -eq 'main') { return $main }
            $named = "$main@$($Revision.Replace('/', '_'))"
            if ([System.IO.Directory]::Exists($named)) { return $named }
            $parent = [System.IO.Path]::GetDirectoryName($main)
            $name = [System.IO.Path]::GetFileName($main)
            foreach ($folder in @($main) + [System.IO.Directory]::GetDirectories($parent, "$name@*")) {
                if ((Get-Commit $folder) -eq $Revision) { return $folder }
            }
            $null
        }

        function Test-Large([string] $Name) { $Name -match '\.(safetensors|gguf|bin|model)$' }

        function Get-GitHash([byte[]] $Content) {
            $head = [System.Text.Encoding]::ASCII.GetBytes("blob $($Content.Length)`0")
            Get-Hex ([System.Security.Cryptography.SHA1]::HashData([byte[]]($head + $Content)))
        }

        function Send-Answer($Context, [int] $Status, [byte[]] $Body, [hashtable] $Headers) {
            $response = $Context.Response
            $response.StatusCode = $Status
            foreach ($name in $Headers.Keys) { $response.Headers[$name] = [string]$Headers[$name] }
            $response.ContentLength64 = $Body.Length
            if ($Context.Request.HttpMethod -ne 'HEAD') { $response.OutputStream.Write($Body, 0, $Body.Length) }
            $response.Close()
            $Status
        }

        function Send-Refusal($Context, [int] $Status, [string] $Code, [string] $Message) {
            $headers = @{ 'X-Error-Message' = $Message }
            if ($Code) { $headers['X-Error-Code'] = $Code }
            Send-Answer $Context $Status ([System.Text.Encoding]::UTF8.GetBytes([System.Text.Json.JsonSerializer]::Serialize(@{ error = $Message }, [hashtable]))) $headers
        }

        function Send-File($Context, [string] $Folder, [string] $Name) {
            $commit = Get-Commit $Folder
            $path = [System.IO.Path]::Combine($Folder, $Name)
            if (-not [System.IO.File]::Exists($path)) {
                $Context.Response.Headers['X-Repo-Commit'] = $commit
                return Send-Refusal $Context 404 'EntryNotFound' 'Entry not found'
            }
            $content = [System.IO.File]::ReadAllBytes($path)
            $headers = @{ 'X-Repo-Commit' = $commit; 'Accept-Ranges' = 'bytes'; 'Content-Type' = 'application/octet-stream' }
            if (Test-Large $Name) {
                $etag = Get-Hex ([System.Security.Cryptography.SHA256]::HashData($content))
                $headers['X-Linked-Etag'] = "`"$etag`""
                $headers['X-Linked-Size'] = $content.Length
            }
            else {
                $etag = Get-GitHash $content
            }
            $headers['ETag'] = "`"$etag`""
            if ($Context.Request.Headers['Range'] -match '^bytes=(\d+)-$' -and $Context.Request.HttpMethod -eq 'GET') {
                $from = [int]$Matches[1]
                if ($from -ge $content.Length) { return Send-Refusal $Context 416 $null 'Range not satisfiable' }
                $headers['Content-Range'] = "bytes $from-$($content.Length - 1)/$($content.Length)"
                return Send-Answer $Context 206 ([byte[]]$content[$from..($content.Length - 1)]) $headers
            }
            Send-Answer $Context 200 $content $headers
        }

        function Send-Info($Context, [string] $Id, [string] $Folder) {
            $siblings = [System.Collections.Generic.List[object]]::new()
            foreach ($name in Get-TreeFile $Folder) {
                $content = [System.IO.File]::ReadAllBytes([System.IO.Path]::Combine($Folder, $name))
                $sibling = [ordered]@{ rfilename = $name; size = $content.Length; blobId = (Get-GitHash $content) }
                if (Test-Large $name) { $sibling['lfs'] = @{ sha256 = (Get-Hex ([System.Security.Cryptography.SHA256]::HashData($content))); size = $content.Length; pointerSize = 134 } }
                $siblings.Add($sibling)
            }
            $members = [ordered]@{
                id = $Id; modelId = $Id; sha = (Get-Commit $Folder); private = $false
                gated = if ($Id -in $Gated) { 'manual' } else { $false }
                tags = @(); siblings = $siblings
            }
            if ($Info[$Id]) { foreach ($name in $Info[$Id].Keys) { $members[$name] = $Info[$Id][$name] } }
            $json = [System.Text.Json.JsonSerializer]::Serialize($members, [System.Collections.Specialized.OrderedDictionary])
            Send-Answer $Context 200 ([System.Text.Encoding]::UTF8.GetBytes($json)) @{ 'Content-Type' = 'application/json' }
        }

        function Send-Reply($Context) {
            $path = $Context.Request.RawUrl.Split('?')[0]
            $isFile = $path -match '^/([^/]+/[^/]+)/resolve/([^/]+)/(.+)$'
            if (-not $isFile -and $path -notmatch '^/api/models/([^/]+/[^/]+)(?:/revision/([^/]+))?()$') {
                return Send-Refusal $Context 404 $null 'Sorry, we can''t find the page you are looking for.'
            }
            $id = [uri]::UnescapeDataString($Matches[1])
            $revision = if ($Matches[2]) { [uri]::UnescapeDataString($Matches[2]) } else { 'main' }
            $file = [uri]::UnescapeDataString($Matches[3])
            $given = $Context.Request.Headers['Authorization']
            $anonymous = -not $given
            if ($Token -and $given -and $given -cne "Bearer $Token") { return Send-Refusal $Context 401 $null 'Invalid credentials in Authorization header' }
            if (($Token -and $anonymous) -or -not [System.IO.Directory]::Exists([System.IO.Path]::Combine($Root, $id))) {
                # As the hub does: who is not logged in is not told whether the repository exists.
                if ($anonymous) { return Send-Refusal $Context 401 $null 'Invalid username or password.' }
                return Send-Refusal $Context 404 'RepoNotFound' 'Repository not found'
            }
            if ($isFile -and $id -in $Gated) {
                $status = if ($anonymous) { 401 } else { 403 }
                return Send-Refusal $Context $status 'GatedRepo' "Access to model $id is restricted."
            }
            $folder = Find-Revision $id $revision
            if (-not $folder) { return Send-Refusal $Context 404 'RevisionNotFound' "Invalid rev id: $revision" }
            if ($isFile) { Send-File $Context $folder $file } else { Send-Info $Context $id $folder }
        }

        while ($Listener.IsListening) {
            try { $context = $Listener.GetContext() }
            catch { return }

            $headers = @{}
            foreach ($name in $context.Request.Headers.AllKeys) { $headers[$name] = $context.Request.Headers[$name] }
            $call = [pscustomobject]@{ Method = $context.Request.HttpMethod; Path = $context.Request.RawUrl; Headers = $headers; Status = 0; Failure = $null }
            $Log.Enqueue($call)
            try { $call.Status = Send-Reply $context }
            catch {
                # A caller that has gone away, or a fault here, which must not pass for an answer.
                $call.Failure = "$_"
                try { $call.Status = Send-Refusal $context 501 $null "The test's hub failed: $_" }
                catch { $context.Response.Abort() }
            }
        }
    }

    $log = [System.Collections.Concurrent.ConcurrentQueue[object]]::new()
    $session = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
    $running = foreach ($number in 1..$Workers) {
        # An embedded engine has only the small default session.
        $pipeline = [powershell]::Create($session)
        $null = $pipeline.AddScript($worker.ToString()).AddArgument($listener).AddArgument($log)
        $null = $pipeline.AddArgument([System.IO.Path]::GetFullPath($Root)).AddArgument($Token).AddArgument($Gated).AddArgument($Info)
        $null = $pipeline.BeginInvoke()
        $pipeline
    }

    $server = [pscustomobject]@{ Endpoint = "http://127.0.0.1:$port"; Listener = $listener; Log = $log; Running = $running }
    $server.psobject.Properties.Add([System.Management.Automation.PSScriptProperty]::new('Calls', [scriptblock]::Create(', $this.Log.ToArray()')))
    $server
}

function Stop-HubServer {
    param([Parameter(Mandatory)] $Server)

    $Server.Listener.Close()
    foreach ($pipeline in $Server.Running) { $pipeline.Dispose() }
}

# Lets the session speak with a server and use a cache of its own; gives what Restore-HubEnvironment takes.
function Use-HubServer {
    param([Parameter(Mandatory)] $Server, [Parameter(Mandatory)] [string] $Cache, [string] $Token)

    $wanted = @{
        HF_ENDPOINT = $Server.Endpoint; HF_HUB_CACHE = $Cache; HF_HOME = $Cache; HF_TOKEN = $Token
        HUGGING_FACE_HUB_TOKEN = $null; CLEMBENCH_HUGGINGFACE_API_KEY = $null; HF_TOKEN_PATH = $null
        HF_HUB_OFFLINE = $null; TRANSFORMERS_OFFLINE = $null
    }
    $old = @{}
    foreach ($name in $wanted.Keys) {
        $old[$name] = [System.Environment]::GetEnvironmentVariable($name)
        [System.Environment]::SetEnvironmentVariable($name, $wanted[$name])
    }
    $old
}

function Restore-HubEnvironment {
    param([Parameter(Mandatory)] [hashtable] $Environment)

    foreach ($name in $Environment.Keys) { [System.Environment]::SetEnvironmentVariable($name, $Environment[$name]) }
}
