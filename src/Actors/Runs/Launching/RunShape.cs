using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Worlds;
using ActorRlhf.Models.Llama;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>The shape of a run's policy, before anybody makes its world.</summary>
/// <remarks>Reads files: not for a thread that others wait for. Throws what reading a store or a model folder throws.</remarks>
static class RunShape
{
    /// <summary>Of a run that is in the log.</summary>
    public static LlamaConfig Of(RunRecord run, Store store) => run.State.Stage(StageNames.World) is not null
        ? StoredWorld.PolicyOf(run).Shape
        : Of(run.Recipe, store);

    /// <summary>Of one that a recipe would begin.</summary>
    public static LlamaConfig Of(Recipe recipe, Store store) =>
        recipe.Policy.OfRun is { } policy ? StoredWorld.PolicyOf(RunModel.Find(new RunReader(store), policy).Run).Shape
        : recipe.Policy.Path is { } folder
            ? LlamaConfigFile.Read(Path.Combine(folder, LlamaConfigFile.FileName), HeadKind.LanguageModel)
        : WorldFactory.Create(recipe).Shape;
}
