using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Worlds;

/// <summary>Where a run's prompts, demonstrations, preferences and evaluators come from.</summary>
/// <remarks>
/// Immutable and thread-safe; every answer is a function of the recipe, its data and
/// the arguments. No prompt is in two of the three sets (training, RL, held out).
/// </remarks>
public interface IWorld
{
    /// <summary>Name of the held-out set: <c>heldout:NAME</c> in events.</summary>
    string Name { get; }

    /// <summary>Turns text into ids and back.</summary>
    ITokenizer Tokenizer { get; }

    /// <summary>What judges held-out completions.</summary>
    IReadOnlyList<IEvaluator> Evaluators { get; }

    /// <summary>Id and metric of the evaluator that knows the true utility; null where nobody does.</summary>
    string? GoldEvaluator { get; }

    /// <summary>Counts that describe the world's data: they belong to the trajectory, so they hold no path and no time.</summary>
    IReadOnlyList<NamedNumber> Facts { get; }

    /// <summary>Files that the data came from. The run's first stage makes artefacts of them; nobody else asks.</summary>
    IReadOnlyList<WorldSource> Sources { get; }

    /// <summary>
    /// What data cost on the way in: lines that could not be read, prompts that were cut. For a person; one sentence each.
    /// </summary>
    IReadOnlyList<string> Notes { get; }

    /// <summary>The shape of the policy, and so of everything that starts from it.</summary>
    LlamaConfig Shape { get; }

    /// <summary>The policy before SFT: a pretrained one, or drawn from the seed.</summary>
    ModelWeights InitialPolicy();

    /// <summary>One batch of demonstrations for SFT.</summary>
    /// <param name="step">From 0.</param>
    IReadOnlyList<TokenSequence> Demonstrations(int step);

    /// <summary>Prompts of one RL step.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="count">How many.</param>
    IReadOnlyList<WorldPrompt> RolloutPrompts(int step, int count);

    /// <summary>The held-out prompts, the same at every evaluation; more of them begin with the same ones.</summary>
    /// <param name="count">How many; fewer where the data has no more.</param>
    IReadOnlyList<WorldPrompt> HeldoutPrompts(int count);

    /// <summary>Training prompts on whose samples reward models are centred and standardised.</summary>
    IReadOnlyList<WorldPrompt> CalibrationPrompts();

    /// <summary>
    /// What to sample from the SFT policy for comparisons, the two sides of each behind one another; nothing where people compared.
    /// </summary>
    /// <param name="heldout">false: those to train on; true: those to measure accuracy on.</param>
    IReadOnlyList<SampleRequest> ComparisonRequests(bool heldout);

    /// <summary>Labelled comparisons.</summary>
    /// <param name="heldout">As for <see cref="ComparisonRequests"/>.</param>
    /// <param name="completions">One for each of <see cref="ComparisonRequests"/>, in their order.</param>
    LabelledComparisons Label(bool heldout, IReadOnlyList<Completion> completions);
}
