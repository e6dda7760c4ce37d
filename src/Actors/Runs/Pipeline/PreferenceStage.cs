using System.Diagnostics;
using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Training;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>One line of a set of comparisons.</summary>
/// <param name="PromptId">The prompt's id.</param>
/// <param name="Prompt">Its text.</param>
/// <param name="PromptIds">Its token ids.</param>
/// <param name="Chosen">Text of the preferred completion.</param>
/// <param name="Rejected">Text of the other.</param>
/// <param name="ChosenIds">Token ids of the preferred completion.</param>
/// <param name="RejectedIds">Token ids of the other.</param>
/// <param name="Flipped">Whether noise turned the label round; null where nobody knows.</param>
public sealed record ComparisonRow(
    string PromptId, string Prompt, int[] PromptIds, string Chosen, string Rejected, int[] ChosenIds, int[] RejectedIds, bool? Flipped);

/// <summary>Collects comparisons: sampled and annotated in Pocket, read from the data elsewhere.</summary>
static class PreferenceStage
{
    public const string Training = "training", Heldout = "heldout";

    public static async Task<(IReadOnlyList<TimedEvent> Events, LabelledComparisons Training, LabelledComparisons Heldout)> RunAsync(
        RunContext run, IWorkers workers, ContentHash sft, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        async Task<LabelledComparisons> CollectAsync(bool heldout)
        {
            var requests = run.World.ComparisonRequests(heldout);
            if (requests.Count == 0) return run.World.Label(heldout, []);
            var options = RolloutSampling.Options(run, Purpose.PreferenceSampling);
            var generated = await workers.DoAsync(new Generate(sft, requests, options), ct).ConfigureAwait(false);
            return run.World.Label(heldout, generated.Completions);
        }
        var training = await CollectAsync(heldout: false).ConfigureAwait(false);
        var heldout = await CollectAsync(heldout: true).ConfigureAwait(false);
        return (
        [
            new TimedEvent(Labelled(run, Training, training)),
            new TimedEvent(Labelled(run, Heldout, heldout)),
            new TimedEvent(Completed(training.Items.Count, heldout.Items.Count), clock.Elapsed),
        ], training, heldout);
    }

    /// <summary>The comparisons of a finished stage, as they were labelled; a prompt's slices are not among what is kept of them.</summary>
    public static LabelledComparisons Read(ArtefactStore artefacts, PreferenceLabelled labelled) => new(labelled.Who,
        [.. JsonLines.Read<ComparisonRow>(artefacts.Read(labelled.Artefact)).Select(row => new LabelledComparison(
            new WorldPrompt(row.PromptId, row.Prompt, row.PromptIds, new Dictionary<string, string>()), row.Chosen, row.Rejected,
            new Comparison(TokenSequence.Of(row.PromptIds, row.ChosenIds), TokenSequence.Of(row.PromptIds, row.RejectedIds)),
            row.Flipped))], labelled.Ties);

    static PreferenceLabelled Labelled(RunContext run, string set, LabelledComparisons comparisons)
    {
        ComparisonRow[] rows = [.. comparisons.Items.Select(RowOf)];
        return Labelled(set, comparisons.Who, rows, comparisons.Ties, run.Artefacts.Put(JsonLines.Write(rows)));
    }

    /// <summary>A comparison's line.</summary>
    public static ComparisonRow RowOf(LabelledComparison item)
    {
        static int[] Completion(TokenSequence tokens) => tokens.TokenIds[tokens.PromptLength..];
        return new ComparisonRow(item.Prompt.Id, item.Prompt.Text, item.Prompt.TokenIds, item.Chosen, item.Rejected,
            Completion(item.Tokens.Chosen), Completion(item.Tokens.Rejected), item.Flipped);
    }

    /// <summary>What is logged of a set of comparisons.</summary>
    public static PreferenceLabelled Labelled(string set, string who, IReadOnlyList<ComparisonRow> rows, int ties, ContentHash artefact) =>
        new(set, who, rows.Count, rows.Count(row => row.Flipped == true), ties, artefact);

    /// <summary>What is logged when all comparisons are collected.</summary>
    public static StageCompleted Completed(int training, int heldout) =>
        new(StageNames.Preferences, [], [new("comparisons", training), new("heldout", heldout)]);
}
