using System.Collections.Concurrent;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Tests.Evaluators;

/// <summary>
/// A command in Python that scores 1, and does what a test wants of it when a completion is <c>now</c>. All its processes carry a mark in
/// their command lines, by which those that are left are found.
/// </summary>
sealed class ScriptedEvaluator : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    const string Rest = """

        def say(message): print(json.dumps(message), flush=True)
        def log(text): print(text, file=sys.stderr, flush=True)
        def score(message, value=1): say({"type": "scores", "batch": message["batch"],
            "items": [{"id": item["id"], "scores": {"m": value}} for item in message["items"]]})
        for line in sys.stdin:
            message = json.loads(line)
            if message["type"] == "hello":
                hello()
            elif message["items"][0]["completion"] == "now":
                now(message)
            else: score(message)
        """;

    public const string Hello = """
        say({"type": "evaluator", "id": "bad", "version": "1.0.0", "needs": ["text"],
            "metrics": {"m": {"direction": "none", "description": "of a test"}}})
        """;

    readonly string _mark = Guid.NewGuid().ToString("N");
    readonly Sandbox _sandbox;
    readonly ConcurrentQueue<string> _log = [];
    readonly ConcurrentDictionary<string, TaskCompletionSource> _awaited = [];
    IJudge? _judge;

    /// <param name="now">Body of the function, whose argument is <c>message</c>.</param>
    /// <param name="hello">Body of the function that answers hello.</param>
    /// <param name="sandbox">Null for that of the machine.</param>
    public ScriptedEvaluator(string now = "pass", string hello = Hello, Sandbox? sandbox = null)
    {
        _sandbox = sandbox ?? Sandbox.Detect();
        Folder = Temporary.NewDirectory();
        Script = Path.Combine(Folder, "evaluator.py");
        File.WriteAllText(Script, "import json, os, signal, socket, sys, time\n"
            + $"def now(message):\n{Indented(now)}\ndef hello():\n{Indented(hello)}\n" + Rest.ReplaceLineEndings("\n"));
    }

    public string Folder { get; }
    public string Script { get; }
    public EvaluatorLimits Limits { get; init; } = EvaluatorLimits.Default with { Deadline = Patience };
    public EvaluatorSource Source => new(EvaluatorKind.Command, "python3", [Script, _mark], []);
    public string Log => string.Join('\n', _log);
    public EvaluatorJudges Judges => new(new EvaluatorRunner("none", [], []), (_, line) => OnLine(line), _sandbox);

    public static EvaluationItem[] Items(int count, string completion = "text") =>
        [.. Enumerable.Range(0, count).Select(i => new EvaluationItem($"{i}", $"prompt {i}", completion))];

    public Task<InjectedEvaluator> DiscoverAsync(CancellationToken ct = default) =>
        Judges.DiscoverAsync(Source, Limits, null, null, null, ct);

    public async Task<IJudge> JudgeAsync() => _judge ??= Judges.Create(await DiscoverAsync());

    /// <summary>Scores items in a warm process.</summary>
    public async Task<IReadOnlyList<ItemResult>> ScoreAsync(string completion, int count = 3, TimeSpan? deadline = null)
    {
        var judge = await JudgeAsync();
        using var late = new CancellationTokenSource(deadline ?? Patience);
        return await judge.ScoreAsync(Items(count, completion), late.Token);
    }

    /// <summary>Lets it do its worst, after it has been good once.</summary>
    public async Task<EvaluatorFaultException> FaultAsync(int count = 3)
    {
        await ScoreAsync("good");
        return await Assert.ThrowsAsync<EvaluatorFaultException>(() => ScoreAsync("now", count));
    }

    /// <summary>Completes when a line of its log begins so.</summary>
    public Task HeardAsync(string beginning)
    {
        var awaited = _awaited.GetOrAdd(beginning, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_log.Any(line => line.StartsWith(beginning, StringComparison.Ordinal))) awaited.TrySetResult();
        return awaited.Task.WaitAsync(Patience);
    }

    /// <summary>Its processes: number and command line.</summary>
    public IReadOnlyList<(int Id, string Line)> Processes =>
    [
        .. from folder in Directory.GetDirectories("/proc")
           where int.TryParse(Path.GetFileName(folder), out _)
           let line = Line(folder)
           where line.Contains(_mark, StringComparison.Ordinal)
           select (int.Parse(Path.GetFileName(folder)), line),
    ];

    /// <summary>Nothing runs, and no copy of a file is left.</summary>
    public void AssertNothingLeft() => Assert.Empty(Processes);

    public async ValueTask DisposeAsync()
    {
        if (_judge is IAsyncDisposable judge) await judge.DisposeAsync();
        AssertNothingLeft();
    }

    void OnLine(string line)
    {
        _log.Enqueue(line);
        foreach (var (beginning, awaited) in _awaited)
            if (line.StartsWith(beginning, StringComparison.Ordinal)) awaited.TrySetResult();
    }

    static string Line(string folder)
    {
        try { return File.ReadAllText(Path.Combine(folder, "cmdline")).Replace('\0', ' '); }
        catch (IOException) { return ""; }
    }

    static string Indented(string body) => string.Join('\n', body.ReplaceLineEndings("\n").Split('\n').Select(line => "    " + line));
}
