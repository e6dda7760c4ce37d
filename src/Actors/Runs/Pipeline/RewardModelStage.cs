using System.Diagnostics;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>Trains the ensemble, member after member.</summary>
static class RewardModelStage
{
    /// <summary>Samples of the SFT policy on which every member is standardised: a function of the recipe and that policy.</summary>
    public static async Task<TokenSequence[]> CalibrationAsync(RunContext run, IWorkers workers, ContentHash sft, CancellationToken ct)
    {
        var prompts = run.World.CalibrationPrompts();
        var samples = await workers.DoAsync(new Generate(sft,
            [.. prompts.Select((prompt, i) => new SampleRequest(prompt.TokenIds, 0, (uint)i))],
            RolloutSampling.Options(run, Purpose.CalibrationSampling)), ct).ConfigureAwait(false);
        return [.. prompts.Zip(samples.Completions, (prompt, completion) => TokenSequence.Of(prompt.TokenIds, completion.TokenIds))];
    }

    /// <summary>Trains one member and says how good it is.</summary>
    public static async Task<TimedEvent> TrainAsync(RunContext run, IWorkers workers, int member, ContentHash sft,
        LabelledComparisons training, LabelledComparisons heldout, IReadOnlyList<TokenSequence> calibration, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        Comparison[] Tokens(LabelledComparisons comparisons) => [.. comparisons.Items.Select(item => item.Tokens)];
        var model = await workers.DoAsync(
            new TrainRewardModel(member, sft, Tokens(training), Tokens(heldout), calibration), ct).ConfigureAwait(false);
        return new TimedEvent(new RewardModelTrained(
            member, model.Weights, model.TrainingLoss, model.TrainingAccuracy,
            model.Report.Accuracy, heldout.Items.Count, model.Report.CalibrationError, model.Report.LengthCorrelation,
            model.Bias, model.Scale), clock.Elapsed);
    }

    /// <summary>What is said of the whole ensemble.</summary>
    public static StageCompleted Completed(IReadOnlyList<RewardModelTrained> members) =>
        new(StageNames.RewardModels, [], [new("accuracy", members.Average(model => model.Accuracy))]);
}
