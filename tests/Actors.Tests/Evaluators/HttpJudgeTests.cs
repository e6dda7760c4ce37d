using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Tests.Evaluators;

public sealed class HttpJudgeTests
{
    const string Hello = """
        {"type":"evaluator","id":"far","version":"1","needs":["text"],"metrics":{"m":{"direction":"none"}}}
        """;

    static readonly EvaluatorJudges s_judges = new(new EvaluatorRunner("none", [], []), sandbox: Sandbox.None("not needed"));

    [SandboxFact]
    public async Task Sample_Server_Scores()
    {
        using var server = Process.Start(new ProcessStartInfo(
            Sandbox.Find("python3")!, [Path.Combine(AppContext.BaseDirectory, "Samples", "server.py"), "0"])
        {
            RedirectStandardOutput = true,
        })!;
        try
        {
            var url = await server.StandardOutput.ReadLineAsync();
            var found = await DiscoverAsync(url!);
            Assert.False(found.IsVerifiable);
            await using var judge = (HttpJudge)s_judges.Create(found);
            var results = await judge.ScoreAsync(ScriptedEvaluator.Items(600, "why? why?"), default);
            Assert.Equal(600, results.Count);
            Assert.All(results, result => Assert.Equal(2, ((ScoredItem)result).Scores["questions"].Value));
        }
        finally { server.Kill(); }
    }

    [Theory]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", "the status 302, expected 200")]
    [InlineData("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "the status 500, expected 200")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "expected a message of the type evaluator")]
    [InlineData("nonsense\r\n\r\n", "failed")]
    public async Task Discover_BadAnswer_IsRefused(string answer, string reason)
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        var serving = ServeAsync(server, answer);
        var thrown = await Assert.ThrowsAsync<EvaluatorRefusedException>(() => DiscoverAsync(Url(server)));
        Assert.Contains(reason, thrown.Reason);
        await serving;
    }

    [Fact]
    public async Task Discover_AnswerWithoutEnd_IsRefused()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        var serving = ServeAsync(server, "HTTP/1.1 200 OK\r\n\r\n" + new string('x', 3 << 20));
        var thrown = await Assert.ThrowsAsync<EvaluatorRefusedException>(() => DiscoverAsync(Url(server)));
        Assert.Equal("it answered with more than 1048576 bytes", thrown.Reason);
        await serving;
    }

    [Fact]
    public async Task Discover_NeverAnswers_IsRefusedAtTheDeadline()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var thrown = await Assert.ThrowsAsync<EvaluatorRefusedException>(() => DiscoverAsync(Url(server), TimeSpan.FromSeconds(1)));
        Assert.StartsWith("it did not say who it is within 1 s; ", thrown.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Score_CallsItselfOtherwiseLater_IsRefused()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        string Answer(string hello) => $"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {hello.Length}\r\n\r\n{hello}";
        var serving = ServeAsync(server, Answer(Hello), Answer(Hello.Replace("far", "near")));
        var found = await DiscoverAsync(Url(server));
        await using var judge = (HttpJudge)s_judges.Create(found);
        var thrown = await Assert.ThrowsAsync<EvaluatorRefusedException>(() => judge.ScoreAsync(ScriptedEvaluator.Items(1), default));
        Assert.Equal("it calls itself 'near', and was 'far' when it was injected", thrown.Reason);
        await serving;
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://localhost/")]
    [InlineData("localhost")]
    [InlineData("http://user:secret@localhost/")]
    public async Task Discover_NoUrl_IsRefused(string url) => Assert.Contains(
        "is no URL of an evaluator", (await Assert.ThrowsAsync<EvaluatorRefusedException>(() => DiscoverAsync(url))).Reason);

    static Task<InjectedEvaluator> DiscoverAsync(string url, TimeSpan? deadline = null) => s_judges.DiscoverAsync(
        new EvaluatorSource(EvaluatorKind.Http, url, [], []),
        EvaluatorLimits.Default with { Deadline = deadline ?? ScriptedEvaluator.Patience }, null, null, null, default);

    static string Url(TcpListener server) => $"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}/";

    /// <summary>Answers one connection after the other, whatever is asked.</summary>
    static async Task ServeAsync(TcpListener server, params string[] answers)
    {
        server.Start();
        foreach (var answer in answers)
        {
            using var client = await server.AcceptTcpClientAsync();
            var stream = client.GetStream();
            try
            {
                await stream.ReadAtLeastAsync(new byte[4096], 1);
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            }
            catch (IOException) { } // whoever asked has heard enough
        }
    }
}
