using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Training;
using Akka.Actor;
using TorchSharp;

namespace ActorRlhf.Actors.Policy;

/// <summary>
/// Owns the policy, the critic and their optimisers. Supervised by its run, persists nothing: its state is what the run last gave
/// it and the updates since; after a restart it is empty and says so, and the run goes back to a checkpoint.
/// </summary>
public class PolicyActor : ComputeActor
{
    const int SftChunk = 20;                          // steps between two looks into the mailbox: well under a second

    readonly Recipe _recipe;
    readonly ComputeWorkers _workers;
    readonly IActorRef _progress;
    readonly torch.Device _device;
    PpoTrainer? _ppo;
    int _step;                                        // steps behind _ppo
    Sft? _sft;

    /// <param name="recipe">What to do.</param>
    /// <param name="workers">Where the work runs.</param>
    /// <param name="progress">Gets a <see cref="TrainingProgress"/> now and then.</param>
    public PolicyActor(Recipe recipe, ComputeWorkers workers, IActorRef progress)
    {
        (_recipe, _workers, _progress, _device) = (recipe, workers, progress, ComputeDevices.Choose(recipe.Compute.Device));
        Receive<TrainSft>(OnTrainSft);
        Receive<ContinueSft>(_ => OnContinueSft());
        Receive<BeginPpo>(OnBeginPpo);
        Receive<Measure>(OnMeasure);
        Receive<UpdatePolicy>(OnUpdatePolicy);
        Receive<SkipStep>(OnSkipStep);
        Receive<SavePolicy>(message => Sender.Tell(PolicyState.Of(message.Step, After(message.Step))));
    }

    /// <summary>How to create one.</summary>
    public static Props Props(Recipe recipe, ComputeWorkers workers, IActorRef progress) =>
        Akka.Actor.Props.Create(() => new PolicyActor(recipe, workers, progress)).WithDispatcher(Dispatcher);

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _sft?.Trainer.Dispose();
        _ppo?.Dispose();
        (_sft, _ppo) = (null, null);
    }

    /// <inheritdoc/>
    protected override void PreRestart(Exception reason, object message)
    {
        // SFT ends with the actor, whichever message failed; a chunk of it was sent by the actor itself, not by who waits for it.
        _sft?.AskedBy.Tell(new Status.Failure(reason), Self);
        base.PreRestart(reason, message);
    }

    void OnTrainSft(TrainSft message)
    {
        _sft?.Trainer.Dispose();
        var options = new AdamOptions(Beta2: 0.95, WeightDecay: _recipe.Pretrain.WeightDecay);
        _sft = new Sft(new SftTrainer(message.From.Policy.Clone(), options, _recipe.Compute.Shards, _workers, _device), message, Sender);
        if (message.From.Optimizer is { } optimizer) AdamFile.Restore(optimizer, _sft.Trainer.Learner.Optimizer);
        Self.Tell(ContinueSft.Instance);
    }

    void OnContinueSft()
    {
        if (_sft is not { } sft) return;
        var pretrain = _recipe.Pretrain;
        for (var i = 0; i < SftChunk && sft.Step < sft.Until; i++, sft.Step++)
        {
            var rate = LearningRates.WarmupLinear(pretrain.LearningRate, sft.Step, pretrain.Steps, pretrain.Warmup, final: 0.05);
            var result = sft.Trainer.Step(sft.Demonstrations(sft.Step), rate, pretrain.MaxGradientNorm);
            if (!double.IsFinite(result.GradientNorm) || !double.IsFinite(result.Loss))
                throw new InvalidOperationException($"SFT step {sft.Step}: the loss is {result.Loss} and its gradient norm {result.GradientNorm}; lower pretrain.learningRate");
            sft.Tokens += result.Tokens;
            if (sft.Step >= pretrain.Steps - SftState.LastTenth(pretrain)) sft.LossSum += result.Loss;
            sft.Loss = result.Loss;
        }
        _progress.Tell(new TrainingProgress("sft", sft.Step, pretrain.Steps, "loss", sft.Loss));
        if (sft.Step < sft.Until)
        {
            Self.Tell(ContinueSft.Instance);
            return;
        }
        var learner = sft.Trainer.Learner;
        sft.AskedBy.Tell(new SftTrained(new SftState(sft.Step, learner.Weights, AdamFile.ToSafetensors(learner.Optimizer), sft.Tokens, sft.LossSum)));
        sft.Trainer.Dispose();
        _sft = null;
    }

    void OnBeginPpo(BeginPpo message)
    {
        _ppo?.Dispose();
        _ppo = null;
        var state = message.State;
        var trainer = new PpoTrainer(state.Policy.Clone(), state.Critic.Clone(), new AdamOptions(Epsilon: 1e-5), _recipe.Compute.Shards, _workers, _device);
        _ppo = trainer;                               // before anything else can throw, so that it is disposed of
        if (state.PolicyOptimizer is { } policy) AdamFile.Restore(policy, trainer.Policy.Optimizer);
        if (state.CriticOptimizer is { } critic) AdamFile.Restore(critic, trainer.Critic.Optimizer);
        _step = state.Step;
        Sender.Tell(new PpoBegun(_step));
    }

    void OnMeasure(Measure message)
    {
        var (logProbs, values) = After(message.Step - 1).Measure(message.Sequences, PpoSettings.Of(_recipe), _recipe.Seed, message.Step);
        Sender.Tell(new Measured(logProbs, values));
    }

    void OnUpdatePolicy(UpdatePolicy message)
    {
        var trainer = After(message.Step - 1);
        var rate = PpoSettings.LearningRate(_recipe, message.Step, message.Logic);
        var update = trainer.Update(message.Episodes, PpoSettings.Of(_recipe), rate, _recipe.Seed, message.Step, PpoSettings.CriticLearningRate(_recipe, message.Step, message.Logic));
        if (update.NonFinite is null) _step = message.Step;
        var policy = trainer.Policy.Weights.Clone();
        Sender.Tell(new Updated(update, rate, policy, ModelWeightsFile.Sha256(policy), ModelWeightsFile.Sha256(trainer.Critic.Weights)));
    }

    void OnSkipStep(SkipStep message)
    {
        After(message.Step - 1);
        _step = message.Step;
        Sender.Tell(new PpoBegun(_step));
    }

    PpoTrainer After(int step) => _ppo is { } trainer && _step == step ? trainer : throw new PolicyStateLostException(step, _ppo is null ? null : _step);

    sealed class ContinueSft
    {
        public static readonly ContinueSft Instance = new();
    }

    sealed class Sft(SftTrainer trainer, TrainSft asked, IActorRef askedBy)
    {
        public SftTrainer Trainer => trainer;
        public Func<int, IReadOnlyList<TokenSequence>> Demonstrations => asked.Demonstrations;
        public int Until => asked.Until;
        public IActorRef AskedBy => askedBy;
        public int Step { get; set; } = asked.From.Step;
        public long Tokens { get; set; } = asked.From.Tokens;
        public double Loss { get; set; }
        public double LossSum { get; set; } = asked.From.LossSum;
    }
}
