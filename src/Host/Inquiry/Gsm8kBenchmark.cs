using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Catalogue.Mathematics;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.ModelFolders;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Solving the word problems of GSM8K.</summary>
/// <param name="Problems">The questions.</param>
/// <param name="Prompts">Words the prompts.</param>
/// <param name="Shots">Worked examples before each question.</param>
/// <param name="MaxTokens">Most tokens of a completion.</param>
/// <param name="ShowPrompts">Whether results say what the model was given.</param>
/// <param name="Limit">How many of the file's questions there are, where others were left out; null for all.</param>
sealed record Gsm8kBenchmark(
    IReadOnlyList<Gsm8kExample> Problems, Gsm8kPrompts Prompts, int Shots, int MaxTokens, bool ShowPrompts, int? Limit)
    : Benchmark(
        Gsm8k, $"{Asking}+{Gsm8k}.{s_evaluator.Version}", Of(("limit", Limit), ("maxTokens", MaxTokens), ("shots", Shots)),
        s_evaluator.Metrics, Problems.Count)
{
    /// <summary>Most shots.</summary>
    public const int MostShots = 64;
    const string Asking = "1.0.0";                    // prompts, stop strings, sampling: what changes answers is another version
    const int AtOnce = 16;                            // a few seconds of a small model between two words to the user
    static readonly IEvaluator s_evaluator = BuiltInEvaluators.ById[Gsm8k];

    /// <inheritdoc/>
    public override IEnumerable<IReadOnlyList<BenchResult>> Ask(ModelToGenerate model, ComputeWorkers workers)
    {
        using var decoder = new CpuDecoder(workers);
        decoder.Load(model.Weights);
        var bench = new Gsm8kBench(model, decoder, Prompts, s_evaluator, MaxTokens, ShowPrompts);
        foreach (var problems in Problems.Index().Chunk(AtOnce)) yield return bench.Solve(problems);
    }
}
