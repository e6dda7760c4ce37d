using System.CommandLine;
using ActorRlhf.Host.Watching;

namespace ActorRlhf.Host.Cli;

/// <summary><c>watch RUN</c>: looks on at a run that somebody else trains.</summary>
static class WatchCommand
{
    public static Command Create()
    {
        var (run, json, source) = (Options.Run(), Options.Json(), new SourceOptions());
        json.Description = "Prints every event of the run as one JSON object a line, as soon as it is stored.";
        var command = new Command(
            "watch", "Shows a run live, from its beginning to its end, as 'train' shows it. Ctrl-C ends the watching alone.")
        {
            run, json,
        };
        source.AddTo(command);
        command.SetAction(async (parse, _) =>
        {
            using var runs = source.Open(parse);
            return await WatchSession.RunAsync(runs, parse.GetRequiredValue(run), parse.GetValue(json)).ConfigureAwait(false);
        });
        return command;
    }
}
