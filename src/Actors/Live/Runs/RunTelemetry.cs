using System.Diagnostics;
using System.Diagnostics.Metrics;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Pipeline;

namespace ActorRlhf.Actors.Live.Runs;

/// <summary>
/// What a run tells whoever measures the process: a trace of each step, and numbers. It looks on: nothing that a run computes or stores
/// depends on it, and where nobody listens it costs reading a clock three times a step.
/// </summary>
/// <remarks>Failures are nobody's: <c>System.Diagnostics</c> drops what cannot be taken. Of one actor, so one thread at a time.</remarks>
/// <param name="run">The run.</param>
public sealed class RunTelemetry(RunContext run)
{
    /// <summary>Name of the meters and of the source of activities.</summary>
    public const string Name = "ActorRlhf";

    static readonly ActivitySource s_source = new(Name);
    static readonly Meter s_meter = new(Name);
    static readonly Counter<long> s_steps = s_meter.CreateCounter<long>("actorrlhf.steps", "{step}", "Steps that are stored.");
    static readonly Counter<long> s_tokens =
        s_meter.CreateCounter<long>("actorrlhf.tokens", "{token}", "Tokens of completions: sampled, and trained on, each once per epoch.");
    static readonly Histogram<double> s_step = s_meter.CreateHistogram<double>(
        "actorrlhf.step.duration", "s", "From the beginning of a step until it is stored.");
    static readonly Histogram<double> s_journal = s_meter.CreateHistogram<double>(
        "actorrlhf.journal.write.duration", "s", "From handing a transaction of events to the journal until its answer.");

    static readonly Histogram<double> s_idle = s_meter.CreateHistogram<double>(
        "actorrlhf.step.idle.duration", "s", "For how long nobody computed before a step, because the step before was being stored.");

    long _began, _computed;

    /// <summary>A piece of work begins.</summary>
    internal void Begin() => _began = Stopwatch.GetTimestamp();

    /// <summary>It is done, and what came of it is about to be stored.</summary>
    internal void Computed() => _computed = Stopwatch.GetTimestamp();

    /// <summary>It is stored.</summary>
    /// <param name="result">What came of it.</param>
    internal void Stored(WorkResult result)
    {
        var (total, persisting) = (Stopwatch.GetElapsedTime(_began), Stopwatch.GetElapsedTime(_computed));
        var recipe = KeyValuePair.Create<string, object?>("recipe", run.Recipe.Name);
        s_journal.Record(persisting.TotalSeconds, recipe);
        if (result.Command is not RecordStep step) return;
        s_step.Record(total.TotalSeconds, recipe);
        s_idle.Record(result.Idle.TotalSeconds, recipe);
        s_steps.Add(1, recipe, KeyValuePair.Create<string, object?>("applied", step.Events[^1] is PolicyUpdated));
        var sampled = step.Events is [RolloutCollected rollout, ..] ? rollout.Lengths.Values.Sum(length => (long)length) : 0;
        s_tokens.Add(sampled, recipe, KeyValuePair.Create<string, object?>("kind", "sampled"));
        if (step.Events[^1] is PolicyUpdated updated)
            s_tokens.Add(sampled * updated.Minibatches.Select(one => one.Epoch).Distinct().Count(), recipe,
                KeyValuePair.Create<string, object?>("kind", "trained"));
        if (s_source.HasListeners()) Trace(step, result.Events, total, persisting);
    }

    /// <summary>The step as it was, from the times that its events have.</summary>
    void Trace(RecordStep step, IReadOnlyList<TimedEvent> events, TimeSpan total, TimeSpan persisting)
    {
        var end = DateTimeOffset.UtcNow;
        var (start, stored) = (end - total, end - persisting);
        KeyValuePair<string, object?>[] tags = [new("run", run.Id.Value), new("step", step.Step), new("recipe", run.Recipe.Name)];
        using var whole = s_source.StartActivity("step", ActivityKind.Internal, default(ActivityContext), tags, startTime: start);
        if (whole is null) return;
        void Part(string name, DateTimeOffset from, TimeSpan length)
        {
            using var part = s_source.StartActivity(name, ActivityKind.Internal, whole.Context, tags, startTime: from);
            part?.SetEndTime((from + length).UtcDateTime);
        }
        TimeSpan? Of<T>() where T : IEvent => events.FirstOrDefault(timed => timed.Fact is T).Duration;
        if (Of<RolloutCollected>() is { } rollout) Part("rollout", start, rollout);
        if (Of<RewardScored>() is { } scoring) Part("scoring", start + (Of<RolloutCollected>() ?? default), scoring);
        if (Of<PolicyUpdated>() is { } update) Part("update", stored - update, update);
        Part("persist", stored, persisting);
        whole.SetEndTime(end.UtcDateTime);
    }
}
