using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;
using TorchSharp;

namespace ActorRlhf.Actors.Tests.Policy;

/// <summary>A step leaves nothing behind, however many follow: no tensor of libtorch, no memory of our own kernels.</summary>
public sealed class PolicyMemoryTests
{
    static readonly LlamaConfig s_shape = new()
    {
        HiddenSize = 16,
        IntermediateSize = 32,
        Layers = 1,
        Heads = 2,
        KeyValueHeads = 2,
        VocabularySize = 20,
        MaxPositions = 16,
    };

    [Fact]
    public void Update_FromStep2ToStep20_LiveTensorsDoNotGrow()
    {
        // One thread, because libtorch's scopes and TorchSharp's statistics belong to a thread.
        using var workers = new ComputeWorkers(1);
        using var trainer = Trainer(workers, TorchEngine.Cpu);
        long LiveTensors() => workers.Map(1, _ => DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount)[0];

        for (var step = 1; step <= 2; step++) Step(trainer, step);
        var live = LiveTensors();
        for (var step = 3; step <= 20; step++) Step(trainer, step);

        Assert.Equal(live, LiveTensors());
        // One that is left behind would be seen.
        using var left = workers.Map(1, _ => torch.zeros(1))[0];
        Assert.Equal(live + 1, LiveTensors());
    }

    [AloneFact]
    [Trait("Category", "Nightly")]
    public void Update_TwoThousandSteps_ResidentMemoryDoesNotGrow()
    {
        using var workers = new ComputeWorkers(2);
        using var trainer = Trainer(workers, new SimdEngine());
        const int warmUp = 500, steps = 2000;
        var resident = 0L;
        for (var step = 1; step <= steps; step++)
        {
            Step(trainer, step);
            if (step == warmUp) resident = Resident();
        }

        Assert.InRange(Resident() / (double)resident, 0, 1.02);
    }

    static PpoTrainer Trainer(ComputeWorkers workers, IEngine engine)
    {
        var policy = WeightInitialisation.LanguageModel(s_shape, seed: 1);
        var critic = WeightInitialisation.RewardModel(policy, 0, seed: 1);
        return new PpoTrainer(policy, critic, new AdamOptions(), shards: 2, workers, engine);
    }

    static void Step(PpoTrainer trainer, int step)
    {
        int[] Tokens(int i) => [.. Enumerable.Range(0, 6 + (i + step) % 5).Select(t => (i + t * step) % 20)];
        TokenSequence[] sequences = [.. Enumerable.Range(0, 8).Select(i => new TokenSequence(Tokens(i), 3))];
        var options = new PpoOptions { Epochs = 2, Minibatches = 2 };
        var (logProbs, values) = trainer.Measure(sequences, options, seed: 1, step);
        PpoEpisode[] episodes = [.. sequences.Select((sequence, i) => new PpoEpisode(sequence, logProbs[i], values[i],
            [.. logProbs[i].Select((_, t) => (i + t) % 2 - 0.5f)], [.. values[i].Select(value => value + 0.1f)]))];
        Assert.Null(trainer.Update(episodes, options, learningRate: 1e-4, seed: 1, step).NonFinite);
    }

    static long Resident()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        return Environment.WorkingSet;
    }

    /// <summary>A test that is skipped unless it has a process of its own.</summary>
    sealed class AloneFactAttribute : FactAttribute
    {
        const string Alone = "ACTORRLHF_NIGHTLY";

        public AloneFactAttribute()
        {
            if (Environment.GetEnvironmentVariable(Alone) is null)
                Skip = "the memory of a process is this test's only where no other runs beside it: run it alone, with " + $"{Alone}=1";
        }
    }
}
