using System.CommandLine;
using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Cli;

/// <summary><c>events</c>: the log of a run.</summary>
static class EventsCommand
{
    const string Training = "training", Evaluations = "evaluations", Both = "both";

    public static Command Create()
    {
        var (run, data, json, steps) = (Options.Run(), Options.Data(), Options.Json(), Options.Steps());
        var types = new Option<string[]>("--type")
        {
            Description = "Only events of these names, such as policy.updated; may be repeated.",
            HelpName = "NAME",
            DefaultValueFactory = _ => [],
        };
        types.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!EventNames.All.Any(manifest => EventNames.Is(manifest, token.Value)))
                    result.AddError($"--type: '{token.Value}' is no event; "
                        + $"there are {string.Join(", ", EventNames.All.Select(EventNames.Of).Distinct())}");
        });
        var stream = new Option<string>("--stream")
        {
            Description = "Which of the run's streams.",
            DefaultValueFactory = _ => Training,
        }.OneOf(Training, Evaluations, Both);
        var command = new Command("events", "Prints the events of a run; of a fork first what it shares with its parent.")
        {
            run, data, json, types, steps, stream,
        };
        command.SetAction(parse => Execute(
            parse.GetRequiredValue(run), parse.GetValue(data), parse.GetValue(json),
            parse.GetValue(types)!, parse.GetValue(steps), parse.GetValue(stream)!));
        return command;
    }

    /// <param name="data">The data directory.</param>
    /// <param name="json">Whether to print JSON.</param>
    /// <param name="types">Names; none for all.</param>
    /// <param name="steps">null for every event, also those that belong to no step.</param>
    /// <param name="stream">One of the three words.</param>
    static int Execute(string name, string? data, bool json, string[] types, StepRange? steps, string stream)
    {
        using var directory = DataDirectory.OpenForReading(data);
        var run = new RunReader(directory.Store).Open(name);
        IEnumerable<(ReadEvent Read, string Stream)> History(int from) =>
            (stream is Evaluations ? [] : run.TrainingFrom(from).Select(read => (read, Training)))
            .Concat(stream is Training ? [] : run.Evaluations().Select(read => (read, Evaluations)));
        var events = History(steps?.First ?? 0)
            .Where(one => types.Length == 0 || types.Any(type => EventNames.Is(one.Read.Manifest, type)))
            .Where(one => steps is null || EventSteps.Of(one.Read.Event) is { } step && steps.Value.Contains(step));
        if (!(json ? Write(events, run, stream is Both) : Print(events, run)))
            Talk.Say(WhatThereIs(run, History(0).Select(one => one.Read), stream));
        return ExitCode.Done;
    }

    /// <returns>Whether there was any.</returns>
    static bool Write(IEnumerable<(ReadEvent Read, string Stream)> events, RunRecord run, bool both)
    {
        var any = false;
        foreach (var (read, stream) in events)
        {
            any = true;
            JsonOutput.Write(EventLine.Of(read, run, both ? stream : null));
        }
        return any;
    }

    /// <returns>Whether there was any.</returns>
    static bool Print(IEnumerable<(ReadEvent Read, string Stream)> events, RunRecord run)
    {
        string[] OfRun(string cell) => run.State.Parent is null ? [] : [cell];
        string[][] rows = [.. events.Select(one => one.Read).Select(read => (string[])
        [
            .. OfRun(RunId.OfStream(read.Stream)!.Value.Value),
            Figures.Of(read.Sequence),
            Figures.Of(read.Envelope.Time),
            EventNames.Of(read.Manifest),
            EventGist.Of(read.Event),
        ])];
        if (rows.Length > 0) Tables.Write([.. OfRun("of run"), ">sequence", "time", "event", "payload"], rows);
        return rows.Length > 0;
    }

    static string WhatThereIs(RunRecord run, IEnumerable<ReadEvent> events, string stream)
    {
        var (names, steps) = (new List<string>(), new List<int>());
        foreach (var read in events)
        {
            if (!names.Contains(EventNames.Of(read.Manifest))) names.Add(EventNames.Of(read.Manifest));
            if (EventSteps.Of(read.Event) is { } step) steps.Add(step);
        }
        var streams = stream switch { Training => "training stream", Evaluations => "evaluation stream", _ => "two streams" };
        return $"no such event: in the {streams} of run {run.Id} there "
            + (names.Count == 0 ? "is none yet" : $"are {string.Join(", ", names)}, of {Readable.Steps(steps)}");
    }
}
