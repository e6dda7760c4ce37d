using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Runs;
using ActorRlhf.Actors.Runs.Replaying;
using ActorRlhf.Actors.Tests.Runs;

namespace ActorRlhf.Actors.Tests.Golden;

/// <summary>Runs that earlier builds trained are replayed by this one, to the same state, metrics and digests.</summary>
/// <remarks>What the log says of weights is only compared with itself: training them again gives other bits on another processor.</remarks>
public sealed class GoldenRunTests
{
    const string Tiny = "runs/pocket-tiny-logic-2.json";

    [Fact]
    public async Task Replay_RunOfAnEarlierBuild_ComesToWhatItCameToThen()
    {
        await WriteIfMissingAsync();
        var golden = GoldenRun.Read(Tiny);

        var reader = await golden.RestoreAsync();

        var streams = reader.Streams(RunId.Parse(golden.Run));
        Assert.True(RunReplay.Of(streams).EqualsCompleted);
        Assert.Equal(golden.ToBytes(), GoldenRun.Of(streams).ToBytes());
    }

    [Fact]
    public async Task Read_RunOfAnEarlierBuild_HasItsHeadTrajectoryAndState()
    {
        await WriteIfMissingAsync();
        var golden = GoldenRun.Read(Tiny);

        var record = (await golden.RestoreAsync()).Open(golden.Run);

        Assert.Equal((golden.Head, golden.Trajectory, golden.StateHash), (record.Head.ToString(), record.Trajectory, record.State.Hash()));
        Assert.Equal(record.Recipe.Rl.Steps, record.State.Step);
    }

    [Fact]
    public async Task Replay_OneByteOfTheEarlierRunChanged_IsFound()
    {
        await WriteIfMissingAsync();
        var golden = GoldenRun.Read(Tiny);
        golden.Training[5].Payload[^1] ^= 1;

        var reader = await golden.RestoreAsync();

        Assert.Equal(6, Assert.Throws<BrokenChainException>(() => RunReplay.Of(reader.Streams(RunId.Parse(golden.Run)))).Sequence);
    }

    static async Task WriteIfMissingAsync()
    {
        if (!GoldenFolder.WritesMissing || File.Exists(GoldenFolder.Of(Tiny))) return;
        await using var host = await RunsHost.StartAsync();
        await host.TrainAsync("golden", Some.Recipe("checkpoint.every=1", "checkpoint.keep=1", "checkpoint.sftEvery=20"));
        GoldenFolder.Write(Tiny, GoldenRun.Of(host.Streams("golden")).ToBytes());
    }
}
