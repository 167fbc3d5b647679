# A listener on a free port of this machine, for the servers of tests: the started HttpListener, and its port.

function Start-LoopbackListener {
    for ($attempt = 0; ; $attempt++) {
        $probe = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $probe.Start()
        $port = $probe.LocalEndpoint.Port
        $probe.Stop()
        $listener = [System.Net.HttpListener]::new()
        $listener.Prefixes.Add("http://127.0.0.1:$port/")
        try {
            $listener.Start()
            return $listener, $port
        }
        catch {
            # Somebody took the port in between.
            if ($attempt -ge 10) { throw }
        }
    }
}
