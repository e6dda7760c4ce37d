using System.CommandLine;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reading;

namespace ActorRlhf.Host.Cli;

/// <summary><c>events</c>: the log of a run.</summary>
static class EventsCommand
{
    public static Command Create()
    {
        var (run, json, steps, source) = (Options.Run(), Options.Json(), Options.Steps(), new SourceOptions());
        var types = new Option<string[]>("--type")
        {
            Description = "Only events of these names, such as policy.updated; may be repeated.",
            HelpName = "NAME",
            DefaultValueFactory = _ => [],
        };
        types.CompletionSources.Add([.. EventNames.All.Select(EventNames.Of).Distinct()]);
        types.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (EventQuery.WhyNoType(token.Value) is { } why) result.AddError($"--type: {why}");
        });
        var stream = new Option<string>("--stream")
        {
            Description = "Which of the run's streams.",
            DefaultValueFactory = _ => EventQuery.Training,
        }.OneOf(EventQuery.Streams);
        var command = new Command("events", "Prints the events of a run; of a fork first what it shares with its parent.")
        {
            run, json, types, steps, stream,
        };
        source.AddTo(command);
        command.SetAction(async (parse, ct) =>
        {
            using var runs = source.Open(parse);
            var query = new EventQuery(parse.GetValue(types)!, parse.GetValue(steps), parse.GetValue(stream)!);
            return await ExecuteAsync(runs, parse.GetRequiredValue(run), query, parse.GetValue(json), ct).ConfigureAwait(false);
        });
        return command;
    }

    static async Task<int> ExecuteAsync(IRunSource source, string name, EventQuery query, bool json, CancellationToken ct)
    {
        var answer = await source.EventsAsync(name, query, ct).ConfigureAwait(false);
        var any = json
            ? await WriteAsync(answer, ct).ConfigureAwait(false)
            : await PrintAsync(answer, await source.HeadlineAsync(name, ct).ConfigureAwait(false), ct).ConfigureAwait(false);
        if (!any && answer.Nothing() is { } why) Talk.Say(why);
        return ExitCode.Done;
    }

    /// <returns>Whether there was any.</returns>
    static async Task<bool> WriteAsync(Answer<EventLine> answer, CancellationToken ct)
    {
        var any = false;
        await foreach (var line in answer.Lines.WithCancellation(ct).ConfigureAwait(false))
        {
            any = true;
            JsonOutput.Write(line);
        }
        return any;
    }

    /// <returns>Whether there was any.</returns>
    static async Task<bool> PrintAsync(Answer<EventLine> answer, Headline run, CancellationToken ct)
    {
        string[] OfRun(string cell) => run.IsFork ? [cell] : [];
        var lines = await answer.AllAsync(ct).ConfigureAwait(false);
        string[][] rows = [.. lines.Select(line => (string[])
        [
            .. OfRun(line.Run ?? run.Line.Run),
            Figures.Of(line.Sequence),
            Figures.Of(line.Time),
            line.Type,
            EventGist.Of(line.Payload),
        ])];
        if (rows.Length > 0) Tables.Write([.. OfRun("of run"), ">sequence", "time", "event", "payload"], rows);
        return rows.Length > 0;
    }
}
