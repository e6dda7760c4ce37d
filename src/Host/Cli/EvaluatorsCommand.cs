using System.CommandLine;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Cli;

/// <summary><c>evaluators</c>: who judges runs beside the evaluators of their world.</summary>
static class EvaluatorsCommand
{
    public static Command Create() => new("evaluators",
        "Brings evaluators to runs, lists, tries and removes them; docs/guides/evaluators.md shows how to write one.")
    {
        EvaluatorsInjectCommand.Create(), EvaluatorsInjectCommand.Test(), List(), Show(), Remove(), EvaluatorsReleaseCommand.Create(),
    };

    static Command List()
    {
        var (source, json) = (new SourceOptions(), Options.Json());
        var all = new Option<bool>("--all") { Description = "Also those that were removed, and former versions." };
        var command = new Command("list", "Lists the evaluators that were brought; 'docs evaluators' those of the catalogue.")
        {
            all, json,
        };
        source.AddTo(command);
        command.SetAction(async (parse, ct) =>
        {
            var lines = (await AllAsync(source, parse, ct).ConfigureAwait(false))
                .Where(one => parse.GetValue(all) || one.Removed is null).ToArray();
            if (parse.GetValue(json)) foreach (var one in lines) JsonOutput.Write(one);
            else
                Tables.Write(["evaluator", "version", "kind", "metrics", "runs", "isolation", "state"], lines.Select(one => new[]
                {
                    one.Evaluator, one.Version, one.Kind, string.Join(", ", one.Metrics.Select(metric => metric.Name)),
                    one.Runs is [] ? "all" : string.Join(", ", one.Runs), one.Isolation, one.Removed is null ? "in force" : "removed",
                }));
            return ExitCode.Done;
        });
        return command;
    }

    static Command Show()
    {
        var (source, json, id) = (new SourceOptions(), Options.Json(), IdArgument());
        var command = new Command("show", "Shows one evaluator that was brought, in full.") { id, json };
        source.AddTo(command);
        command.SetAction(async (parse, ct) =>
        {
            var found = (await AllAsync(source, parse, ct).ConfigureAwait(false)).LastOrDefault(one => one.Evaluator == parse.GetValue(id))
                ?? throw new EvaluatorUnknownException(parse.GetRequiredValue(id));
            if (parse.GetValue(json)) JsonOutput.Write(found);
            else Print(found);
            return ExitCode.Done;
        });
        return command;
    }

    static Command Remove()
    {
        var (source, json, id) = (new SourceOptions(), Options.Json(), IdArgument());
        var command = new Command("remove", "Removes an evaluator: it is asked no more, and what it said stays.") { id, json };
        source.AddTo(command);
        command.SetAction(async (parse, ct) =>
        {
            var name = parse.GetRequiredValue(id);
            using var host = await source.HostAsync(parse, ct).ConfigureAwait(false);
            EvaluatorLine removed;
            if (host is not null)
                removed = await host.DeleteAsync<EvaluatorLine>($"v1/evaluators/{Uri.EscapeDataString(name)}", ct).ConfigureAwait(false);
            else
            {
                DataDirectory.OpenForReading(parse.GetValue(source.Data)).Dispose(); // removing makes no directory
                using var data = DataDirectory.OpenForWriting(parse.GetValue(source.Data), TimeProvider.System);
                removed = EvaluatorLine.Of(new EvaluatorRegistry(data.Store, TimeProvider.System).Remove(name, Environment.UserName)
                    ?? throw new EvaluatorUnknownException(name));
            }
            if (parse.GetValue(json)) JsonOutput.Write(removed);
            else Talk.Say($"{removed.Evaluator} {removed.Version} is asked no more");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>What was brought, from the host that was named or holds the directory, or from the directory.</summary>
    static async Task<IReadOnlyList<EvaluatorLine>> AllAsync(SourceOptions source, ParseResult parse, CancellationToken ct)
    {
        using var host = await source.HostAsync(parse, ct).ConfigureAwait(false);
        if (host is not null) return (await host.GetAsync<Page<EvaluatorLine>>("v1/evaluators?all=true", ct).ConfigureAwait(false)).Items;
        using var data = DataDirectory.OpenForReading(parse.GetValue(source.Data));
        return [.. new EvaluatorRegistry(data.Store, TimeProvider.System).All().Select(EvaluatorLine.Of)];
    }

    /// <summary>All that is known of one.</summary>
    public static void Print(EvaluatorLine one)
    {
        var named = one.Removed is { } removed ? FormattableString.Invariant($"removed {removed:u}") : "in force";
        Console.Out.Write(FormattableString.Invariant($"""
            {one.Evaluator} {one.Version}: {one.Kind} {one.Target} {string.Join(' ', one.Arguments)}
              hash       {one.Hash}{(one.Verifiable ? "" : ", which does not say what an endpoint does: unverifiable")}
              needs      {string.Join(", ", one.Needs)}
              limits     {one.DeadlineSeconds} s, {one.MemoryBytes / (1 << 20)} MiB, {(one.Network ? "network" : "no network")}
              isolation  {one.Isolation}
              runs       {(one.Runs is [] ? "all" : string.Join(", ", one.Runs))}
              brought    {one.Injected:u} by {one.By ?? "nobody who said so"}; {named}

            """));
        Tables.Write(["metric", "better", "role", "meaning"], one.Metrics.Select(metric =>
            new[] { metric.Name, metric.Direction, metric.Role, metric.Description }));
    }

    static Argument<string> IdArgument() => new("ID") { Description = "The evaluator, as 'evaluators list' names it." };
}
