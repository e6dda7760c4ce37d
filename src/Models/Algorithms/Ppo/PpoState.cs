using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Training;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Models.Algorithms.Ppo;

/// <summary>Everything that PPO's next step depends on besides its settings; a checkpoint is these four as named files.</summary>
/// <param name="Policy">Nobody changes it.</param>
/// <param name="Critic">Nobody changes it; a scalar model.</param>
/// <param name="PolicyOptimizer">Adam's state; null for a fresh one.</param>
/// <param name="CriticOptimizer">The same for the critic; null for a fresh one, and only together with the policy's.</param>
public sealed record PpoState(ModelWeights Policy, ModelWeights Critic, AdamState? PolicyOptimizer, AdamState? CriticOptimizer)
{
    /// <summary>Name of the policy's file.</summary>
    public const string PolicyFile = "policy";
    /// <summary>Name of the file of the policy's optimiser.</summary>
    public const string PolicyOptimizerFile = "policy-optimizer";
    /// <summary>Name of the critic's file.</summary>
    public const string CriticFile = "critic";
    /// <summary>Name of the file of the critic's optimiser.</summary>
    public const string CriticOptimizerFile = "critic-optimizer";

    /// <summary>The files of a checkpoint, in the order in which an event names them.</summary>
    public static IReadOnlyList<string> FileNames { get; } = [PolicyFile, PolicyOptimizerFile, CriticFile, CriticOptimizerFile];

    /// <summary>What a trainer has now, and no copy of it: to be used up before the trainer goes on.</summary>
    public static PpoState Of(PpoTrainer trainer) => new(
        trainer.Policy.Weights, trainer.Critic.Weights, AdamState.Of(trainer.Policy.Optimizer), AdamState.Of(trainer.Critic.Optimizer));

    /// <summary>A copy.</summary>
    public PpoState Copy() => new(Policy.Clone(), Critic.Clone(), PolicyOptimizer?.Copy(), CriticOptimizer?.Copy());

    /// <summary>Its files in the order of <see cref="FileNames"/>, each with what writes its bytes. A fresh optimiser has none.</summary>
    public IEnumerable<(string Name, Action<Stream> Write)> Files()
    {
        yield return (PolicyFile, stream => ModelWeightsFile.WriteTo(stream, Policy));
        if (PolicyOptimizer is { } policy) yield return (PolicyOptimizerFile, stream => AdamFile.Write(stream, policy));
        yield return (CriticFile, stream => ModelWeightsFile.WriteTo(stream, Critic));
        if (CriticOptimizer is { } critic) yield return (CriticOptimizerFile, stream => AdamFile.Write(stream, critic));
    }

    /// <summary>Reads what <see cref="Files"/> wrote; policy and critic alone are a beginning, whose optimisers are fresh.</summary>
    /// <param name="files">The path of each file by its name.</param>
    /// <param name="shape">Of policy and critic.</param>
    /// <exception cref="ArgumentException">A file is not among them.</exception>
    /// <exception cref="Safetensors.SafetensorsException">A file is damaged.</exception>
    /// <exception cref="ModelFolderException">A file is another model's.</exception>
    public static PpoState Read(IReadOnlyDictionary<string, string> files, LlamaConfig shape)
    {
        var isFresh = !files.ContainsKey(PolicyOptimizerFile) && !files.ContainsKey(CriticOptimizerFile);
        string Path(string name) => files.TryGetValue(name, out var path)
            ? path
            : throw new ArgumentException($"there is no file '{name}' among {string.Join(", ", files.Keys)}; "
                + $"PPO goes on from {string.Join(", ", FileNames)}, and begins with {PolicyFile} and {CriticFile}");
        ModelWeights Weights(string name, HeadKind head) => ModelWeightsFile.FromFile(Path(name), shape, head, name);
        AdamState? Optimizer(string name, HeadKind head) => isFresh ? null : AdamFile.Read(Path(name), ModelLayout.Of(shape, head));
        return new PpoState(
            Weights(PolicyFile, HeadKind.LanguageModel), Weights(CriticFile, HeadKind.Scalar),
            Optimizer(PolicyOptimizerFile, HeadKind.LanguageModel), Optimizer(CriticOptimizerFile, HeadKind.Scalar));
    }
}
