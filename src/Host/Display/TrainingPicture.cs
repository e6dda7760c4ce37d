using ActorRlhf.Actors.Live.Journal;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Display;

/// <summary>What a run's news add up to: how far each stage is, and the last figures of RL.</summary>
sealed class TrainingPicture
{
    const string Rl = "rl", RewardModel = "reward model";         // the second is followed by its number, as in its progress
    readonly Recipe _recipe;
    readonly List<StageRow> _rows;
    readonly List<HeldoutPoint> _evaluations = [];

    /// <param name="recipe">The run's recipe.</param>
    /// <param name="state">Where the run stands: one that goes on, and a fork, have some of it behind them.</param>
    public TrainingPicture(Recipe recipe, RunState state)
    {
        _recipe = recipe;
        _rows =
        [
            new StageRow(StageNames.World, "", 0), new StageRow(StageNames.Sft, "steps", recipe.Pretrain.Steps),
            new StageRow(StageNames.Preferences, "", 0),
            .. Enumerable.Range(1, recipe.Reward.Members).Select(member => new StageRow($"{RewardModel} {member}", "batches", 0)),
            new StageRow(Rl, "steps", recipe.Rl.Steps) { Done = state.Step, DoneBefore = state.Step },
        ];
        foreach (var stage in state.Stages)
            Change(row => Ends(stage.Stage, row), row => row with { Ended = default(DateTimeOffset), Done = row.Total });
        if (state.Sft is { } sft) Change(row => row.Name == StageNames.Sft, row => row with { Done = sft.Step, DoneBefore = sft.Step });
        foreach (var trained in state.RewardModels)
            Change(row => row.Name == $"{RewardModel} {trained.Member + 1}", row => row with { Ended = default(DateTimeOffset) });
    }

    /// <summary>The stages, in order.</summary>
    public IReadOnlyList<StageRow> Rows => _rows;
    /// <summary>The held-out evaluations that were told of, in their order.</summary>
    public IReadOnlyList<HeldoutPoint> Evaluations => _evaluations;
    /// <summary>The last held-out evaluation; null before the first.</summary>
    public HeldoutPoint? Evaluation => _evaluations.LastOrDefault();
    /// <summary>Metrics of the last training step; null before the first.</summary>
    public StepMetrics? Step { get; private set; }
    /// <summary>What a person should know: that the journal does not write, or a witness could not be told. Null for nothing.</summary>
    public string? Warning { get; private set; }

    /// <summary>The alarm, once it was raised; null before that.</summary>
    public string? Alarm { get; private set; }

    /// <summary>Completions a second over the RL stage so far, evaluations included.</summary>
    public double? EpisodesPerSecond(DateTimeOffset now) => _rows[^1].Rate(now) * _recipe.Rl.Episodes;

    /// <summary>Takes a piece of news in.</summary>
    /// <param name="news">Any; what is not about the run's progress changes nothing.</param>
    /// <param name="now">When it came.</param>
    public void Add(object news, DateTimeOffset now)
    {
        switch (news)
        {
            case RunProgress { Progress: var progress }:
                Change(row => row.Name == progress.Stage, row => row with
                {
                    Total = progress.Total,
                    Done = progress.Done,
                    Began = row.Began ?? now,
                    Detail = $"{progress.Metric} {Readable.Of(progress.Value)}",
                });
                break;
            case StageEnded stage:
                Change(row => Ends(stage.Stage, row), row => row with { Ended = now, Done = row.Total });
                Begin(now);
                break;
            case StepEnded step:
                Change(row => row.Name == Rl, row => row with { Done = step.Step, Ended = step.Step == step.Steps ? now : null });
                Step = Figures(step);
                break;
            case RunEvaluated evaluated:
                _evaluations.Add(evaluated.Evaluation);
                Alarm ??= evaluated.Evaluation.Mismatch is { } mismatch ? Readable.Of(mismatch) : null;
                break;
            case RunNotTold told:
                Warning = $"{told.Whom} could not be told: {told.Reason}";
                break;
            case Notice notice:
                Warning = notice.IsOver ? null : notice.Text;
                break;
            case JournalReadiness readiness:
                Warning = readiness.Reason is { } reason && !readiness.Ready ? reason : null;
                break;
        }
    }

    /// <summary>Takes in a piece of news from before anybody looked on: its figures count, the time at which it is told does not.</summary>
    public void Recall(object news)
    {
        if (news is RunEvaluated or Notice) Add(news, default);
        else if (news is StepEnded step) Step = Figures(step);
    }

    /// <summary>Begins the first stage that has not ended; reward models begin together.</summary>
    public void Begin(DateTimeOffset now)
    {
        if (_rows.Find(row => row.Ended is null) is not { } next) return;
        var together = next.Name.StartsWith(RewardModel, StringComparison.Ordinal);
        bool Begins(StageRow row) => row == next || together && row.Name.StartsWith(RewardModel, StringComparison.Ordinal);
        Change(Begins, row => row with { Began = row.Began ?? now });
    }

    StepMetrics Figures(StepEnded step) => StepMetrics.Of(step.Step, step.Events.Select(timed => timed.Fact), _recipe.Rl.Episodes);

    static bool Ends(string stage, StageRow row) =>
        stage == StageNames.RewardModels ? row.Name.StartsWith(RewardModel, StringComparison.Ordinal) : row.Name == stage;

    void Change(Func<StageRow, bool> which, Func<StageRow, StageRow> change)
    {
        for (var i = 0; i < _rows.Count; i++)
            if (which(_rows[i])) _rows[i] = change(_rows[i]);
    }
}
