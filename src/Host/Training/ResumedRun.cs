using ActorRlhf.Actors.Live.Supervision;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Training;

/// <summary>Goes on with a run that was paused or cut off.</summary>
/// <param name="name">Its id, the beginning of it, or latest.</param>
/// <param name="overrides">Of keys that do not determine the result; the run's log will say so, and they stay until they are changed again.</param>
/// <param name="acceptBuild">Whether this build may go on with a run that another one began.</param>
sealed class ResumedRun(string name, IReadOnlyList<string> overrides, bool acceptBuild) : TrainingStart
{
    public override Task PrepareAsync(string? directory, CancellationToken ct)
    {
        // Opening it for writing would make one.
        DataDirectory.OpenForReading(directory).Dispose();
        return Task.CompletedTask;
    }

    public override async Task<(LaunchRun Launch, ResumeRun? Resume)> BeginAsync(DataDirectory data, CancellationToken ct)
    {
        var run = new RunReader(data.Store).Open(name);
        var state = run.State;
        if (state.IsTerminal) throw new RunOverException(run);
        OtherBuildException.ThrowUnless(run.Id, state, acceptBuild);
        var recipe = RecipeReader.Parse(run.Recipe.ToYaml(), run.Id.Value, overrides, checkPaths: false);
        foreach (var key in RecipeKeys.All)
            if (key.DeterminesResult && key.Value(recipe) != key.Value(run.Recipe)) throw new OtherRecipeException(run.Id, $"{key.Name}={key.Value(run.Recipe)}", $"{key.Name}={key.Value(recipe)}");
        EngineChoice.Of(recipe.Compute.Device);
        Talk.Say(state.Step > 0 ? $"run {run.Id} goes on behind step {state.Step} of {recipe.Rl.Steps}; the steps since its last whole checkpoint are executed again and compared with its log"
            : $"run {run.Id} goes on behind {(state.Sft is { } sft ? $"step {sft.Step} of SFT" : state.Stages is [.., var last] ? $"stage '{last.Stage}'" : "its start")}");
        var world = await RunWorld.OfAsync(run, recipe, data, acceptBuild, ct).ConfigureAwait(false);
        return (new LaunchRun(run.Id, recipe, world, RunFork.Of(run), acceptBuild), new ResumeRun("train --resume", RunFacts.Build));
    }
}
