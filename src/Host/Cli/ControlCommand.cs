using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Client;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Reading;

namespace ActorRlhf.Host.Cli;

/// <summary><c>pause</c>, <c>resume</c> and <c>stop</c>: what a host is told about a run.</summary>
static class ControlCommand
{
    public static Command Pause() => Create("pause", "Pauses a run that a host works at; it waits until a person resumes it.", null);

    public static Command Resume() =>
        Create("resume", "Lets a paused run go on, or one that a host holds be tried again.", Options.AcceptBuild());

    public static Command Stop() => Create("stop", "Ends a run for good.", null);

    static Command Create(string verb, string description, Option<bool>? acceptBuild)
    {
        var (run, json, source) = (Options.Run(), Options.Json(), new SourceOptions());
        var reason = new Option<string?>("--reason") { Description = "Why; it is written down with the command.", HelpName = "TEXT" };
        var command = new Command(verb, description) { run, reason, json };
        if (acceptBuild is not null) command.Add(acceptBuild);
        source.AddTo(command);
        command.SetAction(async (parse, ct) =>
        {
            using var host = await source.HostAsync(parse, ct).ConfigureAwait(false) ?? throw WhyNone(verb, parse.GetValue(source.Data));
            var said = new CommandRequest(parse.GetValue(reason), acceptBuild is not null && parse.GetValue(acceptBuild));
            var path = $"{HostRuns.PathOf(parse.GetRequiredValue(run))}/{verb}";
            var line = await host.PostAsync<RunLine>(path, said, ct).ConfigureAwait(false);
            if (parse.GetValue(json)) JsonOutput.Write(line);
            else RunsTable.Write([line], Attendance.Host);
            return ExitCode.Done;
        });
        return command;
    }

    static NoHostException WhyNone(string verb, string? data)
    {
        var directory = Path.GetFullPath(data ?? DataDirectory.DefaultPath);
        return new NoHostException(DataDirectory.IsBeingWritten(directory)
            ? $"{verb} asks a host, and what holds {directory} is none: "
                + "Ctrl-C in the terminal where it trains pauses its run, and 'train --resume RUN' goes on with it"
            : $"{verb} asks a host, and none holds {directory}: nobody trains there now. 'train --resume RUN' goes on with a run, "
                + "'serve' starts a host, --server names one that is elsewhere");
    }
}
