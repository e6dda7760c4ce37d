using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Workers;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>What a request for a run means, so exactly that it means the same for ever.</summary>
/// <param name="Recipe">What to do; where it starts from another run's policy, it has that run's whole id and the step.</param>
/// <param name="Source">The run that a fork leaves, or whose policy is taken; its chain was verified. Null where there is none.</param>
/// <param name="Step">After which step.</param>
sealed record AskedRun(Recipe Recipe, RunRecord? Source, int Step)
{
    /// <summary>Reads a request for a new run.</summary>
    /// <exception cref="RecipeException">The recipe or an override is wrong.</exception>
    /// <exception cref="RunNotFoundException">A run that it names is not there.</exception>
    /// <exception cref="RunIdTakenException">The id is that of a run that waits, or was deleted.</exception>
    public static AskedRun Of(BeginRun request, Store store)
    {
        RunIdTakenException.ThrowIfTaken(request.Run, store);
        var asked = request switch
        {
            LaunchRun launch => Of(RecipeReader.Parse(launch.Recipe, $"the recipe of run {launch.Run}"), store),
            ForkRun fork => Of(fork, store),
            _ => throw new ArgumentOutOfRangeException(nameof(request), request, "a request for a run"),
        };
        EngineChoice.ThrowUnlessThere(asked.Recipe.Compute);
        return asked;
    }

    /// <summary>The same for a recipe that was read.</summary>
    public static AskedRun Of(Recipe recipe, Store store)
    {
        if (recipe.Policy.OfRun is not { } policy) return new AskedRun(recipe, null, 0);
        RunRecord run;
        int step;
        try { (run, step) = RunModel.Find(new RunReader(store), policy); }
        catch (RunNotFoundException) { throw new RunNotFoundException(policy.Run, store.Place, $"policy.path is {recipe.Policy.Path}"); }
        var name = new RunPolicyName(run.Id.Value, step).ToString();
        return new AskedRun(recipe with { Policy = recipe.Policy with { Path = name } }, run, step);
    }

    static AskedRun Of(ForkRun request, Store store)
    {
        var parent = new RunReader(store).OpenVerified(request.Parent);
        return new AskedRun(ForkRecipe.Of(parent, request.Step, request.Overrides), parent, request.Step);
    }
}
