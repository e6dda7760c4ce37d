using ActorRlhf.Evaluation.Catalogue.MultipleChoice;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.ModelFolders;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Which choice is likeliest.</summary>
/// <param name="Items">The questions.</param>
/// <param name="Letters">Whether the choices are listed in the question and their letters scored.</param>
/// <param name="Limit">How many of the file's questions there are, where others were left out; null for all.</param>
sealed record ChoiceBenchmark(IReadOnlyList<ChoiceItem> Items, bool Letters, int? Limit) : Benchmark(
    MultipleChoice, ChoiceScores.Version, Of(("format", Letters ? "letters" : "text"), ("limit", Limit)), ChoiceScores.Metrics, Items.Count)
{
    const int AtOnce = 64;                            // a few seconds of a small model between two words to the user

    /// <inheritdoc/>
    public override IEnumerable<IReadOnlyList<BenchResult>> Ask(ModelToGenerate model, ComputeWorkers workers)
    {
        using var scorer = new CpuScorer(workers);
        scorer.Load(model.Weights);
        var bench = new ChoiceBench(
            model.Tokenizer, model.Weights.Config.MaxPositions, sequences => scorer.LogProbs(sequences, temperature: 1), Letters);
        foreach (var items in Items.Chunk(AtOnce)) yield return bench.Score(items);
    }
}
