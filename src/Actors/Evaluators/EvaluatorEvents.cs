using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Evaluation.Contract;
using MessagePack;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>A metric as an evaluator declared it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Direction"><c>higher</c>, <c>lower</c> or <c>none</c>.</param>
/// <param name="Role"><c>train</c>, <c>development</c> or <c>heldout</c>.</param>
/// <param name="Description">Meaning and unit.</param>
/// <param name="Range">The lowest and the highest possible value; null where nobody said so.</param>
[MessagePackObject]
public sealed record DeclaredMetric(
    [property: Key(0)] string Name, [property: Key(1)] string Direction, [property: Key(2)] string Role,
    [property: Key(3)] string Description, [property: Key(4)] double[]? Range = null)
{
    /// <summary>What is kept of a metric.</summary>
    public static DeclaredMetric Of(Metric metric) => new(
        metric.Name, WireNames.Of(metric.Direction), WireNames.Of(metric.Role), metric.Description,
        metric.Range is { } range ? [range.Least, range.Most] : null);

    /// <summary>The metric that it tells of.</summary>
    /// <exception cref="FormatException">A name in it is none.</exception>
    public Metric ToMetric() => new(
        Name, WireNames.Parse<MetricDirection>(Direction), WireNames.Parse<MetricRole>(Role), Description,
        Range is [var least, var most] ? new MetricRange(least, most) : null);
}

/// <summary>Somebody brought an evaluator, whom the envelope names; it is asked from now on, instead of another version of it.</summary>
/// <param name="Evaluator">Its id.</param>
/// <param name="Version">Its version.</param>
/// <param name="Hash">SHA-256 of what it is made of; nothing else is started under that version.</param>
/// <param name="Needs">
/// What it must be given: <c>text</c>, <c>group</c>, <c>logprobs</c>, <c>scores</c>, <c>pairs</c>, <c>model</c>.
/// </param>
/// <param name="Metrics">What it says of each item.</param>
/// <param name="Kind"><c>built-in</c>, <c>command</c>, <c>assembly</c>, <c>expression</c>, <c>http</c> or <c>judge</c>.</param>
/// <param name="Target">Program, assembly, code, URL, or the id in the catalogue.</param>
/// <param name="Arguments">Those of a command, the type of an assembly, the settings of a built-in one or a judge.</param>
/// <param name="Files">Declared files and folders.</param>
/// <param name="DeadlineSeconds">What it may take for a rollout.</param>
/// <param name="MemoryBytes">What its processes may take together.</param>
/// <param name="Network">Whether it may reach the network.</param>
/// <param name="Isolation">
/// What keeps it apart: <c>namespaces</c>; <c>none</c> where nothing does, and a person said that it may run so; <c>in-process</c> for a
/// built-in one; <c>remote</c> for an endpoint or a model.
/// </param>
/// <param name="Runs">The runs that ask it; empty for all.</param>
[EventName("evaluator.injected/1"), MessagePackObject]
public sealed record EvaluatorInjected(
    [property: Key(0)] string Evaluator, [property: Key(1)] string Version, [property: Key(2)] ContentHash Hash,
    [property: Key(3)] string[] Needs, [property: Key(4)] DeclaredMetric[] Metrics,
    [property: Key(5)] string Kind, [property: Key(6)] string Target, [property: Key(7)] string[] Arguments,
    [property: Key(8)] string[] Files,
    [property: Key(9)] double DeadlineSeconds, [property: Key(10)] long MemoryBytes, [property: Key(11)] bool Network,
    [property: Key(12)] string Isolation, [property: Key(13)] string[] Runs) : IEvent
{
    /// <summary>What is kept of an evaluator.</summary>
    /// <param name="evaluator">The evaluator.</param>
    /// <param name="isolation">What it is kept apart by.</param>
    /// <param name="runs">The runs that ask it; empty for all.</param>
    public static EvaluatorInjected Of(InjectedEvaluator evaluator, string isolation, IEnumerable<string> runs)
    {
        var ((id, version, hash, needs, metrics), source, limits) = evaluator;
        return new EvaluatorInjected(
            id, version, hash, [.. WireNames.Each(needs)],
            [.. metrics.Select(DeclaredMetric.Of)],
            WireNames.Of(source.Kind), source.Target, source.Arguments, source.Files,
            limits.Deadline.TotalSeconds, limits.Memory, limits.Network, isolation, [.. runs]);
    }

    /// <summary>The evaluator that the event tells of.</summary>
    /// <exception cref="FormatException">A name in it is none.</exception>
    public InjectedEvaluator ToEvaluator() => new(
        new EvaluatorDescription(
            Evaluator, Version, Hash, Needs.Aggregate(EvaluatorNeeds.Text, (needs, name) => needs | WireNames.Parse<EvaluatorNeeds>(name)),
            [.. Metrics.Select(one => one.ToMetric())]),
        new EvaluatorSource(WireNames.Parse<EvaluatorKind>(Kind), Target, Arguments, Files),
        new EvaluatorLimits(TimeSpan.FromSeconds(DeadlineSeconds), MemoryBytes, Network, Unsandboxed: Isolation == NoIsolation));

    /// <summary><see cref="Isolation"/> where nothing keeps it apart.</summary>
    public const string NoIsolation = "none";
}

/// <summary>An evaluator is asked no more; what it said stays. Who said so is in the envelope.</summary>
/// <param name="Evaluator">Its id.</param>
/// <param name="Version">The version that was asked.</param>
[EventName("evaluator.removed/1"), MessagePackObject]
public sealed record EvaluatorRemoved([property: Key(0)] string Evaluator, [property: Key(1)] string Version) : IEvent;

/// <summary>Somebody wants logged rollouts judged, whom the envelope names; a host goes on with that until it has ended.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Evaluator">Who judges.</param>
/// <param name="Version">In which version.</param>
/// <param name="Runs">Whose rollouts.</param>
/// <param name="FirstStep">From which step on.</param>
/// <param name="LastStep">Up to which step; null for all.</param>
/// <param name="Set">A held-out set; <c>train</c>, the rollouts of training steps; <c>heldout</c>, all others; or <c>all</c>.</param>
[EventName("back-fill.asked/1"), MessagePackObject]
public sealed record BackFillAsked(
    [property: Key(0)] string Id, [property: Key(1)] string Evaluator, [property: Key(2)] string Version,
    [property: Key(3)] string[] Runs, [property: Key(4)] int FirstStep, [property: Key(5)] int? LastStep,
    [property: Key(6)] string Set) : IEvent
{
    /// <summary><see cref="Set"/> for the rollouts of training steps.</summary>
    public const string Train = "train";
    /// <summary><see cref="Set"/> for all held-out rollouts.</summary>
    public const string Heldout = "heldout";
    /// <summary><see cref="Set"/> for everything.</summary>
    public const string All = "all";

    /// <summary>Whether a rollout is wanted.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="set">Its held-out set; null for that of a training step.</param>
    public bool Wants(int step, string? set) => step >= FirstStep && step <= (LastStep ?? int.MaxValue) && Set switch
    {
        All => true,
        Train => set is null,
        Heldout => set is not null,
        _ => set == Set,
    };
}

/// <summary>All that was wanted was judged, or it was given up.</summary>
/// <param name="Id">Of <see cref="BackFillAsked"/>.</param>
/// <param name="Judged">Rollouts that were judged.</param>
/// <param name="Failed">Rollouts that could not be.</param>
/// <param name="Problem">The first failure, or why it was given up; null where all went well.</param>
[EventName("back-fill.ended/1"), MessagePackObject]
public sealed record BackFillEnded(
    [property: Key(0)] string Id, [property: Key(1)] int Judged, [property: Key(2)] int Failed,
    [property: Key(3)] string? Problem) : IEvent;
