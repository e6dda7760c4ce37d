using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using MessagePack;

namespace ActorRlhf.Actors.Runs.Facts;

/// <summary>Where a fork left its parent.</summary>
/// <param name="Run">The parent.</param>
/// <param name="Step">The last step both share.</param>
/// <param name="At">The parent's event at that point.</param>
/// <param name="Identity">The parent's identity, as its own <c>run.started</c> has it.</param>
/// <param name="Trajectory">The parent's trajectory up to that point.</param>
[MessagePackObject]
public sealed record ForkPoint(
    [property: Key(0)] string Run, [property: Key(1)] int Step, [property: Key(2)] StreamHead At,
    [property: Key(3)] ContentHash Identity, [property: Key(4)] ContentHash Trajectory);

/// <summary>A run was asked for, and waits until somebody begins it.</summary>
/// <param name="Recipe">Canonical YAML, every key.</param>
/// <param name="RecipeHash">SHA-256 of that text.</param>
/// <param name="Identity">SHA-256 of the parts that determine the result, and the seed.</param>
/// <param name="Parent">For a fork: where it will leave its parent.</param>
/// <param name="By">The person or token that asked.</param>
/// <param name="Priority">Of two runs that wait, the one with the higher number should begin first; of equals the earlier one.</param>
[EventName("run.queued/1"), MessagePackObject]
public sealed record RunQueued(
    [property: Key(0)] string Recipe, [property: Key(1)] ContentHash RecipeHash, [property: Key(2)] ContentHash Identity,
    [property: Key(3)] ForkPoint? Parent, [property: Key(4)] string By, [property: Key(5)] int Priority) : IFirstEvent;

/// <summary>A run began.</summary>
/// <param name="Recipe">Canonical YAML, every key.</param>
/// <param name="RecipeHash">SHA-256 of that text.</param>
/// <param name="Identity">SHA-256 of the parts that determine the result, and the seed; the trajectory starts from it.</param>
/// <param name="Seed">The run's seed.</param>
/// <param name="LogicVersion">Version of the training logic.</param>
/// <param name="Build">Version and commit of the program.</param>
/// <param name="Device">Device and CPU type.</param>
/// <param name="Threads">Compute threads.</param>
/// <param name="Libraries">Names and versions.</param>
/// <param name="Parent">For a fork.</param>
[EventName("run.started/1"), MessagePackObject]
public sealed record RunStarted(
    [property: Key(0)] string Recipe, [property: Key(1)] ContentHash RecipeHash,
    [property: Key(2)] ContentHash Identity, [property: Key(3)] ulong Seed,
    [property: Key(4)] int LogicVersion, [property: Key(5)] string Build, [property: Key(6)] string Device, [property: Key(7)] int Threads,
    [property: Key(8)] string[] Libraries, [property: Key(9)] ForkPoint? Parent) : IFirstEvent
{
    /// <summary>
    /// What the trajectory starts from: the identity; for a fork the parent's trajectory, with which a
    /// changed recipe's identity is mixed. So a fork that changes nothing ends with its parent's trajectory.
    /// </summary>
    public ContentHash TrajectoryOrigin() => Parent switch
    {
        null => Identity,
        { } parent when parent.Identity == Identity => parent.Trajectory,
        { } parent => new TrajectoryDigest(parent.Trajectory).Add("fork", Identity.ToBytes()).Value,
    };
}

/// <summary>A stage before RL ended.</summary>
/// <param name="Stage"><c>world</c>, <c>sft</c>, <c>preferences</c> or <c>reward-models</c>.</param>
/// <param name="Artefacts">What it made.</param>
/// <param name="Metrics">Its figures, no timings.</param>
[EventName("stage.completed/1", Trajectory = true), MessagePackObject]
public sealed record StageCompleted(
    [property: Key(0)] string Stage, [property: Key(1)] NamedArtefact[] Artefacts, [property: Key(2)] NamedNumber[] Metrics) : IEvent;

/// <summary>
/// The stage that follows was not executed: another run had made it from the same inputs, and its events and artefacts are that run's.
/// </summary>
/// <param name="Stage"><c>sft</c>, <c>preferences</c> or <c>reward-models</c>.</param>
/// <param name="Run">Whose it is.</param>
/// <param name="At">That run's <see cref="StageCompleted"/>.</param>
[EventName("stage.reused/1"), MessagePackObject]
public sealed record StageReused(
    [property: Key(0)] string Stage, [property: Key(1)] string Run, [property: Key(2)] StreamHead At) : IEvent;

/// <summary>A batch of comparisons got its labels.</summary>
/// <param name="Set"><c>training</c> or <c>heldout</c>.</param>
/// <param name="Who">The annotator.</param>
/// <param name="Comparisons">How many.</param>
/// <param name="Flipped">Labels that noise turned around; 0 where nobody knows.</param>
/// <param name="Ties">Comparisons of equal utility, decided by a draw.</param>
/// <param name="Artefact">JSON lines: prompt, both completions with token ids, label.</param>
[EventName("preference.labelled/1", Trajectory = true), MessagePackObject]
public sealed record PreferenceLabelled(
    [property: Key(0)] string Set, [property: Key(1)] string Who, [property: Key(2)] int Comparisons,
    [property: Key(3)] int Flipped, [property: Key(4)] int Ties, [property: Key(5)] ContentHash Artefact) : IEvent;

/// <summary>A member of the ensemble was trained.</summary>
/// <param name="Member">From 0.</param>
/// <param name="Weights">The reward model, centred and standardised.</param>
/// <param name="TrainingLoss">Mean Bradley–Terry loss over the last epoch.</param>
/// <param name="TrainingAccuracy">Over the last epoch, against the labels as given.</param>
/// <param name="Accuracy">On held-out comparisons, against the labels as given; a tie counts half.</param>
/// <param name="Comparisons">How many held-out comparisons.</param>
/// <param name="CalibrationError">Expected calibration error of σ(r_c − r_r), 10 bins.</param>
/// <param name="LengthCorrelation">Pearson correlation of score and length on the held-out completions.</param>
/// <param name="Bias">Mean score on the SFT policy's samples before centring.</param>
/// <param name="Scale">Standard deviation of the same.</param>
[EventName("reward-model.trained/1", Trajectory = true), MessagePackObject]
public sealed record RewardModelTrained(
    [property: Key(0)] int Member, [property: Key(1)] ContentHash Weights,
    [property: Key(2)] double TrainingLoss, [property: Key(3)] double TrainingAccuracy,
    [property: Key(4)] double Accuracy, [property: Key(5)] int Comparisons, [property: Key(6)] double CalibrationError,
    [property: Key(7)] double LengthCorrelation, [property: Key(8)] double Bias, [property: Key(9)] double Scale) : IEvent;

/// <summary>Completions were sampled.</summary>
/// <param name="Step">The step they belong to; for held-out rollouts the number of updates so far.</param>
/// <param name="Set">null in training, <c>heldout:NAME</c> in the evaluation stream.</param>
/// <param name="PolicyWeights">The policy that sampled.</param>
/// <param name="Artefact">JSON lines: prompt, ids, text, stop reason, log-probs.</param>
/// <param name="Lengths">(B) completion tokens.</param>
/// <param name="StopReasons">(B) 0 EOS, 1 length.</param>
/// <param name="Source">In the evaluation stream: the point of the training stream that was looked at.</param>
[EventName("rollout.collected/1", Trajectory = true), MessagePackObject]
public sealed record RolloutCollected(
    [property: Key(0)] int Step, [property: Key(1)] string? Set,
    [property: Key(2)] ContentHash PolicyWeights, [property: Key(3)] ContentHash Artefact,
    [property: Key(4)] IntegerColumn Lengths, [property: Key(5)] IntegerColumn StopReasons, [property: Key(6)] StreamHead? Source) : IEvent;

/// <summary>The ensemble scored a rollout.</summary>
/// <param name="Step">The rollout's step.</param>
/// <param name="Set">The rollout's set.</param>
/// <param name="Members">K.</param>
/// <param name="Scores">(K · B), member after member; NaN where <paramref name="Failures"/> counts one.</param>
/// <param name="Aggregation">The rule in force.</param>
/// <param name="Lambda">Its λ.</param>
/// <param name="Result">(B) aggregated scores, before the missing-EOS rule.</param>
/// <param name="Failures">Scores that could not be computed, counted by kind.</param>
/// <param name="Source">As in <see cref="RolloutCollected"/>.</param>
[EventName("reward.scored/1", Trajectory = true), MessagePackObject]
public sealed record RewardScored(
    [property: Key(0)] int Step, [property: Key(1)] string? Set, [property: Key(2)] int Members, [property: Key(3)] DoubleColumn Scores,
    [property: Key(4)] string Aggregation, [property: Key(5)] double Lambda, [property: Key(6)] DoubleColumn Result,
    [property: Key(7)] NamedNumber[] Failures, [property: Key(8)] StreamHead? Source) : IEvent;

/// <summary>The policy was measured against the reference on a rollout.</summary>
/// <param name="Step">The rollout's step.</param>
/// <param name="Set">The rollout's set.</param>
/// <param name="K1">(B) Σ k1 over the completion, nats.</param>
/// <param name="K3">(B) Σ k3 over the completion, nats.</param>
/// <param name="K1TokenMean">Mean k1 over all tokens, nats.</param>
/// <param name="K3TokenMean">Mean k3 over all tokens, nats.</param>
/// <param name="Estimator">The one in force.</param>
/// <param name="CoefficientBefore">β used in the step.</param>
/// <param name="CoefficientAfter">β of the next step.</param>
/// <param name="Source">As in <see cref="RolloutCollected"/>.</param>
[EventName("kl.measured/1", Trajectory = true), MessagePackObject]
public sealed record KlMeasured(
    [property: Key(0)] int Step, [property: Key(1)] string? Set, [property: Key(2)] DoubleColumn K1, [property: Key(3)] DoubleColumn K3,
    [property: Key(4)] double K1TokenMean, [property: Key(5)] double K3TokenMean, [property: Key(6)] string Estimator,
    [property: Key(7)] double CoefficientBefore, [property: Key(8)] double CoefficientAfter,
    [property: Key(9)] StreamHead? Source) : IEvent;

/// <summary>Losses and diagnostics of one minibatch.</summary>
/// <param name="Epoch">From 0.</param>
/// <param name="Minibatch">Within the epoch, from 0.</param>
/// <param name="PolicyLoss">Clipped surrogate.</param>
/// <param name="ValueLoss">Clipped value loss, before its coefficient.</param>
/// <param name="ClipFraction">Share of tokens.</param>
/// <param name="ValueClipFraction">Share of tokens.</param>
/// <param name="ApproxKl">Nats.</param>
/// <param name="RatioMean">Mean ratio.</param>
/// <param name="MaxRatioError">Largest |ratio − 1|.</param>
/// <param name="Entropy">Nats per token.</param>
/// <param name="PolicyGradientNorm">Before clipping.</param>
/// <param name="CriticGradientNorm">Before clipping.</param>
[MessagePackObject]
public sealed record MinibatchUpdated(
    [property: Key(0)] int Epoch, [property: Key(1)] int Minibatch,
    [property: Key(2)] double PolicyLoss, [property: Key(3)] double ValueLoss,
    [property: Key(4)] double ClipFraction, [property: Key(5)] double ValueClipFraction,
    [property: Key(6)] double ApproxKl, [property: Key(7)] double RatioMean,
    [property: Key(8)] double MaxRatioError, [property: Key(9)] double Entropy,
    [property: Key(10)] double PolicyGradientNorm, [property: Key(11)] double CriticGradientNorm);

/// <summary>The policy took a step.</summary>
/// <param name="Step">From 1.</param>
/// <param name="LearningRate">Of this step.</param>
/// <param name="Minibatches">In the order in which they ran.</param>
/// <param name="Weights">SHA-256 of the policy after the step.</param>
/// <param name="CriticWeights">SHA-256 of the critic after the step.</param>
/// <param name="Artefact">Per-token numbers of the step (safetensors).</param>
/// <param name="SamplerMaxLogProbError">Largest difference between the sampler's log-prob and the trainer's, nats.</param>
/// <param name="RewardMean">Mean over episodes of the sum of the token rewards.</param>
/// <param name="NonScoreRewardMean">The same without the score: the KL penalty.</param>
/// <param name="ReturnMean">Mean return over tokens.</param>
/// <param name="ValueMean">Mean value over tokens.</param>
[EventName("policy.updated/1", Trajectory = true), MessagePackObject]
public sealed record PolicyUpdated(
    [property: Key(0)] int Step, [property: Key(1)] double LearningRate,
    [property: Key(2)] MinibatchUpdated[] Minibatches, [property: Key(3)] ContentHash Weights,
    [property: Key(4)] ContentHash CriticWeights, [property: Key(5)] ContentHash Artefact, [property: Key(6)] double SamplerMaxLogProbError,
    [property: Key(7)] double RewardMean, [property: Key(8)] double NonScoreRewardMean,
    [property: Key(9)] double ReturnMean, [property: Key(10)] double ValueMean) : IEvent;

/// <summary>A step was left out because something was not finite or could not be scored.</summary>
/// <param name="Step">The step.</param>
/// <param name="Tensor">Which tensor.</param>
/// <param name="Policy">The rule that was applied.</param>
[EventName("step.skipped/1", Trajectory = true), MessagePackObject]
public sealed record StepSkipped([property: Key(0)] int Step, [property: Key(1)] string Tensor, [property: Key(2)] string Policy) : IEvent;

/// <summary>The run went back to a checkpoint because something was not finite, and goes on behind the bad step.</summary>
/// <param name="Step">The step.</param>
/// <param name="Tensor">Which tensor.</param>
/// <param name="Policy">The rule that was applied.</param>
/// <param name="Checkpoint">Step of the checkpoint.</param>
/// <param name="Weights">SHA-256 of the policy after going back.</param>
[EventName("step.rolled-back/1", Trajectory = true), MessagePackObject]
public sealed record StepRolledBack(
    [property: Key(0)] int Step, [property: Key(1)] string Tensor, [property: Key(2)] string Policy,
    [property: Key(3)] int Checkpoint, [property: Key(4)] ContentHash Weights) : IEvent;

/// <summary>All state that the next step depends on was saved.</summary>
/// <param name="Step">Updates so far.</param>
/// <param name="KlCoefficient">β of the next step: the controller's whole state.</param>
/// <param name="Files">
/// <c>policy</c>, <c>policy-optimizer</c>, <c>critic</c> and <c>critic-optimizer</c>; this event is the manifest.
/// </param>
[EventName("checkpoint.saved/1"), MessagePackObject]
public sealed record CheckpointSaved(
    [property: Key(0)] int Step, [property: Key(1)] double KlCoefficient, [property: Key(2)] NamedArtefact[] Files) : IEvent;

/// <summary>
/// A checkpoint out of turn, which is the next event, was asked for: the run came to rest, and whoever goes on is to execute no step
/// again. No rollback goes back to it, for equal runs rest at different steps.
/// </summary>
/// <param name="Step">Updates so far.</param>
/// <param name="Reason">Why the run came to rest.</param>
[EventName("checkpoint.asked/1"), MessagePackObject]
public sealed record CheckpointAsked([property: Key(0)] int Step, [property: Key(1)] string Reason) : IEvent;

/// <summary>All state that the next step of SFT depends on was saved.</summary>
/// <param name="Step">SFT steps so far.</param>
/// <param name="Tokens">Completion tokens trained on so far.</param>
/// <param name="LossSum">
/// Sum of the losses so far of the last tenth of the steps, of which the stage's loss is the mean; nats per token.
/// </param>
/// <param name="Files"><c>policy</c> and <c>policy-optimizer</c>; this event is the manifest.</param>
[EventName("sft.checkpointed/1"), MessagePackObject]
public sealed record SftCheckpointed(
    [property: Key(0)] int Step, [property: Key(1)] long Tokens,
    [property: Key(2)] double LossSum, [property: Key(3)] NamedArtefact[] Files) : IEvent;

/// <summary>Retention removed an artefact, so that its absence is never mistaken for damage.</summary>
/// <param name="Hash">Which.</param>
/// <param name="Reason">Why.</param>
[EventName("artefact.removed/1"), MessagePackObject]
public sealed record ArtefactRemoved([property: Key(0)] ContentHash Hash, [property: Key(1)] string Reason) : IEvent;

/// <summary>The run waits for a person.</summary>
/// <param name="Reason">Who or what paused it.</param>
[EventName("run.paused/1"), MessagePackObject]
public sealed record RunPaused([property: Key(0)] string Reason) : IEvent;

/// <summary>A person let it go on.</summary>
/// <param name="Reason">Who.</param>
/// <param name="Build">The build that goes on, where a person accepted another one than the run had; otherwise null.</param>
[EventName("run.resumed/1"), MessagePackObject]
public sealed record RunResumed([property: Key(0)] string Reason, [property: Key(1)] string? Build) : IEvent;

/// <summary>Keys of the recipe have other values from here on: none that determines the result.</summary>
/// <param name="Changes">Each key once, in the order of the recipe's keys.</param>
[EventName("run.recipe-changed/1"), MessagePackObject]
public sealed record RecipeChanged([property: Key(0)] RecipeChange[] Changes) : IEvent;

/// <summary>State was lost and won back by executing steps again; before RL: another writer goes on behind what is stored.</summary>
/// <param name="Mode"><c>exact</c>: every event of these steps had the bytes of the log.</param>
/// <param name="Checkpoint">Step of the checkpoint it began from.</param>
/// <param name="StepsAgain">Steps that were executed again and compared with their events.</param>
/// <param name="Weights">SHA-256 of the policy afterwards; zeros before SFT has ended.</param>
/// <param name="Reason">What had happened.</param>
[EventName("run.recovered/1"), MessagePackObject]
public sealed record RunRecovered(
    [property: Key(0)] string Mode, [property: Key(1)] int Checkpoint, [property: Key(2)] int StepsAgain,
    [property: Key(3)] ContentHash Weights, [property: Key(4)] string Reason) : IEvent;

/// <summary>Executing a step again gave another result.</summary>
/// <param name="Step">The first step that differs.</param>
/// <param name="Event">Manifest of the first event that differs.</param>
/// <param name="Difference">The first number that differs, both values.</param>
[EventName("run.diverged/1"), MessagePackObject]
public sealed record RunDiverged(
    [property: Key(0)] int Step, [property: Key(1)] string Event, [property: Key(2)] string Difference) : IEvent;

/// <summary>The run reached its last step, and at least one of its steps was applied.</summary>
/// <param name="Step">Its last step.</param>
/// <param name="Weights">SHA-256 of the policy.</param>
/// <param name="StateHash">SHA-256 of the canonical final state.</param>
[EventName("run.completed/1"), MessagePackObject]
public sealed record RunCompleted(
    [property: Key(0)] int Step, [property: Key(1)] ContentHash Weights, [property: Key(2)] ContentHash StateHash) : IEvent;

/// <summary>The run ended with an error.</summary>
/// <param name="Step">Last step that counted.</param>
/// <param name="Stage">What it was doing.</param>
/// <param name="Reason">The error.</param>
[EventName("run.failed/1"), MessagePackObject]
public sealed record RunFailed([property: Key(0)] int Step, [property: Key(1)] string Stage, [property: Key(2)] string Reason) : IEvent;

/// <summary>A person ended the run.</summary>
/// <param name="Step">Last step that counted.</param>
/// <param name="Reason">Who or why.</param>
[EventName("run.stopped/1"), MessagePackObject]
public sealed record RunStopped([property: Key(0)] int Step, [property: Key(1)] string Reason) : IEvent;
