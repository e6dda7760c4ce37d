using System.Text.Json.Serialization;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;

namespace ActorRlhf.Host.Contracts;

/// <summary>A checkpoint that can be gone back to.</summary>
/// <param name="Step">Updates behind it.</param>
/// <param name="KlCoefficient">β of the next step.</param>
/// <param name="Files">SHA-256 of each file by its name.</param>
sealed record CheckpointLine(int Step, double KlCoefficient, IReadOnlyDictionary<string, string> Files)
{
    public static CheckpointLine Of(CheckpointSaved saved) =>
        new(saved.Step, saved.KlCoefficient, saved.Files.ToDictionary(file => file.Name, file => file.Hash.ToString()));
}

/// <summary>Where a fork left its parent.</summary>
/// <param name="Run">The parent.</param>
/// <param name="Step">The last step both share.</param>
/// <param name="At">The parent's event there, <c>SEQUENCE:HASH</c>.</param>
sealed record ParentLine(string Run, int Step, string At);

/// <summary>A stage that a run did not execute, because another one had made it from the same inputs.</summary>
/// <param name="Stage"><c>sft</c>, <c>preferences</c> or <c>reward-models</c>.</param>
/// <param name="Run">The other run.</param>
/// <param name="At">The event with which it ended the stage, <c>SEQUENCE:HASH</c>.</param>
sealed record ReusedLine(string Stage, string Run, string At)
{
    public static ReusedLine Of(StageReused reused) => new(reused.Stage, reused.Run, reused.At.ToString());
}

/// <summary>The alarm of a run.</summary>
/// <param name="Step">The evaluation that raised it.</param>
/// <param name="Evidence">S, which reached the threshold.</param>
/// <param name="Series">The evaluations with a part in it, the largest first.</param>
sealed record AlarmLine(int Step, double Evidence, IReadOnlyList<string> Series)
{
    public static AlarmLine Of(MismatchDetected alarm) => new(alarm.Step, alarm.Evidence, [.. alarm.Series.Select(one => one.Series)]);
}

/// <summary>How a run was asked for that had to wait.</summary>
/// <param name="By">Who asked.</param>
/// <param name="Priority">Of two runs that wait, the one with the higher number should begin first.</param>
sealed record QueuedLine(string By, int Priority);

/// <summary>The object of <c>show</c>: the line of <c>runs</c> and more.</summary>
/// <param name="Line">The line of <c>runs</c>.</param>
/// <param name="Queued">How it was asked for, where it had to wait; null for a run that began at once.</param>
/// <param name="RecipeText">The recipe that it began with, or of a run that waits is to begin with, canonical YAML.</param>
/// <param name="RecipeHash">SHA-256 of that text.</param>
/// <param name="Reason">Why it failed, stopped, paused or diverged; null otherwise.</param>
/// <param name="LastWritten">Time of the last event of the training stream, UTC.</param>
/// <param name="Build">Version and commit of the program that began it; null before that.</param>
/// <param name="Device">Device and CPU type that it began on; null before that.</param>
/// <param name="Parent">For a fork; null otherwise.</param>
/// <param name="Reused">Stages that it took from other runs.</param>
/// <param name="Alarm">Its alarm; null while it was not raised.</param>
/// <param name="LastMetrics">Metrics of the last step, joined by those of its evaluation; null before there are any.</param>
/// <param name="LastEvaluation">Metrics of the last evaluation on held-out prompts alone; null before that.</param>
/// <param name="Checkpoints">Oldest first.</param>
/// <param name="Benchmarks">What its policies did of benchmarks, in the order in which they were asked.</param>
/// <param name="Disk">What it takes.</param>
/// <param name="Evaluators">Who looked at what, by id and version.</param>
record RunDetails(
    [property: JsonIgnore] RunLine Line, QueuedLine? Queued, string RecipeText, string? RecipeHash, string? Reason,
    DateTime LastWritten, string? Build, string? Device, ParentLine? Parent,
    IReadOnlyList<ReusedLine> Reused, AlarmLine? Alarm, MetricsLine? LastMetrics, MetricsLine? LastEvaluation,
    IReadOnlyList<CheckpointLine> Checkpoints, IReadOnlyList<BenchmarkLine> Benchmarks, DiskUse Disk,
    IReadOnlyList<EvaluatorUse> Evaluators) : RunLine(Line)
{
    /// <summary>For a reader of JSON, in which the line's properties are the object's own.</summary>
    [JsonConstructor]
    RunDetails(
        QueuedLine? queued, string recipeText, string? recipeHash, string? reason, DateTime lastWritten, string? build, string? device,
        ParentLine? parent, IReadOnlyList<ReusedLine> reused, AlarmLine? alarm, MetricsLine? lastMetrics, MetricsLine? lastEvaluation,
        IReadOnlyList<CheckpointLine> checkpoints, IReadOnlyList<BenchmarkLine> benchmarks, DiskUse disk,
        IReadOnlyList<EvaluatorUse> evaluators)
        : this(
            new RunLine("", "", 0, "", 0, 0, "", "", [], null), queued, recipeText, recipeHash, reason, lastWritten, build, device,
            parent, reused, alarm, lastMetrics, lastEvaluation, checkpoints, benchmarks, disk, evaluators)
    { }

    /// <summary>What the log of a run says by now.</summary>
    public static RunDetails Read(RunRecord run)
    {
        var tally = new RunTally(run);
        tally.TryUpdate();
        return Of(run, tally);
    }

    /// <summary>The same of what was read before.</summary>
    public static RunDetails Of(RunRecord run, RunTally tally)
    {
        var (started, first) = (run.State.Started, run.State.Beginning);
        return new RunDetails(
            RunLine.Of(run), run.State.Queued is { } queued ? new QueuedLine(queued.By, queued.Priority) : null,
            first?.Recipe ?? "", first?.RecipeHash.ToString(), run.State.Reason,
            run.LastWritten.UtcDateTime, started?.Build, started?.Device,
            run.State.Parent is { } parent ? new ParentLine(parent.Run, parent.Step, parent.At.ToString()) : null,
            [.. tally.Reused.Select(ReusedLine.Of)], tally.Alarm is { } alarm ? AlarmLine.Of(alarm) : null,
            Line(tally.Last), Line(tally.LastEvaluation),
            [.. run.State.Checkpoints.Select(CheckpointLine.Of)],
            [.. tally.Benchmarks.Select(one => BenchmarkLine.Of(run.Id.Value, one))], tally.Disk, tally.Evaluators);

        static MetricsLine? Line(StepMetrics? metrics) => metrics is null ? null : MetricsLine.Of(metrics);
    }
}
