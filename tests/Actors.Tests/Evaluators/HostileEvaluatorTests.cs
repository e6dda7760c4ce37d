using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Tests.Evaluators;

/// <summary>Whatever an evaluator does, the host lives, says what it was, and nothing of it is left.</summary>
public sealed class HostileEvaluatorTests
{
    public static TheoryData<string, EvaluatorFault, string> Answers => new()
    {
        { "raise ValueError('no idea')", EvaluatorFault.Ended, "code 1, and last said: ValueError: no idea (in the middle of batch 1)" },
        { "sys.exit(3)", EvaluatorFault.Ended, "it ended with exit code 3 (in the middle of batch 1)" },
        { "os._exit(0)", EvaluatorFault.Ended, "it ended with exit code 0" },
        { "os.kill(os.getpid(), signal.SIGKILL)", EvaluatorFault.Ended, "it was ended by signal 9" },
        { "score(message, float('nan'))", EvaluatorFault.Protocol, "which cannot be read: 'N' is an invalid start of a value" },
        { "message['items'].pop(); score(message)", EvaluatorFault.Protocol, "it gave 2 results for the 3 items of batch 1" },
        { "message['items'][0]['id'] = '../x'; score(message)", EvaluatorFault.Protocol, "a result for item '../x', which is none" },
        { "message['batch'] = 7; score(message)", EvaluatorFault.Protocol, "it answered batch 7, expected 1" },
        { "print('hello, I am a debugging print'); score(message)", EvaluatorFault.Protocol, "with 'hello, I am a debugging print'" },
        { "os.write(1, bytes(range(256)) + b'\\n')", EvaluatorFault.Protocol, "which cannot be read" },
    };

    [SandboxTheory]
    [MemberData(nameof(Answers))]
    public async Task Score_WrongAnswer_IsAFaultWithTheReason(string now, EvaluatorFault fault, string reason)
    {
        await using var evaluator = new ScriptedEvaluator(now);

        var thrown = await evaluator.FaultAsync();

        Assert.Equal(("bad", fault), (thrown.Evaluator, thrown.Fault));
        Assert.Contains(reason, thrown.Reason);
        evaluator.AssertNothingLeft();
        // The next batch gets a new process.
        Assert.All(await evaluator.ScoreAsync("good"), result => Assert.Equal(1, ((ScoredItem)result).Scores["m"].Value));
    }

    [SandboxFact]
    public async Task Score_Hangs_EndsWithTheDeadline()
    {
        await using var evaluator = new ScriptedEvaluator("log('hanging'); time.sleep(1000)");
        await evaluator.ScoreAsync("good");
        var clock = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => evaluator.ScoreAsync("now", deadline: TimeSpan.FromSeconds(2)));

        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
        Assert.Contains("hanging", evaluator.Log);
        evaluator.AssertNothingLeft();
    }

    [SandboxFact]
    public async Task Score_NeverReads_EndsWithTheDeadline()
    {
        // More than any pipe holds: the host hangs in a write.
        await using var evaluator = new ScriptedEvaluator("time.sleep(1000)");
        var judge = await evaluator.JudgeAsync();
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(2));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => judge.ScoreAsync(
            [new EvaluationItem("0", "", "now"), .. ScriptedEvaluator.Items(10_000, new string('x', 1000)).Skip(1)], late.Token));

        evaluator.AssertNothingLeft();
    }

    [SandboxFact]
    public async Task Score_AllocatesWithoutEnd_IsKilledAtTheLimit()
    {
        await using var evaluator = new ScriptedEvaluator("""
            held = []
            while True:
                held.append(b'x' * (4 << 20))
                time.sleep(0.02)
            """)
        {
            Limits = new EvaluatorLimits(ScriptedEvaluator.Patience, 64 << 20, false, false),
        };

        var fault = await evaluator.FaultAsync();

        Assert.Equal(EvaluatorFault.Memory, fault.Fault);
        Assert.Matches(@"^it used \d+ MB, limit 64 MB$", fault.Reason);
        evaluator.AssertNothingLeft();
    }

    [SandboxFact]
    public async Task Score_AllocatesInManyProcesses_CountsAll()
    {
        await using var evaluator = new ScriptedEvaluator("""
            for _ in range(8):
                if os.fork() == 0:
                    held = b'x' * (16 << 20)
                    time.sleep(1000)
            time.sleep(1000)
            """)
        {
            Limits = new EvaluatorLimits(ScriptedEvaluator.Patience, 96 << 20, false, false),
        };

        var fault = await evaluator.FaultAsync();

        Assert.Equal(EvaluatorFault.Memory, fault.Fault);
        evaluator.AssertNothingLeft();
    }

    [SandboxFact]
    public async Task Score_ForkBomb_IsHeldAndEnds()
    {
        await using var evaluator = new ScriptedEvaluator("""
            children = 0
            try:
                while True:
                    if os.fork() == 0: time.sleep(1000)
                    children += 1
            except OSError as error: log(f'bomb: {children} {error}')
            time.sleep(1000)
            """);
        await evaluator.ScoreAsync("good");
        var scoring = evaluator.ScoreAsync("now", deadline: TimeSpan.FromSeconds(20));

        await evaluator.HeardAsync("bomb:");
        Assert.InRange(evaluator.Processes.Count, 200, 300);
        await (await evaluator.JudgeAsync() as IAsyncDisposable)!.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => scoring);
        Assert.Contains("Resource temporarily unavailable", evaluator.Log);
        evaluator.AssertNothingLeft();
    }

    [SandboxTheory]
    [InlineData("while True: os.write(1, b'x' * 65536)")]
    [InlineData("while True: say({'type': 'scores', 'batch': message['batch'], 'items': ['x' * 100000000]})")]
    public async Task Score_WritesWithoutEnd_IsKilled(string now)
    {
        await using var evaluator = new ScriptedEvaluator(now);

        var fault = await evaluator.FaultAsync();

        Assert.Equal(EvaluatorFault.Output, fault.Fault);
        Assert.Contains("it wrote a line of more than 1245184 bytes in the middle of batch 1", fault.Reason);
        evaluator.AssertNothingLeft();
    }

    [SandboxFact]
    public async Task Score_FloodsTheLog_IsCut()
    {
        await using var evaluator = new ScriptedEvaluator("""
            for _ in range(10000): os.write(2, b'a line of a flood, which goes on and on\n')
            score(message)
            """);
        await evaluator.ScoreAsync("good");

        await evaluator.ScoreAsync("now");
        await (await evaluator.JudgeAsync() as IAsyncDisposable)!.DisposeAsync();

        Assert.InRange(evaluator.Log.Length, ErrorOutput.MostBytesAMinute / 2, 2 * ErrorOutput.MostBytesAMinute);
        Assert.EndsWith("more bytes dropped", evaluator.Log);
    }

    [SandboxFact]
    public async Task Score_ReadsWhatIsNotItsOwn_FindsNothing()
    {
        var data = Temporary.NewDirectory();
        var token = Path.Combine(data, "token");
        await File.WriteAllTextAsync(token, "secret");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        await using var evaluator = new ScriptedEvaluator($$"""
            others = '/etc/shadow', '/sys', '/proc/1/environ', '/proc/1/root/root'
            for path in {{Python(token)}}, {{Python(data)}}, {{Python(home)}}, *others:
                try:
                    found = os.listdir(path) if os.path.isdir(path) else open(path).read()
                    log(f'found {path}: {found}')
                except OSError as error: log(f'{type(error).__name__} {path}')
            for path in '/usr/x', '/evaluator/x', '/x', '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger':
                try: open(path, 'w').write('x'); log(f'found {path} writable')
                except OSError as error: log(f'{type(error).__name__} {path}')
            log('variables ' + ' '.join(sorted(os.environ)))
            open('/tmp/own', 'w').write('x')
            score(message)
            """);
        Environment.SetEnvironmentVariable("ACTORRLHF_TEST_SECRET", "secret");

        await evaluator.ScoreAsync("now");
        await (await evaluator.JudgeAsync() as IAsyncDisposable)!.DisposeAsync();

        Assert.DoesNotContain("found", evaluator.Log);
        Assert.DoesNotContain("ACTORRLHF_TEST_SECRET", evaluator.Log);
        Assert.Contains($"FileNotFoundError {token}", evaluator.Log);
        Assert.Contains("OSError /evaluator/x", evaluator.Log);
    }

    [SandboxTheory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public async Task Score_OpensTheNetwork_OnlyWhereItMay(bool network, int reached)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var evaluator = new ScriptedEvaluator($"""
            try:
                socket.create_connection(('127.0.0.1', {((IPEndPoint)listener.LocalEndpoint).Port}), timeout=5)
                score(message, 1)
            except OSError as error:
                log(f'refused: {"{error}"}')
                score(message, 0)
            """)
        {
            Limits = EvaluatorLimits.Default with { Deadline = ScriptedEvaluator.Patience, Network = network },
        };

        var results = await evaluator.ScoreAsync("now");

        Assert.Equal(reached, ((ScoredItem)results[0]).Scores["m"].Value);
        Assert.Equal(network, listener.Pending());
    }

    [SandboxFact]
    public async Task Dispose_IgnoresSigtermAndTheEndOfItsInput_IsKilled()
    {
        await using var evaluator = new ScriptedEvaluator("""
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            score(message)
            sys.stdin.read()
            log('staying')
            while True: time.sleep(1000)
            """);
        await evaluator.ScoreAsync("now");
        Assert.NotEmpty(evaluator.Processes);

        await (await evaluator.JudgeAsync() as IAsyncDisposable)!.DisposeAsync();

        Assert.Contains("staying", evaluator.Log);
        evaluator.AssertNothingLeft();
    }

    const string Daemonise = """
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        for _ in range(3):
            if os.fork() == 0:
                os.setsid()
                if os.fork() == 0:
                    log('daemon')
                    while True: time.sleep(1000)
                os._exit(0)
            os.wait()
        score(message)
        """;

    [SandboxTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Dispose_HasDaemons_TheyEndToo(bool sandboxed)
    {
        await using var evaluator = new ScriptedEvaluator(Daemonise, sandbox: sandboxed ? null : Sandbox.None("of a test"))
        {
            Limits = EvaluatorLimits.Default with { Deadline = ScriptedEvaluator.Patience, Unsandboxed = true },
        };
        await evaluator.ScoreAsync("now");
        Assert.True(evaluator.Processes.Count(process => process.Line.StartsWith("python3", StringComparison.Ordinal)) >= 4);

        await (await evaluator.JudgeAsync() as IAsyncDisposable)!.DisposeAsync();

        evaluator.AssertNothingLeft();
    }

    [SandboxFact]
    public async Task Score_KilledInTheMiddleOfABatch_IsAFault()
    {
        await using var evaluator = new ScriptedEvaluator("log('working'); time.sleep(1000)");
        await evaluator.ScoreAsync("good");
        var scoring = evaluator.ScoreAsync("now");
        await evaluator.HeardAsync("working");

        foreach (var (id, line) in evaluator.Processes)
            if (line.StartsWith("python3", StringComparison.Ordinal)) ProcessTree.Kill(id);

        var fault = await Assert.ThrowsAsync<EvaluatorFaultException>(() => scoring);
        Assert.Contains("it was ended by signal 9", fault.Reason);
        evaluator.AssertNothingLeft();
    }

    [SandboxFact]
    public async Task Start_HostIsKilled_EverythingEnds()
    {
        await using var evaluator = new ScriptedEvaluator();
        using var staged = new StagedEvaluator(evaluator.Source);
        var start = Sandbox.Detect().Start(staged.Folder, staged.CommandLine, [], evaluator.Limits, "x");
        // A shell stands for the host: it starts the evaluator as the host does.
        var host = new ProcessStartInfo("sh", ["-c", "exec 3<&0; \"$@\" <&3 3<&- & wait", "sh", start.FileName, .. start.ArgumentList])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var shell = Process.Start(host)!;
        await shell.StandardInput.WriteLineAsync("{\"type\":\"hello\",\"protocol\":1}");
        await shell.StandardInput.FlushAsync();
        Assert.Contains("evaluator", await shell.StandardOutput.ReadLineAsync());
        Assert.NotEmpty(evaluator.Processes);

        shell.Kill();
        // Its input stays open; its output ends when the last of its processes has.
        Assert.Null(await shell.StandardOutput.ReadLineAsync().WaitAsync(ScriptedEvaluator.Patience));
        await shell.WaitForExitAsync();
        var clock = Stopwatch.StartNew();
        while (evaluator.Processes is not [] && clock.Elapsed < ScriptedEvaluator.Patience) await Task.Yield();
        evaluator.AssertNothingLeft();
    }

    static string Python(string text) => $"'{text}'";
}
