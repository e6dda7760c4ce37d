using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Actors.Worlds;

namespace ActorRlhf.Actors.Runs.Launching;

/// <summary>Makes of what somebody asks for what a run's actor needs: reads recipe and log, makes the world, leaves the parent.</summary>
/// <remarks>Reads files, hashes, and may execute steps again: not for a thread that others wait for.</remarks>
/// <param name="store">Opened for writing.</param>
/// <param name="time">Clock of the snapshots.</param>
sealed class RunPreparation(Store store, TimeProvider time)
{
    /// <summary>Prepares a run.</summary>
    /// <param name="note">Hears what a person should know before it begins.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="RecipeException">The recipe or an override is wrong.</exception>
    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <exception cref="RunOverException">The run that is to go on has ended.</exception>
    /// <exception cref="OtherBuildException">Another build trained it, and nobody has accepted this one.</exception>
    /// <remarks>Also throws what reading a store, a model folder or data throws; <see cref="Refusal"/> tells what is whose fault.</remarks>
    public Task<PreparedRun> OfAsync(RunLaunch launch, Action<string> note, CancellationToken ct) => launch switch
    {
        BeginRun begin => BeginAsync(begin, note, ct),
        ContinueRun goOn => ContinueAsync(goOn, note, ct),
        _ => throw new ArgumentOutOfRangeException(nameof(launch), launch, "a launch"),
    };

    Task<PreparedRun> BeginAsync(BeginRun launch, Action<string> note, CancellationToken ct)
    {
        var asked = AskedRun.Of(launch, store);
        return launch is ForkRun ? ForkAsync(launch, asked, note, ct) : TrainAsync(launch, asked, note, ct);
    }

    async Task<PreparedRun> TrainAsync(RunLaunch launch, AskedRun asked, Action<string> note, CancellationToken ct)
    {
        var world = await WorldAsync(asked, launch.AcceptBuild, note, ct).ConfigureAwait(false);
        foreach (var one in world.Notes) note($"note: {one}");
        return new PreparedRun(launch.Run, asked.Recipe, world, AcceptBuild: launch.AcceptBuild);
    }

    async Task<PreparedRun> ForkAsync(RunLaunch launch, AskedRun asked, Action<string> note, CancellationToken ct)
    {
        var (recipe, parent, step) = (asked.Recipe, asked.Source!, asked.Step);
        note($"fork of {parent.Id} after step {step}{StepsAgain.Of(parent, step)}");
        var fork = await RunFork.LeaveAsync(parent, step, recipe, launch.AcceptBuild, store.Artefacts, null, ct).ConfigureAwait(false);
        return new PreparedRun(launch.Run, recipe, StoredWorld.Of(parent, recipe), fork, launch.AcceptBuild);
    }

    async Task<PreparedRun> ContinueAsync(ContinueRun launch, Action<string> note, CancellationToken ct)
    {
        var reader = new RunReader(store);
        if (!reader.Has(launch.Run)) throw reader.NotThere(launch.Run.Value);
        new RunSnapshots(store.Journal, launch.Run).Make(store, time);
        var run = reader.Read(launch.Run);
        var state = run.State;
        if (state.IsTerminal) throw new RunOverException(run);
        OtherBuildException.ThrowUnless(run.Id, state, launch.AcceptBuild);
        var recipe = RecipeReader.Parse(run.Recipe.ToYaml(), run.Id.Value, launch.Overrides, checkPaths: false);
        OtherRecipeException.ThrowUnless(run.Id, run.Recipe, recipe);
        EngineChoice.ThrowUnlessThere(recipe.Compute);
        if (state.IsWaiting) return await BeginWaitingAsync(launch, run, recipe, note, ct).ConfigureAwait(false);
        note(state.Step > 0
            ? $"run {run.Id} goes on behind step {state.Step} of {recipe.Rl.Steps}; "
                + "the steps since its last whole checkpoint are executed again and compared with its log"
            : $"run {run.Id} goes on behind {WhereBeforeRl(state)}");
        var world = await WorldOfAsync(run, recipe, launch.AcceptBuild, note, ct).ConfigureAwait(false);
        return new PreparedRun(run.Id, recipe, world, RunFork.Of(run), launch.AcceptBuild, new ResumeRun(launch.Reason, RunFacts.Build));
    }

    Task<PreparedRun> BeginWaitingAsync(ContinueRun launch, RunRecord run, Recipe recipe, Action<string> note, CancellationToken ct)
    {
        note($"run {run.Id}, which {run.State.Queued!.By} put into the queue, begins");
        if (run.State.Parent is { } parent)
        {
            var left = new RunReader(store).OpenVerified(parent.Run);
            ForkRecipe.ThrowUnlessOf(left, recipe);
            return ForkAsync(launch, new AskedRun(recipe, left, parent.Step), note, ct);
        }
        WorldMovedException.ThrowUnlessThere(run.Id, recipe);
        return TrainAsync(launch, AskedRun.Of(recipe, store), note, ct);
    }

    static string WhereBeforeRl(RunState state) => state.Sft is { } sft ? $"step {sft.Step} of SFT"
        : state.Stages is [.., var last] ? $"stage '{last.Stage}'"
        : "its start";

    /// <summary>The world of a run that was there before: from what it stored; before that from what its recipe names.</summary>
    /// <exception cref="WorldMovedException">It has stored nothing yet, and a path leads nowhere.</exception>
    async Task<IWorld> WorldOfAsync(RunRecord run, Recipe recipe, bool acceptBuild, Action<string> note, CancellationToken ct)
    {
        if (run.State.Stage(StageNames.World) is not null) return StoredWorld.Of(run, recipe);
        WorldMovedException.ThrowUnlessThere(run.Id, recipe);
        return await WorldAsync(AskedRun.Of(recipe, store), acceptBuild, note, ct).ConfigureAwait(false);
    }

    static async Task<IWorld> WorldAsync(AskedRun asked, bool acceptBuild, Action<string> note, CancellationToken ct)
    {
        if (asked.Source is not { } run) return WorldFactory.Create(asked.Recipe);
        note($"starts from the policy of run {run.Id} after step {asked.Step}{StepsAgain.Of(run, asked.Step)}");
        var model = await RunModel.LoadAsync(run, asked.Step, acceptBuild, ct).ConfigureAwait(false);
        return WorldFactory.Create(asked.Recipe, WorldMaterial.Of(asked.Recipe, PolicyMaterial.Of(model)));
    }
}
