using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Models.Compute;

namespace ActorRlhf.Actors.Runs.Recomputing;

/// <summary>
/// Executes the whole of a run again, from its seed to its last weights, and compares every event byte for byte. Stores nothing.
/// </summary>
/// <remarks>
/// It does what <see cref="RunWork"/> says is next, as the run's own actor did, so a stage that comes to the pipeline is executed again
/// without a word here. Artefacts are read only where they came out equal before. Not thread-safe.
/// </remarks>
public sealed class WholeRecomputation
{
    readonly RunRecord _run;
    readonly StepComparison _comparison = new(EventCatalogue.Known);
    readonly RunState _past;
    readonly ComputePool? _pool;
    readonly ReadEvent[] _logged;                             // of the run's own stream
    readonly LoggedEvaluations _evaluations;

    /// <param name="run">The run; of a fork what it does not share with its parent, which is executed again as the parent's.</param>
    /// <param name="acceptBuild">Whether this build may execute a run that another one trained.</param>
    /// <param name="pool">Where to compute, beside others; null for threads of its own.</param>
    /// <exception cref="OtherBuildException">Another build trained the run, and nobody has accepted this one.</exception>
    public WholeRecomputation(RunRecord run, bool acceptBuild, ComputePool? pool = null)
    {
        OtherBuildException.ThrowUnless(run.Id, run.State, acceptBuild);
        (_run, _past, _pool) = (run, run.Past().State, pool);
        _logged = [.. run.Training().Where(run.Owns)];
        _evaluations = new LoggedEvaluations(run, _comparison);
    }

    /// <summary>The steps that were executed again and found equal, in order.</summary>
    public List<int> Steps { get; } = [];
    /// <summary>The stages before RL, likewise.</summary>
    public List<string> Stages { get; } = [];
    /// <summary>The steps after which a held-out evaluation was, likewise.</summary>
    public IReadOnlyList<int> Evaluations => _evaluations.Equal;
    /// <summary>How many events were found equal.</summary>
    public int Events { get; private set; }

    /// <summary>Executes it.</summary>
    /// <param name="until">The last step that matters, with which a fork's parent ends; the run's last unless said.</param>
    /// <param name="progress">Hears what is executed next: <c>sft</c>, <c>step 17</c>.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The files of the state after the last step; null where the run has no step.</returns>
    /// <exception cref="RecomputationDifferenceException">Something came out other than the log has it.</exception>
    /// <exception cref="ArtefactMissingException">What the run started from is not there.</exception>
    public async Task<IReadOnlyList<NamedArtefact>?> ExecuteAsync(int? until, Action<string>? progress, CancellationToken ct)
    {
        if (_run.State.Stage(StageNames.World) is null) return null;  // nothing was executed yet
        // Evaluations and checkpoints are wanted where the log has them, whatever the recipe: they change no result, and whoever resumes
        // a run may move them.
        var every = _logged.Select(read => read.Event).OfType<SftCheckpointed>()
            .Aggregate(0, (divisor, saved) => Divisor(divisor, saved.Step));
        var recipe = _run.Recipe with
        {
            Evaluation = _run.Recipe.Evaluation with { Every = 1 },
            Checkpoint = new CheckpointRecipe { Every = int.MaxValue, SftEvery = every == 0 ? int.MaxValue : every, Keep = 0 }
        };
        var context = new RunContext(_run.Id, recipe, StoredWorld.FromTheSeed(_run), _run.Artefacts.WithoutWriting()) { Past = _past };
        var targets = _logged.Select(read => read.Event).OfType<StepRolledBack>().Select(back => back.Checkpoint).ToHashSet();
        using var threads = _pool?.Share(recipe.Compute.Threads) ?? new ComputeWorkers(recipe.Compute.Threads);
        using var workers = new LocalWorkers(recipe, new WeightsExchange(context.Artefacts, context.World.Shape), threads, _ => { });
        var work = new RunWork(context, workers, _evaluations, new LoggedSteps(), ahead: false);
        var (state, again, what) = (_past, new Queue<IEvent>(), "");

        async Task DoAsync(WorkItem item)
        {
            if (item.Name != "restore") progress?.Invoke(what = item.Name);
            var result = await item.Do(ct).ConfigureAwait(false);
            foreach (var timed in result.Events) again.Enqueue(timed.Fact);
            result.Then();
        }

        async Task ForwardAsync(ReadEvent logged)
        {
            while (again.Count == 0)
            {
                var next = logged.Event is CheckpointSaved saved && work.Rl.Cursor is { } cursor
                    && cursor.Step == saved.Step && _evaluations.Asked.Contains(saved.Step)
                    ? new WorkItem($"checkpoint {saved.Step}", token => work.Rl.CheckpointAsync(cursor, null, token))
                    : work.Next(state, default);
                await DoAsync(next ?? throw Differs(what, logged, "the run had nothing more to do")).ConfigureAwait(false);
                // A run that was resumed with another checkpoint.sftEvery has fewer of them.
                while (again.TryPeek(out var extra) && extra is SftCheckpointed early
                    && (logged.Event as SftCheckpointed)?.Step != early.Step)
                    again.Dequeue();
            }
        }

        var shared = _past.Step;
        foreach (var logged in _logged)
        {
            if (EventSteps.Of(logged.Event) > until) break;
            if (logged.Event is CheckpointSaved own && _run.State.Parent?.Step == own.Step && state.Checkpoints.IsEmpty)
                await InheritedAsync(logged, own).ConfigureAwait(false);
            else if (IsExecuted(logged.Event))
            {
                await ForwardAsync(logged).ConfigureAwait(false);
                if (_comparison.FirstDifference([logged.Event], [again.Dequeue()]) is { } difference)
                    throw Differs(what, logged, difference.What);
                Events++;
                if (logged.Event is StageCompleted stage) Stages.Add(stage.Stage);
                if (EventSteps.EndedBy(logged.Event) is > 0 and var step) Steps.Add(step);
                if (logged.Event is CheckpointSaved saved && targets.Contains(saved.Step)) workers.Remember(saved.Step, saved.Files);
            }
            state = Run.Evolve(logged.Sequence == 1 ? _past : state, logged.Event);
        }
        // The evaluation behind which nothing is logged.
        while (_evaluations.Has(state.Step) && !_evaluations.Asked.Contains(state.Step) && work.Next(state, default) is { } last)
            await DoAsync(last).ConfigureAwait(false);
        return work.Rl.Cursor is { } end ? (await workers.DoAsync(new SavePolicy(end.Step), ct).ConfigureAwait(false)).Files : null;
    }

    /// <summary>The files of the state with which a fork began, where its parent's last executed step has left it.</summary>
    public IReadOnlyList<NamedArtefact>? Inherited { get; init; }

    Task InheritedAsync(ReadEvent logged, CheckpointSaved own)
    {
        if (Inherited is null) return Task.CompletedTask;
        if (EventDifference.First(own, own with { Files = [.. Inherited] }) is { } difference)
            throw Differs("the checkpoint that it began with", logged, difference);
        Events++;
        return Task.CompletedTask;
    }

    RecomputationDifferenceException Differs(string what, ReadEvent logged, string difference) =>
        new(_run.Id, StageNames.InOrder.Contains(what) ? $"stage '{what}'" : what, logged, difference);

    /// <summary>What work led to, and not a person, retention or the fate of the host.</summary>
    static bool IsExecuted(IEvent fact) =>
        EventSteps.IsPartOfStep(fact)
        || fact is StageCompleted or SftCheckpointed or PreferenceLabelled or RewardModelTrained or CheckpointSaved;

    static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);
}
