using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Clustrix.MSBuild.Tests.Auditing;

/// <summary>A package source on this machine that answers with what it is given and with 404 to anything else.</summary>
internal sealed class LoopbackFeed : IDisposable
{
    private readonly HttpListener _listener;
    private readonly Dictionary<string, string> _answers = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _end = new();

    public LoopbackFeed()
    {
        // The address is new each time, so that no answer of an earlier feed is found in a cache.
        (_listener, Root) = Listen("/" + Guid.NewGuid().ToString("N") + "/");
        _ = ServeAsync();
    }

    public string Root { get; }

    public string Index => Root + "index.json";

    /// <summary>Whether questions are taken and never answered.</summary>
    public bool IsSilent { get; init; }

    public int Requests { get; private set; }

    public LoopbackFeed Answering(string path, string json)
    {
        _answers[path] = json.Replace("ROOT/", Root, StringComparison.Ordinal);
        return this;
    }

    public void Dispose()
    {
        _end.SetResult();
        _listener.Close();
    }

    private static (HttpListener Listener, string Root) Listen(string path)
    {
        while (true)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var root = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}{path}";
            probe.Stop();
            var listener = new HttpListener();
            listener.Prefixes.Add(root);
            try
            {
                listener.Start();
                return (listener, root);
            }
            catch (HttpListenerException)
            {
                listener.Close();
            }
        }
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                Requests++;
                if (IsSilent)
                {
                    await _end.Task;
                }

                Answer(context);
            }
        }
        catch (Exception fault) when (fault is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var path = context.Request.Url!.AbsolutePath;
        var isKnown = _answers.TryGetValue(path[(path.IndexOf('/', 1) + 1)..], out var json);
        context.Response.StatusCode = isKnown ? 200 : 404;
        context.Response.ContentType = "application/json";
        context.Response.Close(Encoding.UTF8.GetBytes(json ?? ""), willBlock: false);
    }
}
