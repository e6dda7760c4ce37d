using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Failures;
using ActorRlhf.Models.Llama;
using ActorRlhf.Models.ModelFolders;
using ActorRlhf.Models.Tokenizers;
using ActorRlhf.Models.Weights;

namespace ActorRlhf.Host.Inquiry;

/// <summary>Reward models with what scoring texts needs.</summary>
/// <param name="Members">Each with its name; an empty one where there is one only.</param>
/// <param name="Ensemble">From (K)(B) scores what the run's rule makes of them, (B); null for a model without a run.</param>
sealed record RewardModelsToScore(
    ITokenizer Tokenizer, IReadOnlyList<(string Name, ModelWeights Weights)> Members, Func<float[][], double[]>? Ensemble)
{
    /// <summary>The name of what the members come to together.</summary>
    public const string EnsembleName = "ensemble";

    /// <summary>Tokens that the models have room for.</summary>
    public int Positions => Members[0].Weights.Config.MaxPositions;

    /// <summary>The one in a folder in Hugging Face's layout.</summary>
    public static RewardModelsToScore Of(string folder)
    {
        var (weights, tokenizer) = ModelFolder.Load(folder, HeadKind.Scalar);
        return new RewardModelsToScore(tokenizer, [("", weights)], null);
    }

    /// <summary>Those that a run trained.</summary>
    /// <exception cref="RunNotReadyException">It has not trained them yet.</exception>
    /// <exception cref="ArtefactMissingException">An artefact is not there.</exception>
    public static RewardModelsToScore Of(RunRecord run)
    {
        var state = run.State;
        if (state.Stage(StageNames.RewardModels) is null)
            throw new RunNotReadyException(run.Id, StageNames.RewardModels, state.Stages.LastOrDefault()?.Stage, state.IsTerminal);
        var world = StoredWorld.Of(run);
        return new RewardModelsToScore(
            world.Tokenizer,
            [
                .. state.RewardModels.Select(model => (FormattableString.Invariant($"member-{model.Member}"), run.Artefacts.Read(
                    model.Weights, path => ModelWeightsFile.FromFile(path, world.Shape, HeadKind.Scalar, model.Weights.ToString())))),
            ],
            members => RewardMeasurement.Of(run.Recipe.Reward, members).Result);
    }
}
