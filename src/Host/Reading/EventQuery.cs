using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Reading;

/// <summary>Which events of a run are asked for.</summary>
/// <param name="Types">Names, with or without a version; none for all.</param>
/// <param name="Steps">null for every event, also those that belong to no step.</param>
/// <param name="Stream">One of the three words.</param>
sealed record EventQuery(IReadOnlyList<string> Types, StepRange? Steps, string Stream)
{
    /// <summary>A run's stream.</summary>
    public const string Training = "training", Evaluations = "evaluations";
    /// <summary>One stream after the other.</summary>
    public const string Both = "both";
    /// <summary>The words there are.</summary>
    public static readonly string[] Streams = [Training, Evaluations, Both];

    /// <summary>Why a text is no name of an event; null where it is one.</summary>
    public static string? WhyNoType(string type) => EventNames.All.Any(manifest => EventNames.Is(manifest, type))
        ? null
        : $"'{type}' is no event; there are {string.Join(", ", EventNames.All.Select(EventNames.Of).Distinct())}";

    /// <summary>Finds them; of a fork first what it shares with its parent.</summary>
    /// <param name="run">The run.</param>
    /// <param name="ct">Gives up, also where nothing is found for long.</param>
    public Answer<EventLine> Of(RunRecord run, CancellationToken ct)
    {
        var events = History(run, Steps?.First ?? 0)
            .Where(one =>
            {
                ct.ThrowIfCancellationRequested();
                return Types.Count == 0 || Types.Any(type => EventNames.Is(one.Read.Manifest, type));
            })
            .Where(one => Steps is null || EventSteps.Of(one.Read.Event) is { } step && Steps.Value.Contains(step))
            .Select(one => EventLine.Of(one.Read, run, Stream is Both ? one.Stream : null));
        return new Answer<EventLine>(events, () => WhatThereIs(run.Id, History(run, 0).Select(one => one.Read), Elsewhere(run)));
    }

    /// <summary>Where such events are, if they are in the stream that was not asked.</summary>
    string Elsewhere(RunRecord run)
    {
        if (Stream is Both || Types.Count == 0) return "";
        var other = this with { Stream = Stream is Training ? Evaluations : Training };
        return other.History(run, 0).Any(one => Types.Any(type => EventNames.Is(one.Read.Manifest, type)))
            ? $"; such events are in its other stream: --stream {other.Stream}"
            : "";
    }

    IEnumerable<(ReadEvent Read, string Stream)> History(RunRecord run, int from) =>
        (Stream is Evaluations ? [] : run.TrainingFrom(from).Select(read => (read, Training)))
        .Concat(Stream is Training ? [] : run.Evaluations().Select(read => (read, Evaluations)));

    string WhatThereIs(RunId run, IEnumerable<ReadEvent> events, string elsewhere)
    {
        var (names, steps) = (new List<string>(), new List<int>());
        foreach (var read in events)
        {
            if (!names.Contains(EventNames.Of(read.Manifest))) names.Add(EventNames.Of(read.Manifest));
            if (EventSteps.Of(read.Event) is { } step) steps.Add(step);
        }
        var streams = Stream switch { Training => "training stream", Evaluations => "evaluation stream", _ => "two streams" };
        return $"no such event: in the {streams} of run {run} there "
            + (names.Count == 0 ? "is none yet" : $"are {string.Join(", ", names)}, of {Readable.Steps(steps)}") + elsewhere;
    }
}
