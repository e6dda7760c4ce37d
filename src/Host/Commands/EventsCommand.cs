using System.CommandLine;
using System.Text.Json.Serialization;
using ActorRlhf.Actors.Artefacts;
using ActorRlhf.Actors.Journal;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Storage;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Commands;

/// <summary>An event as <c>--json</c> prints it.</summary>
/// <param name="Sequence">From 1 in its stream.</param>
/// <param name="Type">Its name; <c>docs/events.md</c> lists them.</param>
/// <param name="Time">When it was handed to the journal, UTC.</param>
/// <param name="Hash">Its link of the chain.</param>
/// <param name="Payload">The event in its newest version.</param>
/// <param name="Stream">Only where both streams were asked for.</param>
sealed record EventLine(long Sequence, string Type, DateTime Time, ContentHash Hash, object Payload, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Stream);

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
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };
        types.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!EventNames.All.Any(manifest => EventNames.Is(manifest, token.Value)))
                    result.AddError($"--type: '{token.Value}' is no event; there are {string.Join(", ", EventNames.All.Select(EventNames.Of).Distinct())}");
        });
        var stream = new Option<string>("--stream") { Description = "Which of the run's streams.", DefaultValueFactory = _ => Training }.AcceptOnlyFromAmong(Training, Evaluations, Both);
        var command = new Command("events", "Prints the events of a run.") { run, data, json, types, steps, stream };
        command.SetAction(parse => Execute(parse.GetRequiredValue(run), parse.GetValue(data), parse.GetValue(json), parse.GetValue(types)!, parse.GetValue(steps), parse.GetValue(stream)!));
        return command;
    }

    /// <param name="name">The run.</param>
    /// <param name="data">The data directory.</param>
    /// <param name="json">Whether to print JSON.</param>
    /// <param name="types">Names; none for all.</param>
    /// <param name="steps">null for every event, also those that belong to no step.</param>
    /// <param name="stream">One of the three words.</param>
    static int Execute(string name, string? data, bool json, string[] types, StepRange? steps, string stream)
    {
        using var directory = DataDirectory.OpenForReading(data);
        var run = new RunReader(directory).Open(name);
        var events = (stream is Evaluations ? [] : run.Training()).Concat(stream is Training ? [] : run.Evaluations())
            .Where(read => types.Length == 0 || types.Any(type => EventNames.Is(read.Manifest, type)))
            .Where(read => steps is null || EventSteps.Of(read.Event) is { } step && steps.Value.Contains(step));
        if (json)
            foreach (var read in events)
                JsonOutput.Write(new EventLine(read.Sequence, EventNames.Of(read.Manifest), read.Envelope.Time.UtcDateTime, read.Hash, read.Event,
                    stream is not Both ? null : read.Stream == run.Id.TrainingStream ? Training : Evaluations));
        else
            Tables.Write([">sequence", "time", "event", "payload"], events.Select(read =>
                new[] { Figures.Of(read.Sequence), Figures.Of(read.Envelope.Time), EventNames.Of(read.Manifest), EventGist.Of(read.Event) }));
        return ExitCode.Done;
    }
}
