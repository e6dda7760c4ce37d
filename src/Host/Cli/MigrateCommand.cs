using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Cli;

/// <summary><c>migrate</c>: the journal of a data directory from its file to PostgreSQL, or back.</summary>
static class MigrateCommand
{
    public static Command Create()
    {
        var from = Place("--from", "The data directory whose journal is a file; or the database, to move back.");
        var to = Place("--to", "The database, which must be empty; or the data directory that has the artefacts.");
        var json = Options.Json();
        var command = new Command("migrate", "Moves all events between a data directory's file and a PostgreSQL database, verified; "
            + "every head stays as it is. Artefacts stay in the directory. Nobody may be training.")
        {
            from, to, json,
        };
        command.SetAction(parse => Execute(parse.GetRequiredValue(from), parse.GetRequiredValue(to), parse.GetValue(json)));
        return command;
    }

    static Option<string> Place(string name, string description) =>
        new(name) { Description = description, HelpName = "DIR|CONNECTION", Required = true };

    static int Execute(string from, string to, bool json)
    {
        if (IsDatabase(from) == IsDatabase(to))
            return Talk.Refuse(
                ExitCode.Usage, "one of --from and --to is a data directory, and the other a connection string of PostgreSQL");
        using var move = IsDatabase(to)
            ? JournalMove.ToPostgres(from, to, TimeProvider.System)
            : JournalMove.ToFile(from, to, TimeProvider.System);
        var moved = Migration.Run(move, TimeProvider.System, events => Talk.Say($"{Figures.Of(events)} events"));
        if (json)
            JsonOutput.Write(new
            {
                From = move.FromPlace,
                To = move.ToPlace,
                Streams = moved.Select(one => new { one.Stream, Events = one.Head.Sequence, Head = one.Head.ToString() }),
            });
        else Tables.Write(["stream", "head"], moved.Select(one => new[] { one.Stream, one.Head.ToString() }));
        Talk.Say($"{Counted.Of(moved.Sum(one => one.Head.Sequence), "event")} are now at {move.ToPlace}; "
            + (IsDatabase(to) ? $"the file is kept as {JournalMove.LeftBehind} and is not needed any more"
                : $"those at {move.FromPlace} were left there and are not read any more"));
        return ExitCode.Done;
    }

    static bool IsDatabase(string place) =>
        place.Contains("://", StringComparison.Ordinal) || place.Contains('=', StringComparison.Ordinal);
}
