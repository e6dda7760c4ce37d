using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Actors.Tests.Runs;

/// <summary>A real world in which a test changes one thing.</summary>
abstract class ChangedWorld(IWorld world) : IWorld
{
    public string Name => world.Name;
    public ITokenizer Tokenizer => world.Tokenizer;
    public virtual IReadOnlyList<IEvaluator> Evaluators => world.Evaluators;
    public virtual string? GoldEvaluator => world.GoldEvaluator;
    public IReadOnlyList<NamedNumber> Facts => world.Facts;
    public IReadOnlyList<WorldSource> Sources => world.Sources;
    public IReadOnlyList<string> Notes => world.Notes;
    public LlamaConfig Shape => world.Shape;
    public ModelWeights InitialPolicy() => world.InitialPolicy();
    public virtual IReadOnlyList<TokenSequence> Demonstrations(int step) => world.Demonstrations(step);
    public IReadOnlyList<WorldPrompt> RolloutPrompts(int step, int count) => world.RolloutPrompts(step, count);
    public IReadOnlyList<WorldPrompt> HeldoutPrompts(int count) => world.HeldoutPrompts(count);
    public IReadOnlyList<WorldPrompt> CalibrationPrompts() => world.CalibrationPrompts();

    public IReadOnlyList<SampleRequest> ComparisonRequests(bool heldout) => world.ComparisonRequests(heldout);
    public LabelledComparisons Label(bool heldout, IReadOnlyList<Completion> completions) => world.Label(heldout, completions);
}
