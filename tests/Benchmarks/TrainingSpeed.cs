using System.Diagnostics;
using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Engines.Torch;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Benchmarks;

/// <summary>
/// Tokens a second of one training step (forward, cross entropy of every token, backward,
/// clipping, Adam) at the shapes of the plain PyTorch loop that we measure against.
/// </summary>
/// <remarks>
/// Every position is read and every row has full length, so nothing is saved on prompts or padding: this is the bare step.
/// </remarks>
static class TrainingSpeed
{
    const int Vocabulary = 256, Windows = 5, Shards = 8;
    static readonly TimeSpan s_window = TimeSpan.FromSeconds(1.2);

    public static int Run()
    {
        Console.WriteLine($"bare fused multiply-adds: {FmaLimit.Measure(1):0} GFLOP/s on one thread, {FmaLimit.Measure(2):0} on two, "
            + "and anew before each window\n");
        Console.WriteLine("| model | batch | engine | threads | train tokens/s: median (best) | ms a step | of the multipliers |");
        Console.WriteLine("| --- | --- | --- | --- | --- | --- | --- |");
        (string, int, int, int, int, int)[] shapes = [("C 64, 2 layers", 64, 2, 192, 48, 64), ("C 128, 4 layers", 128, 4, 352, 128, 32),
            ("C 256, 4 layers", 256, 4, 704, 128, 32), ("C 256, 6 layers", 256, 6, 704, 128, 32),
            ("C 512, 8 layers", 512, 8, 1536, 128, 16)];
        foreach (var (name, hidden, layers, intermediate, time, rows) in shapes)
            foreach (var (engineName, engine, threads) in Engines())
            {
                var config = new LlamaConfig
                {
                    HiddenSize = hidden,
                    IntermediateSize = intermediate,
                    Layers = layers,
                    Heads = 4,
                    KeyValueHeads = 4,
                    VocabularySize = Vocabulary,
                    MaxPositions = time + 1,
                };
                using var workers = new ComputeWorkers(threads);
                var weights = WeightInitialisation.LanguageModel(config, seed: 1);
                using var trainer = new SftTrainer(weights, new AdamOptions(), Shards, workers, engine);
                var batch = Enumerable.Range(0, rows).Select(row => Row(row, time + 1)).ToArray();
                var windows = Measure(threads, () => trainer.Step(batch, 1e-3, 1).Tokens);
                var median = Median(windows, window => window.Rate);
                var operations = 3 * Operations.Forward(config, time, time, Vocabulary) / time;
                Console.WriteLine($"| {name} | {rows} x {time} | {engineName} | {threads} "
                    + $"| {median:0} ({windows.Max(window => window.Rate):0}) "
                    + $"| {1000.0 * rows * time / median:0.0} | {Median(windows, window => window.Rate / window.Limit) * operations:0%} |");
            }
        return 0;
    }

    static IEnumerable<(string Name, IEngine Engine, int Threads)> Engines() =>
        from one in ((string, IEngine)[])[("torch", TorchEngine.Cpu), ("simd", new SimdEngine())]
        from threads in (int[])[1, 2]
        select (one.Item1, one.Item2, threads);

    static TokenSequence Row(int row, int length)
    {
        var random = Purpose.Generate.Draws(1, 0, (uint)row);
        return new TokenSequence([.. Enumerable.Range(0, length).Select(_ => random.Integer(Vocabulary))], PromptLength: 1);
    }

    /// <summary>Tokens a second, and operations a second of bare multiply-adds just before; the first window warms up.</summary>
    static (double Rate, double Limit)[] Measure(int threads, Func<int> step)
    {
        var windows = new List<(double, double)>();
        for (var window = -1; window < Windows; window++)
        {
            var limit = FmaLimit.Measure(threads) * 1e9;
            var (tokens, watch) = (0L, Stopwatch.StartNew());
            while (watch.Elapsed < s_window) tokens += step();
            if (window >= 0) windows.Add((tokens / watch.Elapsed.TotalSeconds, limit));
        }
        return [.. windows];
    }

    static double Median<T>(T[] windows, Func<T, double> number) => windows.Select(number).Order().ElementAt(windows.Length / 2);
}
