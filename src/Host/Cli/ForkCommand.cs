using System.CommandLine;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Client;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>fork RUN --at STEP</c>: another future for a past.</summary>
static class ForkCommand
{
    public static Command Create()
    {
        var (run, set, json, source) = (Options.Run(), Options.Set(), Options.Json(), new SourceOptions());
        var at = Options.OptionalNumber(
            "--at", "STEP", "The last step that both runs share, from 0 (before RL) to the last one that RUN has done.", 0, int.MaxValue);
        at.Required = true;
        set.Description =
            "Changes a key of the recipe from there on, such as kl.coefficient=0.1; not one that acts before RL. May be repeated.";
        var acceptBuild = Options.AcceptBuild();
        var command = new Command(
            "fork",
            "Trains another future of a run: a new run that shares what RUN did up to a step, of which nothing is copied, "
                + "and goes on from there to its end, under a changed recipe if you like. A host puts it into its queue.")
        {
            run, at, set, acceptBuild, json,
        };
        source.AddTo(command);
        command.SetAction(async (parse, ct) =>
        {
            var (parent, step, overrides) = (parse.GetRequiredValue(run), parse.GetRequiredValue(at)!.Value, parse.GetRequiredValue(set));
            using var host = await source.HostAsync(parse, ct).ConfigureAwait(false);
            if (host is null)
            {
                var fork = new ForkedRun(parent, step, overrides, parse.GetValue(acceptBuild));
                return await TrainingSession.RunAsync(fork, parse.GetValue(source.Data), parse.GetValue(json)).ConfigureAwait(false);
            }
            if (parse.GetValue(acceptBuild))
                return Talk.Refuse(ExitCode.Usage,
                    "--accept-build: a host holds a run of another build until 'resume RUN --accept-build' accepts it; leave it away here");
            var line = await host.PostAsync<RunLine>(
                $"{HostRuns.PathOf(parent)}/fork", new ForkRequest(step, SentRecipe.Set(overrides)), ct).ConfigureAwait(false);
            QueuedRun.Print(line, parse.GetValue(json), $"at {host.Server}", $"to look on: {source.Next(parse, host, "watch", line.Run)}");
            return ExitCode.Done;
        });
        return command;
    }
}
