using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace ActorRlhf.Actors.Tests.Evaluators;

/// <summary>A real server that speaks <c>POST /v1/chat/completions</c>, well or badly: a test gives the bytes of each answer.</summary>
sealed class ChatServer : IAsyncDisposable
{
    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentQueue<(string Head, JsonElement Body)> _requests = [];
    readonly ConcurrentDictionary<string, int> _asked = [];
    readonly CancellationTokenSource _end = new();
    readonly Func<string, int, Task<string>> _answer;
    readonly Task _serving;

    /// <param name="answer">Of a prompt, and how often it was asked before: the whole answer, from its status line on.</param>
    public ChatServer(Func<string, int, Task<string>> answer)
    {
        _answer = answer;
        _listener.Start();
        _serving = ServeAsync();
    }

    public ChatServer(Func<string, string> answer) : this((prompt, _) => Task.FromResult(answer(prompt))) { }

    public string Url => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1";
    public IReadOnlyList<(string Head, JsonElement Body)> Requests => [.. _requests];
    public IEnumerable<string> Prompts => _requests.Select(request => PromptOf(request.Body));

    public static string Says(string text, string finish = "stop") => Status(200, JsonSerializer.Serialize(new
    {
        id = "1",
        @object = "chat.completion",
        created = 1,
        model = "m",
        choices = new[] { new { index = 0, finish_reason = finish, message = new { role = "assistant", content = text } } },
    }));

    public static string Scores(double score) => Says(
        string.Create(CultureInfo.InvariantCulture, $$"""{"score": {{score}}, "why": "so"}"""));

    public static string Prefers(string better) => Says($$"""{"better": "{{better}}", "why": "so"}""");

    public static string Status(int status, string body, string header = "X-Nothing: 1") =>
        $"HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Type: application/json\r\n{header}\r\n"
        + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving;
        _listener.Stop();                             // earlier, the next wait for a client would fail instead of ending
        _end.Dispose();
    }

    async Task ServeAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true) open.Add(AnswerAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (OperationCanceledException) { } // the test is over
        await Task.WhenAll(open);
    }

    async Task AnswerAsync(TcpClient client)
    {
        using var _ = client;
        try
        {
            var stream = client.GetStream();
            var (head, body) = await ReadAsync(stream);
            _requests.Enqueue((head, body));
            var prompt = PromptOf(body);
            var before = _asked.AddOrUpdate(prompt, 0, (_, asked) => asked + 1);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(await _answer(prompt, before).WaitAsync(_end.Token)), _end.Token);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException) { } // whoever asked has heard enough
    }

    async Task<(string Head, JsonElement Body)> ReadAsync(NetworkStream stream)
    {
        var read = new List<byte>();
        var buffer = new byte[64 << 10];
        while (true)
        {
            var count = await stream.ReadAsync(buffer, _end.Token);
            if (count == 0) throw new IOException("a request without an end");
            read.AddRange(buffer.AsSpan(0, count));
            var text = Encoding.UTF8.GetString([.. read]);
            if (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is not (> 0 and var end)) continue;
            var length = text[..end].Split("\r\n").Single(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
            if (read.Count >= end + 4 + int.Parse(length[16..], CultureInfo.InvariantCulture))
                return (text[..end], JsonElement.Parse(text[(end + 4)..]));
        }
    }

    static string PromptOf(JsonElement body)
    {
        var content = body.GetProperty("messages")[0].GetProperty("content");
        return content.ValueKind is JsonValueKind.String ? content.GetString()! : content[0].GetProperty("text").GetString()!;
    }
}
