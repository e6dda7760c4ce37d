using System.Globalization;
using ActorRlhf.Models.Llama;

namespace ActorRlhf.Benchmarks;

/// <summary>The most memory that whole runs take, as models grow: every stage, three reward models, checkpoints and evaluations.</summary>
static class MemoryUse
{
    const double Program = 150;                       // MB of a run of next to no model
    const int PocketVocabulary = 209;

    static readonly (int Hidden, int Layers, int Heads, int Intermediate)[] s_shapes =
        [(64, 2, 4, 192), (128, 4, 4, 384), (256, 6, 8, 768), (512, 8, 8, 1536)];

    /// <summary>Prints a row for each shape.</summary>
    public static int Run()
    {
        Console.WriteLine($"| policy | parameters | peak MB | bytes a parameter beyond {Program} MB | seconds |");
        Console.WriteLine("| --- | --- | --- | --- | --- |");
        foreach (var (hidden, layers, heads, intermediate) in s_shapes)
        {
            var data = Directory.CreateTempSubdirectory("actorrlhf-memory-").FullName;
            try
            {
                string[] settings =
                [
                    $"policy.hiddenSize={hidden}", $"policy.layers={layers}", $"policy.heads={heads}", $"policy.keyValueHeads={heads}",
                    $"policy.intermediateSize={intermediate}", "reward.members=3", "pretrain.steps=4", "checkpoint.sftEvery=2",
                    "preferences.pairs=256", "preferences.heldout=64", "reward.calibrationSamples=64", "rl.steps=3", "checkpoint.every=1",
                    "evaluation.every=2", "evaluation.prompts=32",
                ];
                var (result, peak) = TrainProcess.Run(data, ["quickstart", .. settings.SelectMany(setting => new[] { "--set", setting })]);
                var parameters = Parameters(hidden, layers, heads, intermediate);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| C {hidden}, {layers} layers | {parameters / 1e6:0.0} million | {peak:0} | {(peak - Program) * 1e6 / parameters:0} "
                    + $"| {result.GetProperty("seconds").GetProperty("total").GetDouble():0} |"));
            }
            finally
            {
                Directory.Delete(data, recursive: true);
            }
        }
        return 0;
    }

    static long Parameters(int hidden, int layers, int heads, int intermediate) => ModelLayout.Of(
        new LlamaConfig
        {
            HiddenSize = hidden,
            Layers = layers,
            Heads = heads,
            KeyValueHeads = heads,
            IntermediateSize = intermediate,
            VocabularySize = PocketVocabulary,
            MaxPositions = 1,
        }, HeadKind.LanguageModel).Sum(parameter => (long)parameter.Length);
}
