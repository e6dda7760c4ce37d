using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reading;

namespace ActorRlhf.Host.Watching;

/// <summary>
/// Makes of a run's events the news that its own process would tell, so that whoever looks on from elsewhere is shown the same.
/// </summary>
/// <remarks>Takes the run's own events in the order of their streams; one thread.</remarks>
sealed class WatchedRun
{
    readonly RunId _run;
    readonly Recipe _recipe;
    readonly List<TimedEvent> _open = [];
    readonly SortedDictionary<int, List<IEvent>> _evaluations = [];
    readonly List<HeldoutPoint> _points = [];

    /// <param name="details">The run as it stands, which says what it does and where it comes from.</param>
    /// <exception cref="RecipeException">What it says it does is no recipe.</exception>
    public WatchedRun(RunDetails details)
    {
        _run = RunId.Parse(details.Run);
        _recipe = RecipeReader.Parse(details.RecipeText, details.Run, checkPaths: false);
        // A fork has its parent's stages behind it, whose events are not its own.
        if (details.Parent is { } parent)
            State = State with { Step = parent.Step, Stages = [.. StageNames.InOrder.Select(name => new StageCompleted(name, [], []))] };
    }

    /// <summary>The recipe.</summary>
    public Recipe Recipe => _recipe;

    /// <summary>Where the run stands after the events so far.</summary>
    public RunState State { get; private set; } = RunState.Empty;

    /// <summary>The held-out evaluations so far.</summary>
    public IReadOnlyList<HeldoutPoint> Points => _points;

    /// <summary>Takes in an event.</summary>
    /// <returns>What is to be told of it: <see cref="RunNews"/> or <see cref="Notice"/>; the last is a <see cref="RunEnded"/>.</returns>
    public IReadOnlyList<object> Add(EventLine line)
    {
        if (line.Fact() is not { } fact) return [];
        var news = new List<object>();
        if (line.Stream is EventQuery.Evaluations) AddEvaluation(fact, news);
        else AddTraining(fact, line, news);
        return news;
    }

    void AddTraining(IEvent fact, EventLine line, List<object> news)
    {
        State = Run.Evolve(State, fact);
        switch (fact)
        {
            case StageReused:
                _open.Add(new TimedEvent(fact));
                break;
            case StageCompleted stage:
                news.Add(new StageEnded(_run, stage.Stage, [.. _open, new TimedEvent(stage)]));
                _open.Clear();
                break;
            case RolloutCollected or RewardScored or KlMeasured:
                _open.Add(new TimedEvent(fact));
                break;
            case PolicyUpdated or StepSkipped or StepRolledBack:
                news.Add(new StepEnded(_run, EventSteps.Of(fact)!.Value, _recipe.Rl.Steps, [.. _open, new TimedEvent(fact)]));
                _open.Clear();
                break;
            case RunPaused paused:
                news.Add(new Notice($"run {_run} is paused: {paused.Reason}"));
                break;
            case RunResumed:
                news.Add(new Notice($"run {_run} goes on", IsOver: true));
                break;
            case RunRecovered recovered:
                news.Add(new Notice(
                    $"run {_run} goes on after it was cut off; steps executed again: {recovered.StepsAgain}", IsOver: true));
                break;
        }
        if (!line.EndsRun()) return;
        foreach (var step in _evaluations.Keys.ToArray()) Tell(step, news);
        news.Add(new RunEnded(new RunView(_run, State, new StreamHead(line.Sequence, line.Hash), default)));
    }

    void AddEvaluation(IEvent fact, List<object> news)
    {
        if (fact is MismatchDetected mismatch) news.Add(new Notice($"alarm: {Readable.Of(mismatch)}"));
        if (EventSteps.Of(fact) is not { } step || _points.Any(point => point.Step == step)) return;
        // What is left without its last figure, because nobody was asked for it, is told when the next one begins.
        foreach (var earlier in _evaluations.Keys.Where(one => one != step).ToArray()) Tell(earlier, news);
        if (!_evaluations.TryGetValue(step, out var facts)) _evaluations[step] = facts = [];
        facts.Add(fact);
        if (IsWhole(facts)) Tell(step, news);
    }

    bool IsWhole(List<IEvent> facts) => facts.Any(fact => fact is KlMeasured)
        && (_recipe.World.Kind is not WorldKind.Pocket || facts.Any(fact =>
            fact is EvaluationCompleted { Evaluator: BuiltInEvaluators.PocketGold }
                or EvaluationFailed { Evaluator: BuiltInEvaluators.PocketGold }));

    void Tell(int step, List<object> news)
    {
        var figures = StepMetrics.Of(step, _evaluations[step], _recipe.Rl.Episodes).Values;
        double? Known(string name) => figures.TryGetValue(name, out var value) && double.IsFinite(value) ? value : null;
        var point = new HeldoutPoint(
            step, Known("heldout/scores"), Known("objective/gold"), Known("heldout/kl"), Known("heldout/length"));
        _evaluations.Remove(step);
        _points.Add(point);
        news.Add(new RunEvaluated(_run, point));
    }
}
