using System.Text;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Actors.Tests.Runs;

namespace ActorRlhf.Actors.Tests.Golden;

/// <summary>Runs that earlier builds trained are replayed by this one, to the same state, metrics and digests.</summary>
/// <remarks>
/// The run of this build's logic is trained again, too, to the same bits on every processor. The earlier ones were trained by libtorch,
/// which gives others elsewhere: what their logs say of weights is only compared with itself.
/// </remarks>
public sealed class GoldenRunTests
{
    static readonly string s_ofThisLogic = $"runs/pocket-tiny-logic-{RunFacts.LogicVersion}.json";

    public static TheoryData<string> Runs =>
        [.. Directory.EnumerateFiles(GoldenFolder.Of("runs"))
            .Select(file => $"runs/{Path.GetFileName(file)}")
            .Order(StringComparer.Ordinal)];

    [Fact]
    public async Task Runs_LogicOfThisBuild_HasOne()
    {
        if (GoldenFolder.WritesMissing && !File.Exists(GoldenFolder.Of(s_ofThisLogic)))
        {
            await using var host = await RunsHost.StartAsync();
            await TrainAsync(host);
            GoldenFolder.Write(s_ofThisLogic, GoldenRun.Of(host.Streams("golden")).ToBytes());
        }
        Assert.True(File.Exists(GoldenFolder.Of(s_ofThisLogic)), $"{s_ofThisLogic} is missing: {GoldenFolder.HowToWrite}");
    }

    [Fact]
    public async Task Train_GoldenRunOfThisLogic_GivesItsBitsOnThisProcessor()
    {
        await using var host = await RunsHost.StartAsync();

        var run = await TrainAsync(host);

        // Not the state's hash: it names the whole text of the recipe, to which every new key adds a line.
        var golden = GoldenRun.Read(s_ofThisLogic);
        var weights = (await golden.RestoreAsync()).Read(RunId.Parse(golden.Run)).State.Weights;
        Assert.Equal((golden.Trajectory, weights), (run.Trajectory, run.State.Weights));
    }

    [Theory, MemberData(nameof(Runs))]
    public async Task Replay_RunOfAnEarlierBuild_ComesToWhatItCameToThen(string file)
    {
        var golden = GoldenRun.Read(file);

        var reader = await golden.RestoreAsync();

        var streams = reader.Streams(RunId.Parse(golden.Run));
        Assert.True(RunReplay.Of(streams).EqualsCompleted);
        Assert.Equal(golden.ToBytes(), GoldenRun.Of(streams).ToBytes());
    }

    [Theory, MemberData(nameof(Runs))]
    public async Task Read_RunOfAnEarlierBuild_HasItsHeadTrajectoryAndState(string file)
    {
        var golden = GoldenRun.Read(file);

        var record = (await golden.RestoreAsync()).Open(golden.Run);

        Assert.Equal((golden.Head, golden.Trajectory, golden.StateHash), (record.Head.ToString(), record.Trajectory, record.State.Hash()));
        Assert.Equal(record.Recipe.Rl.Steps, record.State.Step);
        Assert.Equal($"runs/{record.Recipe.Name}-logic-{record.State.Started!.LogicVersion}.json", file);
    }

    [Fact]
    public async Task Snapshot_OfEarlierRuns_IsWhatItsKindHasAlwaysBeen()
    {
        // Snapshots of one kind are read by every build that knows the kind: another fold, or other bytes, need another kind.
        var kind = $"snapshots/{RunState.SnapshotKind.Replace('/', '-')}.txt";
        var lines = new List<string>();
        foreach (string file in Runs)
        {
            var golden = GoldenRun.Read(file);
            var state = (await golden.RestoreAsync()).Open(golden.Run).State;
            Assert.Equal(state.ToBytes(), RunState.TryParse(state.ToBytes())!.ToBytes());
            lines.Add($"{file} {ContentHash.Of(state.ToBytes())}\n");
        }
        var now = Encoding.UTF8.GetBytes(string.Concat(lines));

        if (GoldenFolder.WritesMissing && !File.Exists(GoldenFolder.Of(kind))) GoldenFolder.Write(kind, now);
        Assert.Equal(Encoding.UTF8.GetString(File.ReadAllBytes(GoldenFolder.Of(kind))), Encoding.UTF8.GetString(now));
    }

    [Theory, MemberData(nameof(Runs))]
    public async Task Read_RunOfAnEarlierBuild_HasTheLearningRatesOfItsLogic(string file)
    {
        var golden = GoldenRun.Read(file);

        var record = (await golden.RestoreAsync()).Open(golden.Run);
        var updates = record.Training().Select(read => read.Event).OfType<PolicyUpdated>().ToArray();

        Assert.NotEmpty(updates);
        var logic = record.State.Started!.LogicVersion;
        Assert.All(
            updates, updated => Assert.Equal(PpoSettings.LearningRate(record.Recipe, updated.Step, logic), updated.LearningRate));
    }

    [Theory, MemberData(nameof(Runs))]
    public async Task Replay_OneByteOfTheEarlierRunChanged_IsFound(string file)
    {
        var golden = GoldenRun.Read(file);
        golden.Training[5].Payload[^1] ^= 1;

        var reader = await golden.RestoreAsync();

        Assert.Equal(6, Assert.Throws<BrokenChainException>(() => RunReplay.Of(reader.Streams(RunId.Parse(golden.Run)))).Sequence);
    }

    static Task<RunRecord> TrainAsync(RunsHost host) =>
        host.TrainAsync("golden", Some.Recipe("checkpoint.every=1", "checkpoint.keep=1", "checkpoint.sftEvery=20"));
}
