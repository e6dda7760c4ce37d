using ActorRlhf.Actors.Recipes;
using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Training;
using Akka.Actor;

namespace ActorRlhf.Actors.Rewards;

/// <summary>
/// Owns one reward model: trains it, then scores with it. Supervised by the ensemble, persists nothing: every request brings the
/// weights it is for, so a restart costs at most the training under way, which is asked for again.
/// </summary>
public class RewardModelActor : ComputeActor
{
    const double MaxGradientNorm = 1;                 // as in every trainer this is measured against

    readonly Recipe _recipe;
    readonly ComputeWorkers _workers;
    readonly IActorRef _progress;
    readonly CpuScorer _scorer;
    ModelWeights? _loaded;
    Training? _training;

    /// <param name="recipe">What to do.</param>
    /// <param name="workers">Where the work runs.</param>
    /// <param name="progress">Gets a <see cref="TrainingProgress"/> now and then.</param>
    public RewardModelActor(Recipe recipe, ComputeWorkers workers, IActorRef progress)
    {
        (_recipe, _workers, _progress, _scorer) = (recipe, workers, progress, new CpuScorer(workers));
        Receive<TrainRewardModel>(OnTrain);
        Receive<ContinueEpoch>(_ => OnContinue());
        Receive<ScoreByMember>(message => Sender.Tell(new MemberScored(Score(message.Weights, message.Sequences))));
    }

    /// <summary>How to create one.</summary>
    public static Props Props(Recipe recipe, ComputeWorkers workers, IActorRef progress) =>
        Akka.Actor.Props.Create(() => new RewardModelActor(recipe, workers, progress)).WithDispatcher(Dispatcher);

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _training?.Trainer.Dispose();
        _training = null;
        _scorer.Dispose();
    }

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        // As in the policy: training ends with the actor, and who waits for it is not always who sent the message.
        _training?.AskedBy.Tell(new Status.Failure(reason), Self);
        base.PreRestart(reason, message);
    }

    void OnTrain(TrainRewardModel message)
    {
        _training?.Trainer.Dispose();
        var reward = _recipe.Reward;
        var weights = WeightInitialisation.RewardModel(message.Trunk, message.Member, _recipe.Seed);
        var trainer = new RewardModelTrainer(weights, new AdamOptions(WeightDecay: reward.WeightDecay), reward.Centering, _recipe.Compute.Shards, _workers, ComputeDevices.Choose(_recipe.Compute.Device));
        _training = new Training(trainer, message, Sender);
        Self.Tell(ContinueEpoch.Instance);
    }

    /// <summary>Trains a few batches, then looks into the mailbox again.</summary>
    void OnContinue()
    {
        if (_training is not { } training) return;
        var (reward, all) = (_recipe.Reward, training.Message.Comparisons);
        var batches = Math.Max(1, all.Count / reward.Batch);
        if (training.Batch == 0)
        {
            training.Order = new PhiloxStream(_recipe.Seed, Purpose.RewardModelOrder, (uint)training.Epoch, (uint)training.Message.Member).Permutation(all.Count);
            (training.Loss, training.Accuracy) = (0, 0);
        }
        for (var i = 0; i < 4 && training.Batch < batches; i++, training.Batch++)
        {
            // The remainder goes to the last batch, so that no comparison is dropped.
            var end = training.Batch == batches - 1 ? all.Count : (training.Batch + 1) * reward.Batch;
            Comparison[] batch = [.. training.Order[(training.Batch * reward.Batch)..end].Select(index => all[index])];
            var result = training.Trainer.Step(batch, reward.LearningRate, MaxGradientNorm);
            if (!double.IsFinite(result.GradientNorm) || !double.IsFinite(result.Loss))
                throw new InvalidOperationException($"reward model {training.Message.Member}, epoch {training.Epoch}, batch {training.Batch}: the loss is {result.Loss} and its gradient norm {result.GradientNorm}; lower reward.learningRate");
            training.Loss += result.Loss / batches;
            training.Accuracy += result.Accuracy / batches;
        }
        if (training.Batch == batches) (training.Epoch, training.Batch) = (training.Epoch + 1, 0);
        _progress.Tell(new TrainingProgress($"reward model {training.Message.Member + 1}", training.Epoch * batches + training.Batch, reward.Epochs * batches, "accuracy",
            training.Batch == 0 ? training.Accuracy : training.Accuracy * batches / training.Batch));
        if (training.Epoch < reward.Epochs) Self.Tell(ContinueEpoch.Instance);
        else Finish(training);
    }

    void Finish(Training training)
    {
        var (message, weights) = (training.Message, training.Trainer.Learner.Weights);
        var (bias, scale) = RewardStandardisation.Apply(weights, Score(weights, message.Calibration));
        _loaded = null;                               // the weights just changed in place
        var scores = Score(weights, [.. message.Heldout.Select(c => c.Chosen), .. message.Heldout.Select(c => c.Rejected)]);
        var report = RewardModelReport.Of(message.Heldout, scores.AsSpan(0, message.Heldout.Count), scores.AsSpan(message.Heldout.Count));
        training.AskedBy.Tell(new RewardModelReady(message.Member, weights, training.Loss, training.Accuracy, report, bias, scale));
        training.Trainer.Dispose();
        _training = null;
    }

    float[] Score(ModelWeights weights, IReadOnlyList<TokenSequence> sequences)
    {
        if (!ReferenceEquals(_loaded, weights)) _scorer.Load(weights);
        _loaded = weights;
        return _scorer.Scores(sequences);
    }

    sealed class ContinueEpoch
    {
        public static readonly ContinueEpoch Instance = new();
    }

    sealed class Training(RewardModelTrainer trainer, TrainRewardModel message, IActorRef askedBy)
    {
        public RewardModelTrainer Trainer => trainer;
        public TrainRewardModel Message => message;
        public IActorRef AskedBy => askedBy;
        public int Epoch { get; set; }
        public int Batch { get; set; }
        public int[] Order { get; set; } = [];
        public double Loss { get; set; }
        public double Accuracy { get; set; }
    }
}
