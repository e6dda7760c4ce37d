using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Tests.Reports;

public sealed class TrainReportTests
{
    const double Exact = 1e-12;
    static readonly Recipe s_recipe = new() { Name = "scripted", Seed = 11, Rl = new() { Steps = 2, Episodes = 2 } };

    static readonly (double, IEvent, double?)[] s_beforeRl =
    [
        (0, ScriptedRun.Started(s_recipe), null), (1, Some.Stage("world"), null),
        (11, Some.Stage("sft"), 9), (14, Some.Stage("preferences"), 3),
        (20, Some.RewardModel(0, 0.625), null), (20, Some.RewardModel(1, 0.75), null), (20, Some.Stage("reward-models"), 6),
    ];

    static (double, IEvent, double?)[] Step(
        double second, int step, int[] lengths, double duration, PolicyUpdated updated, double updateDuration) =>
        [
            (second, Some.Rollout(step, lengths), duration),
            (second, Some.Scored(step, [1, 2]), 0.1),
            (second, Some.Kl(step, [0, 0]), null),
            (second, updated, updateDuration),
        ];

    static (double, IEvent, double?)[] Evaluation(int step, int[] lengths, double[] scores, double[] k1, double? gold) =>
    [
        (0, Some.Rollout(step, lengths, Some.Heldout), 0.5), (0, Some.Scored(step, scores, Some.Heldout), 0.1),
        (0, Some.Kl(step, k1, Some.Heldout), null),
        .. gold is { } mean ? [(0, Some.Gold(step, mean), 0.1)] : Array.Empty<(double, IEvent, double?)>(),
    ];

    static async Task<ScriptedRun> WholeAsync(bool gold)
    {
        var run = await ScriptedRun.BeginAsync();
        await run.TrainAsync(
        [
            .. s_beforeRl,
            .. Step(24, 1, [3, 5], 2, Some.Updated(1, 0.25, (0, 0.01), (0, 0.5), (1, 0.7)), 4),
            .. Step(29, 2, [4, 8], 3, Some.Updated(2, 0.125, (0, 0.02), (1, 0.9)), 1),
            (30, new RunCompleted(2, Some.Hash, Some.Hash), null),
        ]);
        await run.EvaluateAsync(
        [
            .. Evaluation(0, [2, 4], [0, 0.5], [0, 0], gold ? 0.25 : null),
            .. Evaluation(1, [3, 5], [1, 2], [1, 3], gold ? 0.75 : null),
            .. Evaluation(2, [7, 9], [2, 4], [4, 14], gold ? -0.5 : null),
        ]);
        return run;
    }

    [Fact]
    public async Task Of_WholeRun_HasTheFiguresOfItsEvents()
    {
        await using var run = await WholeAsync(gold: true);
        var record = run.Record;
        var report = TrainReport.Of(record, "here");

        // Proxy: (0 + 0.5)/2, (1 + 2)/2 where gold is highest, (2 + 4)/2. KL at the end: (4 + 14)/2. Lengths: (2 + 4)/2, (7 + 9)/2.
        Assert.Equal(new TrainProxy(0.25, 1.5, 3), report.Proxy);
        Assert.Equal(new TrainGold(0.25, 0.75, 1, -0.5), report.Gold);
        Assert.Equal(new TrainKl(9), report.Kl);
        Assert.Equal(new TrainLength(3, 8), report.Length);
        Assert.Equal([new TrainedMember(0, 0.625), new TrainedMember(1, 0.75)], report.RewardModels);
        // 11 s to the end of SFT, then 3, 6, and 10 to the end.
        Assert.Equal(new TrainSeconds(30, 11, 3, 6, 10), report.Seconds);
        // Sampled: 8 + 12 in 2 + 3 s of training, 6 + 8 + 16 in 3 × 0.5 s of evaluation. Trained: (8 + 12) × 2 epochs in 4 + 1 s.
        Assert.Equal(50 / 6.5, report.TokensPerSecond.Generate!.Value, Exact);
        Assert.Equal(8, report.TokensPerSecond.Train!.Value, Exact);
        // Only the first minibatch of a step counts: max(0.01, 0.02), not 0.9.
        Assert.Equal((0.02, 0.25), (report.FirstMinibatchMaxRatioError, report.SamplerMaxLogProbError));
        // 7 + 2 × 4 + 1 of training, 3 × 4 of evaluation.
        Assert.Equal(28, report.Events);
        Assert.Equal(
            ("scripted", "scripted", 11ul, 2, "here"),
            (report.Run, report.Recipe, report.Seed, report.Steps, report.DataDirectory));
        Assert.Equal(
            (record.Head.ToString(), record.Trajectory.ToString(), Some.Hash.ToString()),
            (report.Head, report.Trajectory, report.Weights));
    }

    [Fact]
    public async Task Of_RunWithoutGold_LeavesGoldAndItsPeakEmpty()
    {
        await using var run = await WholeAsync(gold: false);
        var report = TrainReport.Of(run.Record, "here");

        Assert.Equal(new TrainGold(null, null, null, null), report.Gold);
        Assert.Equal(new TrainProxy(0.25, null, 3), report.Proxy);
    }

    [Fact]
    public async Task Of_RunThatWasPausedAndKilled_CountsOnlyTimeOfWork()
    {
        await using var run = await ScriptedRun.BeginAsync();
        await run.TrainAsync(
        [
            .. s_beforeRl,
            (22, new RunPaused("test"), null),
            (1000, new RunResumed("test", null), null),
            (1003, Some.Stage("later"), null),
        ]);
        await run.TrainAsync(
            (5000, new RunRecovered("exact", 0, 0, Some.Hash, "killed"), null),
            (5004, new RunCompleted(0, Some.Hash, Some.Hash), null));

        // After the stages: 2 s to the pause, 3 s after it, 4 s of the second writer.
        Assert.Equal(new TrainSeconds(29, 11, 3, 6, 9), TrainReport.Of(run.Record, "here").Seconds);
    }

    [Fact]
    public async Task Of_Fork_CountsItsOwnTimeAlone()
    {
        await using var run = await WholeAsync(gold: false);
        var (parent, fork) = (run.Record, RunId.Parse("fork"));
        var at = parent.After(1)!;
        var started = ScriptedRun.Started(s_recipe) with
        {
            Parent = new ForkPoint(parent.Id.Value, 1, at.Head, parent.State.Started!.Identity, at.Trajectory),
        };
        await run.TrainAsync(fork,
        [
            (100, started, null),
            .. Step(107, 2, [4, 8], 3, Some.Updated(2, 0.125, (0, 0.02)), 1),
            (108, new RunCompleted(2, Some.Hash, Some.Hash), null),
        ]);

        // 7 s to the end of its step and one more; the 24 s of its parent up to step 1 are its parent's.
        Assert.Equal(new TrainSeconds(8, 0, 0, 0, 8), TrainReport.Of(new RunReader(run.Data.Store).Read(fork), "here").Seconds);
    }

    [Fact]
    public async Task Of_RunWithoutRl_HasNoFiguresOfIt()
    {
        await using var run = await ScriptedRun.BeginAsync();
        await run.TrainAsync(s_beforeRl);
        var report = TrainReport.Of(run.Record, "here");

        Assert.Equal(new TrainSpeed(null, null), report.TokensPerSecond);
        Assert.Equal(
            (null, null, null, 0),
            (report.FirstMinibatchMaxRatioError, report.SamplerMaxLogProbError, report.Kl.Last, report.Steps));
    }
}
