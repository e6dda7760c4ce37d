using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Owns the policy, the critic and their optimisers: what it was last given and the updates since.</summary>
/// <remarks>One piece of work at a time. A state that it does not have is a <see cref="PolicyStateLostException"/>.</remarks>
public sealed class PolicyWorker : IDisposable
{
    readonly Recipe _recipe;
    readonly ComputeWorkers _threads;
    readonly Action<TrainingProgress> _progress;
    readonly IEngine _engine;
    SftTrainer? _sft;
    SftState? _sftState;                              // figures of _sft; its weights are the trainer's
    PpoTrainer? _ppo;
    int _step;                                        // steps behind _ppo

    /// <param name="recipe">What to do.</param>
    /// <param name="threads">Where the work runs.</param>
    /// <param name="progress">Hears how far SFT is.</param>
    /// <exception cref="DeviceMissingException">The recipe's device is not there.</exception>
    public PolicyWorker(Recipe recipe, ComputeWorkers threads, Action<TrainingProgress> progress) =>
        (_recipe, _threads, _progress, _engine) = (recipe, threads, progress, EngineChoice.Of(recipe.Compute.Device));

    /// <summary>Begins SFT.</summary>
    public SftProgress Do(BeginSft work)
    {
        _sft?.Dispose();
        (_sft, _sftState) = (null, null);
        var options = new AdamOptions(Beta2: 0.95, WeightDecay: _recipe.Pretrain.WeightDecay);
        var trainer = new SftTrainer(work.From.Policy.Clone(), options, _recipe.Compute.Shards, _threads, _engine);
        _sft = trainer;                               // before anything else can throw, so that it is disposed of
        work.From.Optimizer?.Restore(trainer.Learner.Optimizer);
        _sftState = work.From;
        return new SftProgress(work.From.Step);
    }

    /// <summary>Goes on with SFT.</summary>
    /// <exception cref="InvalidOperationException">A loss or a gradient is not finite.</exception>
    public SftProgress Do(LearnDemonstrations work)
    {
        var (trainer, state) = Sft(work.Step);
        var (pretrain, loss) = (_recipe.Pretrain, 0.0);
        foreach (var batch in work.Batches)
        {
            var rate = LearningRates.WarmupLinear(pretrain.LearningRate, state.Step, pretrain.Steps, pretrain.Warmup, final: 0.05);
            var result = trainer.Step(batch, rate, pretrain.MaxGradientNorm);
            if (!double.IsFinite(result.GradientNorm) || !double.IsFinite(result.Loss))
                throw new InvalidOperationException(
                    $"SFT step {state.Step}: the loss is {result.Loss} and its gradient norm {result.GradientNorm}; lower pretrain.learningRate");
            var counts = state.Step >= pretrain.Steps - SftState.LastTenth(pretrain);
            state = state with
            {
                Step = state.Step + 1,
                Tokens = state.Tokens + result.Tokens,
                LossSum = state.LossSum + (counts ? result.Loss : 0),
            };
            loss = result.Loss;
        }
        _sftState = state;
        _progress(new TrainingProgress("sft", state.Step, pretrain.Steps, "loss", loss));
        return new SftProgress(state.Step);
    }

    /// <summary>Ends SFT.</summary>
    public SftState Do(SaveSft work)
    {
        var (trainer, state) = Sft(work.Step);
        var learner = trainer.Learner;
        var saved = state with { Policy = learner.Weights, Optimizer = AdamState.Of(learner.Optimizer) };
        trainer.Dispose();
        (_sft, _sftState) = (null, null);
        return saved;
    }

    /// <summary>Begins PPO.</summary>
    public PpoBegun Do(BeginPpo work)
    {
        _ppo?.Dispose();
        _ppo = null;
        var state = work.State;
        var trainer = new PpoTrainer(
            state.Policy.Clone(), state.Critic.Clone(), new AdamOptions(Epsilon: 1e-5), _recipe.Compute.Shards, _threads, _engine);
        _ppo = trainer;                               // before anything else can throw, so that it is disposed of
        state.PolicyOptimizer?.Restore(trainer.Policy.Optimizer);
        state.CriticOptimizer?.Restore(trainer.Critic.Optimizer);
        _step = state.Step;
        return new PpoBegun(_step);
    }

    /// <summary>Measures completions.</summary>
    public Measured Do(Measure work)
    {
        var (logProbs, values) = After(work.Step - 1).Measure(work.Sequences, PpoSettings.Of(_recipe), _recipe.Seed, work.Step);
        return new Measured(logProbs, values);
    }

    /// <summary>Takes a step; one that is not finite is taken back.</summary>
    public Updated Do(UpdatePolicy work)
    {
        var trainer = After(work.Step - 1);
        var rate = PpoSettings.LearningRate(_recipe, work.Step, work.Logic);
        var criticRate = PpoSettings.CriticLearningRate(_recipe, work.Step, work.Logic);
        var update = trainer.Update(work.Episodes, PpoSettings.Of(_recipe), rate, _recipe.Seed, work.Step, criticRate);
        if (update.NonFinite is null) _step = work.Step;
        var policy = trainer.Policy.Weights.Clone();
        return new Updated(update, rate, policy, ModelWeightsFile.Sha256(policy), ModelWeightsFile.Sha256(trainer.Critic.Weights));
    }

    /// <summary>Counts a step and changes nothing.</summary>
    public PpoBegun Do(SkipStep work)
    {
        After(work.Step - 1);
        _step = work.Step;
        return new PpoBegun(_step);
    }

    /// <summary>Hands out the state.</summary>
    public PolicyState Do(SavePolicy work) => PolicyState.Of(work.Step, After(work.Step));

    /// <inheritdoc/>
    public void Dispose()
    {
        _sft?.Dispose();
        _ppo?.Dispose();
        (_sft, _sftState, _ppo) = (null, null, null);
    }

    (SftTrainer Trainer, SftState State) Sft(int step) =>
        _sft is { } trainer && _sftState is { } state && state.Step == step ? (trainer, state) : throw new PolicyStateLostException(step, _sftState?.Step);

    PpoTrainer After(int step) => _ppo is { } trainer && _step == step ? trainer : throw new PolicyStateLostException(step, _ppo is null ? null : _step);
}
