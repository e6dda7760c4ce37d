using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Owns one reward model: trains it, then scores with it. Every request names the weights it is for.</summary>
public sealed class RewardModelWorker : IDisposable
{
    const double MaxGradientNorm = 1;                 // as in every trainer this is measured against
    const int BatchesAtOnce = 4;                      // well under a second

    readonly Recipe _recipe;
    readonly WeightsExchange _weights;
    readonly ComputeWorkers _threads;
    readonly Action<TrainingProgress> _progress;
    readonly IEngine _engine;
    readonly CpuScorer _scorer;
    ContentHash? _loaded;                             // null also for weights that have no name yet
    Training? _training;

    /// <param name="recipe">What to do.</param>
    /// <param name="weights">Where weights are taken and stored.</param>
    /// <param name="threads">Where the work runs.</param>
    /// <param name="progress">Hears how far training is.</param>
    /// <exception cref="DeviceMissingException">The recipe's device is not there.</exception>
    public RewardModelWorker(Recipe recipe, WeightsExchange weights, ComputeWorkers threads, Action<TrainingProgress> progress)
    {
        (_recipe, _weights, _threads, _progress, _engine) = (recipe, weights, threads, progress, EngineChoice.Of(recipe.Compute));
        _scorer = new CpuScorer(threads);
    }

    /// <summary>Begins to train; <see cref="Continue"/> does it.</summary>
    public void Begin(TrainRewardModel work)
    {
        _training?.Trainer.Dispose();
        _training = null;
        var reward = _recipe.Reward;
        var weights = WeightInitialisation.RewardModel(_weights.Take(work.Trunk, HeadKind.LanguageModel), work.Member, _recipe.Seed);
        StageMemory.Release(weights);
        _training = new Training(
            new RewardModelTrainer(
                weights, new AdamOptions(WeightDecay: reward.WeightDecay), reward.Centering, _recipe.Compute.Shards, _threads, _engine),
            work);
    }

    /// <summary>A few batches more.</summary>
    /// <returns>The trained model; null as long as it goes on.</returns>
    /// <exception cref="InvalidOperationException">A loss or a gradient is not finite, or nothing was begun.</exception>
    public RewardModelReady? Continue()
    {
        var training = _training ?? throw new InvalidOperationException("no training of a reward model is under way");
        var (reward, all) = (_recipe.Reward, training.Work.Comparisons);
        var batches = Math.Max(1, all.Count / reward.Batch);
        if (training.Batch == 0)
        {
            training.Order = Purpose.RewardModelOrder
                .Draws(_recipe.Seed, (uint)training.Epoch, (uint)training.Work.Member)
                .Permutation(all.Count);
            (training.Loss, training.Accuracy) = (0, 0);
        }
        for (var i = 0; i < BatchesAtOnce && training.Batch < batches; i++, training.Batch++)
        {
            // The remainder goes to the last batch, so that no comparison is dropped.
            var end = training.Batch == batches - 1 ? all.Count : (training.Batch + 1) * reward.Batch;
            Comparison[] batch = [.. training.Order[(training.Batch * reward.Batch)..end].Select(index => all[index])];
            var result = training.Trainer.Step(batch, reward.LearningRate, MaxGradientNorm);
            if (!double.IsFinite(result.GradientNorm) || !double.IsFinite(result.Loss))
                throw new InvalidOperationException($"reward model {training.Work.Member}, epoch {training.Epoch}, batch {training.Batch}: "
                    + $"the loss is {result.Loss} and its gradient norm {result.GradientNorm}; "
                    + (training is { Epoch: 0, Batch: 0 }
                        ? "nothing was trained yet, so the weights that it starts from are too large: see policy.path, or SFT"
                        : "lower reward.learningRate"));
            training.Loss += result.Loss / batches;
            training.Accuracy += result.Accuracy / batches;
        }
        if (training.Batch == batches) (training.Epoch, training.Batch) = (training.Epoch + 1, 0);
        var accuracy = training.Batch == 0 ? training.Accuracy : training.Accuracy * batches / training.Batch;
        var done = training.Epoch * batches + training.Batch;
        _progress(new TrainingProgress($"reward model {training.Work.Member + 1}", done, reward.Epochs * batches, "accuracy", accuracy));
        return training.Epoch < reward.Epochs ? null : Finish(training);
    }

    /// <summary>Scores completions.</summary>
    public MemberScored Do(ScoreByMember work)
    {
        if (_loaded != work.Weights) _scorer.Load(_weights.Take(work.Weights, HeadKind.Scalar));
        _loaded = work.Weights;
        return new MemberScored(_scorer.Scores(work.Sequences));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _training?.Trainer.Dispose();
        _training = null;
        _scorer.Dispose();
    }

    RewardModelReady Finish(Training training)
    {
        var (work, weights) = (training.Work, training.Trainer.Learner.Weights);
        var (bias, scale) = RewardStandardisation.Apply(weights, Score(weights, work.Calibration));
        var scores = Score(weights, [.. work.Heldout.Select(c => c.Chosen), .. work.Heldout.Select(c => c.Rejected)]);
        var report = RewardModelReport.Of(work.Heldout, scores.AsSpan(0, work.Heldout.Count), scores.AsSpan(work.Heldout.Count));
        training.Trainer.Dispose();
        _training = null;
        _loaded = _weights.Put(weights);
        return new RewardModelReady(work.Member, _loaded.Value, training.Loss, training.Accuracy, report, bias, scale);
    }

    float[] Score(ModelWeights weights, IReadOnlyList<TokenSequence> sequences)
    {
        _loaded = null;
        _scorer.Load(weights);
        return _scorer.Scores(sequences);
    }

    sealed class Training(RewardModelTrainer trainer, TrainRewardModel work)
    {
        public RewardModelTrainer Trainer => trainer;
        public TrainRewardModel Work => work;
        public int Epoch { get; set; }
        public int Batch { get; set; }
        public int[] Order { get; set; } = [];
        public double Loss { get; set; }
        public double Accuracy { get; set; }
    }
}
