using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ActorRlhf.Host.Tests.Report;

/// <summary>A real browser without a window, driven over its own protocol (chromedevtools.github.io/devtools-protocol), one page at a
/// time.</summary>
sealed class Chromium : IAsyncDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    readonly Process _process;
    readonly string _profile;
    readonly ClientWebSocket _socket = new();
    readonly CancellationTokenSource _deadline = new(s_patience);
    int _calls;
    string? _session;

    Chromium(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>Where it is installed; null where it is not.</summary>
    public static string? Path { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => System.IO.Path.Combine(folder, "chromium")).FirstOrDefault(File.Exists);

    /// <summary>Everything that the page told since it was opened: exceptions, the console, what the policy refused.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>What the page asked for since it was opened, itself included.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Starts it.</summary>
    public static async Task<Chromium> StartAsync()
    {
        var profile = Directory.CreateTempSubdirectory("actorrlhf-chromium-").FullName;
        var process = Process.Start(new ProcessStartInfo(
            Path!, ["--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0",
                $"--user-data-dir={profile}", "about:blank"])
        { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var browser = new Chromium(process, profile);
        var listening = "";
        const string prefix = "DevTools listening on ";
        while (!listening.StartsWith(prefix, StringComparison.Ordinal))
            listening = await process.StandardError.ReadLineAsync(browser._deadline.Token)
                ?? throw new InvalidOperationException("Chromium ended");
        _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        await browser._socket.ConnectAsync(new Uri(listening[prefix.Length..]), browser._deadline.Token);
        var target = await browser.CallAsync("Target.createTarget", new { url = "about:blank" });
        var attached = await browser.CallAsync("Target.attachToTarget",
            new { targetId = target["targetId"]!.GetValue<string>(), flatten = true });
        browser._session = attached["sessionId"]!.GetValue<string>();
        foreach (var domain in (string[])["Page", "Runtime", "Log", "Network"]) await browser.CallAsync($"{domain}.enable", new { });
        return browser;
    }

    /// <summary>Opens a file in a window of some width.</summary>
    public async Task OpenAsync(string file, int width, int height = 900, bool isDark = false)
    {
        await CallAsync("Emulation.setDeviceMetricsOverride", new { width, height, deviceScaleFactor = 1, mobile = width < 500 });
        await CallAsync("Emulation.setEmulatedMedia", new
        {
            features = new[] { new { name = "prefers-color-scheme", value = isDark ? "dark"
            : "light" } }
        });
        (_loaded, _) = (false, Clear());
        await CallAsync("Page.navigate", new { url = new Uri(file).AbsoluteUri });
        while (!_loaded) await ReadAsync();
    }

    /// <summary>The value of an expression in the page.</summary>
    public async Task<JsonNode?> EvaluateAsync(string expression)
    {
        var answer = await CallAsync("Runtime.evaluate", new { expression, returnByValue = true, awaitPromise = true });
        Assert.True(answer["exceptionDetails"] is null, answer.ToJsonString());
        return answer["result"]!["value"];
    }

    /// <summary>What is seen in the window.</summary>
    public async Task<byte[]> PictureAsync() =>
        Convert.FromBase64String((await CallAsync("Page.captureScreenshot", new { format = "png" }))["data"]!.GetValue<string>());

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _deadline.Dispose();
        try { Directory.Delete(_profile, recursive: true); }
        catch (IOException) { } // a child of it may still be writing
    }

    bool _loaded;

    bool Clear()
    {
        Complaints.Clear();
        Requests.Clear();
        return true;
    }

    async Task<JsonObject> CallAsync(string method, object parameters)
    {
        var id = ++_calls;
        var call = JsonSerializer.SerializeToUtf8Bytes(_session is null
            ? new { id, method, @params = parameters }
            : (object)new { id, method, @params = parameters, sessionId = _session });
        await _socket.SendAsync(call, WebSocketMessageType.Text, true, _deadline.Token);
        while (true)
            if (await ReadAsync() is { } message && message["id"]?.GetValue<int>() == id)
                return message["result"] as JsonObject ?? throw new InvalidOperationException($"{method}: {message.ToJsonString()}");
    }

    async Task<JsonObject> ReadAsync()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[1 << 16];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), _deadline.Token);
            whole.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        var message = JsonNode.Parse(Encoding.UTF8.GetString(whole.ToArray()))!.AsObject();
        switch (message["method"]?.GetValue<string>())
        {
            case "Page.loadEventFired": _loaded = true; break;
            case "Network.requestWillBeSent": Requests.Add(message["params"]!["request"]!["url"]!.GetValue<string>()); break;
            case "Runtime.exceptionThrown" or "Runtime.consoleAPICalled" or "Log.entryAdded" or "Page.javascriptDialogOpening":
                Complaints.Add(message["params"]!.ToJsonString());
                break;
        }
        return message;
    }
}

/// <summary>A test that is skipped where there is no Chromium.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        if (Chromium.Path is null) Skip = "no chromium on the PATH: apt-get install chromium";
    }
}
