using System.Diagnostics;
using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Rewards;
using ActorRlhf.Actors.Rollouts;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Runs.Stages;

/// <summary>Trains the ensemble, all members side by side.</summary>
static class RewardModelStage
{
    public static async Task<(IReadOnlyList<TimedEvent> Events, ModelWeights[] Members)> RunAsync(
        RunContext run, RunChildren children, ModelWeights sft, LabelledComparisons training, LabelledComparisons heldout, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        var prompts = run.World.CalibrationPrompts();
        var samples = await children.Rollout.AskAsync<Generated>(new Generate(sft,
            [.. prompts.Select((prompt, i) => new SampleRequest(prompt.TokenIds, 0, (uint)i))], RolloutSampling.Options(run, Purpose.CalibrationSampling)), ct).ConfigureAwait(false);
        var calibration = prompts.Zip(samples.Completions, (prompt, completion) => TokenSequence.Of(prompt.TokenIds, completion.TokenIds)).ToArray();

        Comparison[] Tokens(LabelledComparisons comparisons) => [.. comparisons.Items.Select(item => item.Tokens)];
        var (learn, test) = (Tokens(training), Tokens(heldout));
        var ready = await Task.WhenAll(Enumerable.Range(0, run.Recipe.Reward.Members).Select(member =>
            children.Rewards.AskAsync<RewardModelReady>(new TrainRewardModel(member, sft, learn, test, calibration), ct))).ConfigureAwait(false);

        RewardModelTrained[] events = [.. ready.Select(model => new RewardModelTrained(
            model.Member, run.Artefacts.Put(ModelWeightsFile.ToSafetensors(model.Weights)), model.TrainingLoss, model.TrainingAccuracy,
            model.Report.Accuracy, test.Length, model.Report.CalibrationError, model.Report.LengthCorrelation, model.Bias, model.Scale))];
        return ([.. events.Select(trained => new TimedEvent(trained)), new TimedEvent(Completed(events), clock.Elapsed)], [.. ready.Select(model => model.Weights)]);
    }

    /// <summary>What is logged when all members are trained.</summary>
    public static StageCompleted Completed(IEnumerable<RewardModelTrained> members) => new(StageNames.RewardModels, [], [new("accuracy", members.Average(member => member.Accuracy))]);
}
