using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Tests.Api;

namespace ActorRlhf.Host.Tests.Cli;

[Trait("Category", "Integration")]
public sealed class EvaluatorsCommandTests : IDisposable
{
    static readonly RunId s_run = RunId.Parse("run");
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-evaluators-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Release_EvaluatorInQuarantine_IsInTheLogOnce()
    {
        await Training.RunAsync(_folder, "run", ["pretrain.steps=10", "rl.steps=1"]);
        FailThreeTimes("pocket-gold", "1.0.0");

        var unknown = await App.RunAsync("evaluators", "release", "run", "gold", "--data", _folder);
        var released = await App.RunAsync("evaluators", "release", "run", "pocket-gold", "--data", _folder);
        var again = await App.RunAsync("evaluators", "release", "run", "pocket-gold", "--data", _folder);

        Assert.Equal((ExitCode.NotFound, ExitCode.Done, ExitCode.NotFound), (unknown.Code, released.Code, again.Code));
        Assert.Contains("no evaluator 'gold' in quarantine; there are pocket-gold", unknown.Error);
        Assert.Contains("asks the evaluator pocket-gold 1.0.0 again", released.Error);
        Assert.Contains("it asks all of its own", again.Error);
        var events = await App.RunAsync("events", "run", "--stream", "both", "--type", "evaluator.released", "--json", "--data", _folder);
        Assert.Equal(Environment.UserName, events.Single().GetProperty("payload").GetProperty("by").GetString());
    }

    [Fact]
    public async Task Release_WhileAHostHoldsTheDirectory_AsksTheHost()
    {
        await Training.RunAsync(_folder, "run", ["pretrain.steps=10", "rl.steps=1"]);
        FailThreeTimes("pocket-gold", "1.0.0");
        await using var host = await ServedHost.StartAsync(directory: _folder);
        string[] server = ["--server", $"{host.Server.Address}", "--token-file", TokenFile.In(_folder)];

        var released = await App.RunAsync(["evaluators", "release", "run", "pocket-gold", "--json", .. server]);
        var again = await App.RunAsync(["evaluators", "release", "run", "pocket-gold", .. server]);

        Assert.Equal("""{"run":"run","evaluator":"pocket-gold","versions":["1.0.0"],"asked":true}""", released.Out.Trim());
        Assert.Equal((ExitCode.NotFound, true), (again.Code, again.Error.Contains("it asks all of its own", StringComparison.Ordinal)));
        var fact = Assert.Single(host.Record("run").Evaluations().Select(read => read.Event).OfType<EvaluatorReleased>());
        Assert.Equal(("pocket-gold", "1.0.0"), (fact.Evaluator, fact.Version));
    }

    [Fact]
    public async Task Release_EvaluatorThatWasRemoved_SaysThatNobodyAsksIt()
    {
        await Training.RunAsync(_folder, "run", ["pretrain.steps=10", "rl.steps=1"]);
        var brought = await App.RunAsync(
            "evaluators", "inject", "--built-in", "verbosity", "--setting", "budget=3", "--id", "terse", "--json", "--data", _folder);
        var version = brought.Single().GetProperty("version").GetString()!;
        FailThreeTimes("terse", version);
        await App.RunAsync("evaluators", "remove", "terse", "--data", _folder);

        var released = await App.RunAsync("evaluators", "release", "run", "terse", "--data", _folder);

        Assert.Equal(ExitCode.Done, released.Code);
        Assert.Contains($"the quarantine of terse {version} has ended, and run run asks it once somebody brings", released.Error);
    }

    [Fact]
    public async Task Release_NoSuchDirectory_MakesNone()
    {
        var missing = Path.Combine(_folder, "missing");

        var result = await App.RunAsync("evaluators", "release", "run", "pocket-gold", "--data", missing);

        Assert.Equal((ExitCode.NotFound, false), (result.Code, Directory.Exists(missing)));
    }

    /// <summary>Writes what an evaluator's failures at three evaluations in a row leave in the log.</summary>
    void FailThreeTimes(string evaluator, string version)
    {
        using var data = DataDirectory.OpenForWriting(_folder, TimeProvider.System);
        var last = new RunReader(data.Store).Read(s_run).Evaluations().Last();
        var judged = (EvaluationCompleted)last.Event;
        var head = new StreamHead(last.Sequence, last.Hash);
        using var transaction = data.Store.Begin(TimeProvider.System);
        for (var i = 0; i < 3; i++)
        {
            var failed = new EvaluationFailed(judged.Step, judged.Set!, evaluator, version, judged.Rollout, "no idea", judged.Source);
            var stored = EventCatalogue.Known.Seal(s_run.EvaluationStream, head, failed, last.Envelope);
            head = new StreamHead(head.Sequence + 1, stored.Hash);
            transaction.Append(
                s_run.EvaluationStream, new JournalRow(0, head.Sequence, stored.Manifest, JournalRow.SerializerId, stored.ToBytes()));
        }
        transaction.Commit();
    }
}
