using System.CommandLine.Completions;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Reports;

namespace ActorRlhf.Host.Cli;

/// <summary>Names of the runs of a data directory, for the completion of what a person types.</summary>
static class RunNames
{
    /// <summary>The ids, and <c>latest</c>; none where the directory cannot be read, which is no time to complain.</summary>
    public static IEnumerable<CompletionItem> Of(CompletionContext context)
    {
        try
        {
            var parsed = context.ParseResult;
            var hasData = parsed.CommandResult.Command.Options.Any(option => option.Name == NextCommand.DataOption);
            var data = hasData && parsed.GetResult(NextCommand.DataOption) is not null
                ? parsed.GetValue<string?>(NextCommand.DataOption)
                : null;
            using var directory = DataDirectory.OpenForReading(data);
            var names = new RunReader(directory.Store).Runs().Select(run => run.Value).Append("latest");
            return [.. names.Select(name => new CompletionItem(name))];
        }
        catch (Exception unreadable) when (!Failures.Failure.Of(unreadable).Unforeseen) { return []; }
    }
}
