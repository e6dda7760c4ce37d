using System.Globalization;
using System.Reflection;
using System.Text;
using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using Microsoft.Extensions.Time.Testing;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>A whole run through the real actors, the real journal and the real networks.</summary>
public sealed class WholeRunTests
{
    [Theory]
    [InlineData]
    [InlineData("checkpoint.every=1", "checkpoint.keep=1")]
    [InlineData("checkpoint.sftEvery=13")]
    [InlineData("evaluation.every=1", "evaluation.prompts=5")]
    [InlineData("checkpoint.every=100", "evaluation.every=100", "compute.threads=1", "name=other")]
    public async Task Train_WhatOnlyObservesOrSpeedsUp_ChangesNeitherTrajectoryNorWeights(params string[] overrides)
    {
        var recipe = Some.Recipe(overrides);
        await using var host = await RunsHost.StartAsync(threads: recipe.Compute.Threads);

        var run = await host.TrainAsync("another", recipe);

        var sound = await SoundRun.Of(Some.Recipe());
        Assert.Equal((sound.Trajectory, sound.Weights), (run.Trajectory, run.State.Weights));
    }

    [Fact]
    public async Task Train_TwoRunsOnTwoThreads_EachIsWhatItIsAloneAndNeitherWaitsForTheOther()
    {
        // Long enough that the first does not end before the second has begun.
        string[] longer = ["pretrain.steps=600", "rl.steps=40"];
        var (recipe, other) = (Some.Recipe(longer), Some.Recipe([.. longer, "seed=2"]));
        await using var host = await RunsHost.StartAsync(threads: 2);

        var runs = await Task.WhenAll(host.TrainAsync("one", recipe), host.TrainAsync("other", other));

        var alone = (await SoundRun.Of(recipe), await SoundRun.Of(other));
        Assert.Equal(
            [(alone.Item1.Trajectory, alone.Item1.Weights), (alone.Item2.Trajectory, alone.Item2.Weights)],
            runs.Select(run => (run.Trajectory, run.State.Weights)));
        // A stage is much work: whoever has finished one has been given time.
        DateTimeOffset[][] stages = [.. runs.Select(run => run.Training()
            .Where(read => read.Event is StageCompleted { Stage: StageNames.Sft }).Select(read => read.Envelope.Time).ToArray())];
        Assert.True(stages[0][0] < runs[1].LastWritten && stages[1][0] < runs[0].LastWritten, "one had ended before the other had got far");
    }

    [Theory]
    [InlineData("seed=2")]
    [InlineData("rl.learningRate=0.001")]
    [InlineData("compute.shards=1")]
    public async Task Train_WhatDeterminesTheResult_ChangesTrajectoryAndWeights(string setting)
    {
        var (one, other) = (await SoundRun.Of(Some.Recipe()), await SoundRun.Of(Some.Recipe(setting)));

        Assert.NotEqual(one.Trajectory, other.Trajectory);
        Assert.NotEqual(one.Weights, other.Weights);
    }

    /// <summary>What samples and what trains are the same kernels, whatever the recipe is.</summary>
    [Theory]
    [InlineData]
    [InlineData("sampling.temperature=0.7")]
    [InlineData("rl.minibatches=2", "compute.shards=3")]
    [InlineData("policy.heads=4", "policy.keyValueHeads=1", "policy.layers=2", "policy.hiddenSize=24", "policy.intermediateSize=19")]
    public async Task Train_OurOwnKernels_SamplerAndTrainerAgreeToTheLastBit(params string[] overrides)
    {
        var run = await SoundRun.Of(Some.Recipe(overrides));

        Assert.NotEmpty(run.Updates);
        Assert.All(run.Updates, updated => Assert.Equal((0, 0), (updated.SamplerMaxLogProbError, updated.Minibatches[0].MaxRatioError)));
    }

    [Fact]
    public async Task Train_SamplerOfLibtorch_SameTrajectoryOnOneThreadAndOnTwo()
    {
        var recipe = Some.Recipe("compute.sampler=torch", "compute.threads=1");
        await using var host = await RunsHost.StartAsync(threads: 1);

        var run = await host.TrainAsync("run", recipe);

        var (other, managed) = (await SoundRun.Of(Some.Recipe("compute.sampler=torch")), await SoundRun.Of(Some.Recipe()));
        Assert.Equal((other.Trajectory, other.Weights), (run.Trajectory, run.State.Weights));
        Assert.NotEqual(managed.Trajectory, run.Trajectory);
        // Another engine, the same model: its log-probs are the trainer's but for rounding.
        Assert.All(
            run.Training().Select(read => read.Event).OfType<PolicyUpdated>(),
            updated => Assert.InRange(updated.SamplerMaxLogProbError, 0, 1e-4));
    }

    [Fact]
    public async Task Train_TrainingStream_HoldsTheEventsOfTheContractInTheirOrder()
    {
        var sound = await SoundRun.Of(Some.Recipe());

        string[] step = ["rollout.collected/1", "reward.scored/1", "kl.measured/1", "policy.updated/1"];
        Assert.Equal(
        [
            "run.started/1", "stage.completed/1", "stage.completed/1",
            "preference.labelled/1", "preference.labelled/1", "stage.completed/1",
            "reward-model.trained/1", "reward-model.trained/1", "stage.completed/1",
            .. step, .. step, "checkpoint.saved/1", .. step, .. step, "checkpoint.saved/1", "run.completed/1",
        ], sound.Manifests);
    }

    [Fact]
    public async Task Train_EventsOfAStep_AreStoredTogether()
    {
        // Time moves on whenever it is asked for, once for each transaction.
        var start = new DateTimeOffset(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);
        var clock = new FakeTimeProvider(start) { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        await using var host = await RunsHost.StartAsync(time: clock);

        var run = await host.TrainAsync("run", Some.Recipe());

        string[][] transactions =
        [
            .. run.Training().GroupBy(read => read.Envelope.Time).Select(group => group.Select(read => read.Manifest).ToArray()),
        ];
        string[] step = ["rollout.collected/1", "reward.scored/1", "kl.measured/1", "policy.updated/1"];
        Assert.Equal(
        [
            ["run.started/1"], ["stage.completed/1"], ["stage.completed/1"],
            ["preference.labelled/1", "preference.labelled/1", "stage.completed/1"],
            ["reward-model.trained/1"], ["reward-model.trained/1"], ["stage.completed/1"],
            step, step, ["checkpoint.saved/1"], step, step, ["checkpoint.saved/1"], ["run.completed/1"],
        ], transactions);
        var evaluation = run.Evaluations()
            .GroupBy(read => read.Envelope.Time)
            .Select(group => group.Select(read => read.Manifest).ToArray())
            .ToList();
        Assert.Equal(3, evaluation.Count);
        Assert.All(evaluation, events => Assert.Equal(
            ["rollout.collected/1", "reward.scored/1", "kl.measured/1", .. Enumerable.Repeat("evaluation.completed/1", 5)],
            events));
    }

    [Fact]
    public async Task Train_ClockJumpsBackAndForth_OrderAndTrajectoryAreUnchangedAndNoDurationIsNegative()
    {
        await using var host = await RunsHost.StartAsync(time: new JumpingClock());

        var run = await host.TrainAsync("run", Some.Recipe());

        var events = run.Training().ToList();
        Assert.Contains(
            events.Skip(1).Zip(events, (later, earlier) => later.Envelope.Time < earlier.Envelope.Time),
            backwards => backwards);
        var sound = await SoundRun.Of(Some.Recipe());
        Assert.Equal(sound.Manifests, events.Select(read => read.Manifest));
        Assert.Equal((sound.Trajectory, sound.Weights), (run.Trajectory, run.State.Weights));
        Assert.All(events.Concat(run.Evaluations()), read => Assert.True(read.Envelope.DurationSeconds is null or >= 0));
        var journal = new JournalReader(JournalSettings.Sqlite(host.JournalFile), EventCatalogue.Known);
        Assert.Null(journal.VerifyChain("run-run", known: run.Head));
    }

    [Fact]
    public async Task Train_PayloadsOfTheTrajectory_HoldNeitherTimeNorPlaceNorName()
    {
        await using var host = await RunsHost.StartAsync(time: new JumpingClock());

        var run = await host.TrainAsync("needle-in-the-haystack", Some.Recipe("name=another-needle"));

        string[] needles = ["needle", host.Directory, Environment.MachineName, "2026"];
        foreach (var read in run.Training().Where(read => EventCatalogue.Known.IsTrajectory(read.Manifest)))
        {
            var text = Encoding.Latin1.GetString(read.Stored.Payload);
            // Hashes and packed numbers may hold any byte, but not these four in a row.
            Assert.DoesNotContain(needles.Where(needle => needle.Length >= 4), needle => text.Contains(needle, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Catalogue_EventsOfTheTrajectory_HaveNoFieldForTime()
    {
        Type[] times = [typeof(DateTime), typeof(DateTimeOffset), typeof(TimeSpan), typeof(DateOnly), typeof(TimeOnly)];
        static IEnumerable<Type> Fields(Type type) => type.Namespace?.StartsWith("ActorRlhf", StringComparison.Ordinal) == true
            ? type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .SelectMany(property => Fields(property.PropertyType))
                .Append(type)
            : type.IsArray ? Fields(type.GetElementType()!) : Nullable.GetUnderlyingType(type) is { } value ? Fields(value) : [type];
        var events = typeof(RunHosting).Assembly.GetTypes()
            .Where(type => type.GetCustomAttribute<EventNameAttribute>() is { Trajectory: true })
            .ToList();

        Assert.Equal(9, events.Count);
        Assert.All(events, type => Assert.Empty(Fields(type).Intersect(times)));
    }

    [Fact]
    public async Task Train_StateHash_IsThatOfTheReplayedStateInEveryCulture()
    {
        await using var host = await RunsHost.StartAsync();
        var run = await host.TrainAsync("run", Some.Recipe());
        var completed = run.Training().Select(read => read.Event).OfType<RunCompleted>().Single();
        var before = CultureInfo.CurrentCulture;
        var foreign = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (foreign.NumberFormat.NumberDecimalSeparator, foreign.NumberFormat.NegativeSign, foreign.DateTimeFormat.DateSeparator) =
            (",", "−", "!");
        try
        {
            CultureInfo.CurrentCulture = foreign;
            var state = host.Read("run").State;
            Assert.Equal(completed.StateHash, state.Hash());
            Assert.Equal((completed.Step, completed.Weights), (state.Step, state.Weights!.Value));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public async Task Train_Checkpoints_HoldThePolicyOfTheirStep()
    {
        await using var host = await RunsHost.StartAsync();

        var run = await host.TrainAsync("run", Some.Recipe("checkpoint.every=1", "checkpoint.keep=2"));

        var updates = run.Training().Select(read => read.Event).OfType<PolicyUpdated>().ToDictionary(updated => updated.Step);
        Assert.Equal([3, 4], run.State.Checkpoints.Select(saved => saved.Step));
        foreach (var saved in run.State.Checkpoints)
        {
            Assert.Equal(updates[saved.Step].Weights, saved.Files.Single(file => file.Name == "policy").Hash);
            Assert.Equal(updates[saved.Step].CriticWeights, saved.Files.Single(file => file.Name == "critic").Hash);
        }
        // What is named and was not removed is there and whole; what was removed is gone.
        var removed = run.Training().Select(read => read.Event).OfType<ArtefactRemoved>().Select(fact => fact.Hash).ToList();
        Assert.Equal(8, removed.Count);
        Assert.All(removed, hash => Assert.False(run.Artefacts.Exists(hash)));
        Assert.All(Named(run).Except(removed), hash => run.Artefacts.Read(hash));
    }

    static IEnumerable<ContentHash> Named(RunRecord run) => run.Training().Select(read => read.Event).SelectMany(fact => fact switch
    {
        StageCompleted stage => stage.Artefacts.Select(file => file.Hash),
        PreferenceLabelled labelled => [labelled.Artefact],
        RewardModelTrained model => [model.Weights],
        RolloutCollected rollout => [rollout.Artefact],
        PolicyUpdated updated => [updated.Artefact],
        CheckpointSaved checkpoint => checkpoint.Files.Select(file => file.Hash),
        _ => [],
    });

    /// <summary>A clock that somebody sets back by an hour and forward by a day, in turn.</summary>
    sealed class JumpingClock : TimeProvider
    {
        int _asked;

        public override DateTimeOffset GetUtcNow()
        {
            var asked = Interlocked.Increment(ref _asked);
            return new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero)
                + (asked % 2 == 0 ? TimeSpan.FromHours(-asked) : TimeSpan.FromDays(asked));
        }
    }
}
