using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Algorithms.Ppo;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>Owns the policy, the critic and their optimisers: what it was last given and the updates since.</summary>
/// <remarks>One piece of work at a time. A state that it does not have is a <see cref="PolicyStateLostException"/>.</remarks>
public sealed class PolicyWorker : IDisposable
{
    readonly Recipe _recipe;
    readonly WeightsExchange _weights;
    readonly ComputeWorkers _threads;
    readonly Action<TrainingProgress> _progress;
    readonly IEngine _engine;
    SftTrainer? _sft;
    SftState? _sftState;                              // of _sft; between checkpoints only its figures are
    PpoTrainer? _ppo;
    ModelWeights? _offered;                           // a copy of _ppo's policy, which others may be reading
    int _step;                                        // steps behind _ppo

    /// <param name="recipe">What to do.</param>
    /// <param name="weights">Where weights are taken, offered and stored.</param>
    /// <param name="threads">Where the work runs.</param>
    /// <param name="progress">Hears how far SFT is.</param>
    /// <exception cref="DeviceMissingException">The recipe's device is not there.</exception>
    public PolicyWorker(Recipe recipe, WeightsExchange weights, ComputeWorkers threads, Action<TrainingProgress> progress) =>
        (_recipe, _weights, _threads, _progress, _engine) = (recipe, weights, threads, progress, EngineChoice.Of(recipe.Compute));

    /// <summary>Begins SFT.</summary>
    public SftProgress Do(BeginSft work)
    {
        if (_sftState == work.From) return new SftProgress(work.From.Step);
        EndSft();
        // β2 of Llama's own pretraining (Touvron et al. 2023, section 2.2); its schedule ends at a tenth, this one at a twentieth.
        var options = new AdamOptions(Beta2: 0.95, WeightDecay: _recipe.Pretrain.WeightDecay);
        var policy = _weights.Take(work.From.Policy, HeadKind.LanguageModel).Clone();
        var trainer = new SftTrainer(policy, options, _recipe.Compute.Shards, _threads, _engine);
        _sft = trainer;                               // before anything else can throw, so that it is disposed of
        if (work.From.Optimizer is { } saved) _weights.TakeOptimizer(saved, HeadKind.LanguageModel).Restore(trainer.Learner.Optimizer);
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
                    $"SFT step {state.Step}: the loss is {result.Loss} and its gradient norm {result.GradientNorm}; "
                    + "lower pretrain.learningRate");
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

    /// <summary>Stores the state of SFT.</summary>
    public SftState Do(SaveSft work)
    {
        var (trainer, state) = Sft(work.Step);
        var learner = trainer.Learner;
        var policy = _weights.Put(learner.Weights);
        if (work.Step < _recipe.Pretrain.Steps)
            return _sftState = state with { Policy = policy, Optimizer = _weights.Put(AdamState.Of(learner.Optimizer)) };
        _weights.Offer(policy, learner.Weights);
        EndSft();
        return state with { Policy = policy, Optimizer = null };
    }

    /// <summary>Begins PPO.</summary>
    public PpoBegun Do(BeginPpo work)
    {
        EndPpo();                                     // two states at once may be more than the memory holds
        return Begin(work, _weights.Take(work.Files, PpoState.Read));
    }

    /// <summary>Begins PPO with a state that is at hand.</summary>
    public PpoBegun Begin(BeginPpo work, PpoState state)
    {
        EndPpo();
        StageMemory.Release(state.Policy);
        // ε of Huang et al. 2024 (arXiv 2403.17031), detail 13: the larger one steadies the first steps.
        var trainer = new PpoTrainer(
            state.Policy.Clone(), state.Critic.Clone(), new AdamOptions(Epsilon: 1e-5), _recipe.Compute.Shards, _threads, _engine);
        _ppo = trainer;                               // before anything else can throw, so that it is disposed of
        state.PolicyOptimizer?.Restore(trainer.Policy.Optimizer);
        state.CriticOptimizer?.Restore(trainer.Critic.Optimizer);
        _step = work.Step;
        _offered = state.Policy;
        _weights.Offer(CheckpointFiles.HashOf(work.Files, PpoState.PolicyFile), state.Policy);
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
        StageMemory.Release(trainer.Policy.Weights);
        var rate = PpoSettings.LearningRate(_recipe, work.Step, work.Logic);
        var criticRate = PpoSettings.CriticLearningRate(_recipe, work.Step, work.Logic);
        var update = trainer.Update(work.Episodes, PpoSettings.Of(_recipe), rate, _recipe.Seed, work.Step, criticRate, _offered);
        if (update.NonFinite is null) _step = work.Step;
        _offered = trainer.Policy.Weights.Clone();
        var hash = ContentHash.Parse(ModelWeightsFile.Sha256(_offered));
        _weights.Offer(hash, _offered);
        return new Updated(update, rate, hash, ContentHash.Parse(ModelWeightsFile.Sha256(trainer.Critic.Weights)));
    }

    /// <summary>Counts a step and changes nothing.</summary>
    public PpoBegun Do(SkipStep work)
    {
        After(work.Step - 1);
        _step = work.Step;
        return new PpoBegun(_step);
    }

    /// <summary>Stores the state.</summary>
    public PolicySaved Do(SavePolicy work) => new(_weights.Put(PpoState.Of(After(work.Step)).Files()));

    /// <summary>A copy of the state after a step.</summary>
    public PpoState State(int step) => PpoState.Of(After(step)).Copy();

    /// <inheritdoc/>
    public void Dispose()
    {
        EndSft();
        EndPpo();
    }

    void EndSft()
    {
        _sft?.Dispose();
        (_sft, _sftState) = (null, null);
    }

    void EndPpo()
    {
        _ppo?.Dispose();
        (_ppo, _offered) = (null, null);
    }

    (SftTrainer Trainer, SftState State) Sft(int step) =>
        _sft is { } trainer && _sftState is { } state && state.Step == step
            ? (trainer, state)
            : throw new PolicyStateLostException(step, _sftState?.Step);

    PpoTrainer After(int step) =>
        _ppo is { } trainer && _step == step ? trainer : throw new PolicyStateLostException(step, _ppo is null ? null : _step);
}
