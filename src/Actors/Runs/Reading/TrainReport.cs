using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Reading;

/// <summary>What a training run came to, computed from its events alone; in JSON (camelCase) the result of <c>train --json</c>.</summary>
/// <param name="Run">The run's id.</param>
/// <param name="Recipe">The recipe's name.</param>
/// <param name="Steps">RL steps that count.</param>
/// <param name="Seconds">Where the time went; of a fork, its own.</param>
/// <param name="Proxy">Mean aggregated score of the held-out evaluations.</param>
/// <param name="Gold">Mean true utility of the same; all null where nobody knows it.</param>
/// <param name="Kl">Distance from the reference.</param>
/// <param name="Length">Mean tokens of the held-out completions.</param>
/// <param name="RewardModels">The ensemble.</param>
/// <param name="TokensPerSecond">Speed.</param>
/// <param name="FirstMinibatchMaxRatioError">
/// Largest |ratio − 1| in any step's first minibatch, where the ratio is 1 but for rounding; null if no step was applied.
/// </param>
/// <param name="SamplerMaxLogProbError">
/// Largest difference between the sampler's log-prob and the trainer's in any step, nats; null if no step was applied.
/// </param>
/// <param name="Events">Events in both of its own streams.</param>
/// <param name="Head">Head of the training stream.</param>
/// <param name="Trajectory">Digest of what made the weights.</param>
/// <param name="Weights">SHA-256 of the policy after the last step; null before RL.</param>
/// <param name="DataDirectory">Where the run is kept.</param>
/// <param name="NotApplied">Those of its steps that were not applied, each reason once; empty if all were.</param>
/// <param name="State"><c>completed</c>; <c>paused</c> or <c>stopped</c> where its alarm ended it early, <c>failed</c>.</param>
public sealed record TrainReport(
    string Run, string Recipe, ulong Seed, int Steps, TrainSeconds Seconds,
    TrainProxy Proxy, TrainGold Gold, TrainKl Kl, TrainLength Length,
    IReadOnlyList<TrainedMember> RewardModels, TrainSpeed TokensPerSecond,
    double? FirstMinibatchMaxRatioError, double? SamplerMaxLogProbError,
    long Events, string Head, string Trajectory, string? Weights, string DataDirectory, IReadOnlyList<StepsNotApplied> NotApplied,
    string State)
{
    /// <summary>Reads a run's two streams.</summary>
    /// <param name="dataDirectory">Where it is kept.</param>
    public static TrainReport Of(RunRecord run, string dataDirectory)
    {
        var evaluations = run.HeldoutPoints();
        var (first, last, peak) = (evaluations.FirstOrDefault(), evaluations.LastOrDefault(), HeldoutPoint.Peak(evaluations));
        var (seconds, speed) = (new TrainClock(run.Id.TrainingStream), new TrainMeter());
        foreach (var read in run.Training())
        {
            seconds.Add(read);
            speed.Add(read);
        }
        var evaluationEvents = 0;
        foreach (var read in run.Evaluations())
        {
            if (read.Stream == run.Id.EvaluationStream) evaluationEvents++;
            speed.Add(read);
        }
        return new TrainReport(
            run.Id.Value, run.Plan.Name, run.Plan.Seed, run.State.Step, seconds.Result,
            new TrainProxy(first?.Proxy, peak?.Proxy, last?.Proxy),
            new TrainGold(first?.Gold, peak?.Gold, peak?.Step, last?.Gold),
            new TrainKl(last?.Kl), new TrainLength(first?.Length, last?.Length),
            [.. run.State.RewardModels.Select(model => new TrainedMember(model.Member, model.Accuracy))],
            speed.Result, speed.FirstMinibatchMaxRatioError, speed.SamplerMaxLogProbError,
            run.Head.Sequence + evaluationEvents, run.Head.ToString(), run.Trajectory.ToString(),
            run.State.Weights?.ToString(), dataDirectory, run.State.NotApplied, run.State.Status.ToString().ToLowerInvariant());
    }
}

/// <summary>
/// Seconds of work; what passed while the run was paused or nobody worked
/// on it does not count, nor what a fork's parent took for what both share.
/// </summary>
/// <param name="Total">All of it; the sum of the others.</param>
/// <param name="Pretrain">Reading the world's data, and SFT.</param>
/// <param name="Preferences">Sampling and labelling comparisons.</param>
/// <param name="RewardModels">Training the ensemble.</param>
/// <param name="Rl">RL with its evaluations and checkpoints.</param>
public sealed record TrainSeconds(double Total, double Pretrain, double Preferences, double RewardModels, double Rl);

/// <summary>The proxy: mean aggregated score.</summary>
/// <param name="First">Before RL.</param>
/// <param name="AtPeak">Where gold is highest; null without gold.</param>
/// <param name="Last">At the last evaluation.</param>
public sealed record TrainProxy(double? First, double? AtPeak, double? Last);

/// <summary>Gold: mean true utility.</summary>
/// <param name="First">Before RL.</param>
/// <param name="Peak">The highest.</param>
/// <param name="PeakStep">Its step, the first if there are several.</param>
/// <param name="Last">At the last evaluation.</param>
public sealed record TrainGold(double? First, double? Peak, int? PeakStep, double? Last);

/// <summary>Distance from the reference.</summary>
/// <param name="Last">Mean sequence sum of k1 at the last evaluation, nats.</param>
public sealed record TrainKl(double? Last);

/// <summary>Length of completions.</summary>
/// <param name="First">Mean tokens before RL.</param>
/// <param name="Last">Mean tokens at the last evaluation.</param>
public sealed record TrainLength(double? First, double? Last);

/// <summary>A reward model.</summary>
/// <param name="Member">From 0.</param>
/// <param name="Accuracy">On held-out comparisons, against the labels as given.</param>
public sealed record TrainedMember(int Member, double Accuracy);

/// <summary>Tokens a second.</summary>
/// <param name="Generate">Sampled tokens, training and held-out; null if nothing was sampled.</param>
/// <param name="Train">Tokens of the updates, each once per epoch; null if no step was applied.</param>
public sealed record TrainSpeed(double? Generate, double? Train);
