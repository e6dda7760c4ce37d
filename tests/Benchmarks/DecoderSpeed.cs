using System.Diagnostics;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Benchmarks;

/// <summary>
/// Tokens a second of the CPU decoder and scorer at the shapes of the Pocket world: best and median
/// of several windows, since machines are shared, and the median share of what the multipliers can do just then.
/// </summary>
static class DecoderSpeed
{
    const int Rows = 64, Prompt = 16, Response = 32, Windows = 9;
    static readonly TimeSpan Window = TimeSpan.FromSeconds(0.5);

    public static int Run()
    {
        var shapes = new (string Name, LlamaConfig Config)[]
        {
            ("d64 x 2 layers", Shape(64, 192, 2, 210)),
            ("d128 x 4 layers", Shape(128, 384, 4, 256)),
        };
        Console.WriteLine($"bare fused multiply-adds: {FmaLimit.Measure(1):0} GFLOP/s on one thread, {FmaLimit.Measure(2):0} on two, "
            + "and anew before each window\n");
        Console.WriteLine($"{Rows} rows, prompt {Prompt}, response {Response}; "
            + "thousand tokens a second: best (median, its share of the multipliers)");
        foreach (var (name, config) in shapes)
            foreach (var threads in new[] { 1, 2 })
            {
                using var workers = new ComputeWorkers(threads);
                Console.WriteLine($"{name}, {threads} thread(s): generate {Generate(workers, config)}, "
                    + $"log-probs {LogProbs(workers, config)}, scores {Scores(workers, config)}");
            }
        return 0;
    }

    static string Generate(ComputeWorkers workers, LlamaConfig config)
    {
        using var decoder = new CpuDecoder(workers);
        decoder.Load(Weights(config, HeadKind.LanguageModel));
        SampleRequest[] requests = [.. Enumerable.Range(0, Rows)
            .Select(row => new SampleRequest([.. Tokens(config, row).Take(Prompt)], 0, (uint)row))];
        // Never sampled, so that every row has full length.
        var options = new SamplingOptions { MaxTokens = Response, EosTokenId = config.VocabularySize };
        // The last token is sampled and goes through no layer.
        var operations = Operations.Forward(config, Prompt + Response - 1, Response, config.VocabularySize);
        return Measure(Response, operations, workers.Threads, () => decoder.Generate(requests, options));
    }

    static string LogProbs(ComputeWorkers workers, LlamaConfig config)
    {
        using var scorer = new CpuScorer(workers);
        scorer.Load(Weights(config, HeadKind.LanguageModel));
        var sequences = Sequences(config);
        var operations = Operations.Forward(config, Prompt + Response - 1, Response, config.VocabularySize);
        return Measure(Prompt + Response, operations, workers.Threads, () => scorer.LogProbs(sequences, 1));
    }

    static string Scores(ComputeWorkers workers, LlamaConfig config)
    {
        using var scorer = new CpuScorer(workers);
        scorer.Load(Weights(config, HeadKind.Scalar));
        var sequences = Sequences(config);
        return Measure(
            Prompt + Response, Operations.Forward(config, Prompt + Response, 1, 1), workers.Threads, () => scorer.Scores(sequences));
    }

    static string Measure(int tokens, double operations, int threads, Action call)
    {
        var windows = new List<(double Rate, double Share)>(); // rows a second
        for (var window = -1; window < Windows; window++)      // the first warms up
        {
            var limit = FmaLimit.Measure(threads) * 1e9;
            var (watch, calls) = (Stopwatch.StartNew(), 0);
            for (; watch.Elapsed < Window; calls++) call();
            var rate = Rows * calls / watch.Elapsed.TotalSeconds;
            if (window >= 0) windows.Add((rate, rate * operations / limit));
        }
        double[] rates = [.. windows.Select(window => window.Rate).Order()], shares = [.. windows.Select(window => window.Share).Order()];
        return $"{rates[^1] * tokens / 1000:f0} ({rates[Windows / 2] * tokens / 1000:f0}, {shares[Windows / 2]:0%})";
    }

    static TokenSequence[] Sequences(LlamaConfig config) =>
        [.. Enumerable.Range(0, Rows).Select(row => new TokenSequence([.. Tokens(config, row).Take(Prompt + Response)], Prompt))];

    static IEnumerable<int> Tokens(LlamaConfig config, int row)
    {
        var random = Purpose.Generate.Draws(1, 0, (uint)row);
        while (true) yield return random.Integer(config.VocabularySize);
    }

    static ModelWeights Weights(LlamaConfig config, HeadKind head)
    {
        var weights = new ModelWeights(config, head);
        var random = Purpose.PolicyInitialisation.Draws(2);
        foreach (ref var element in weights.Data.AsSpan()) element = (float)(0.1 * random.Normal());
        return weights;
    }

    static LlamaConfig Shape(int hidden, int intermediate, int layers, int vocabulary) => new()
    {
        HiddenSize = hidden,
        IntermediateSize = intermediate,
        Layers = layers,
        Heads = 4,
        KeyValueHeads = 4,
        VocabularySize = vocabulary,
        MaxPositions = 64,
    };
}
