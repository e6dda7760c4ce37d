using ActorRlhf.Actors.Tests.Storage;

namespace ActorRlhf.Benchmarks.Served;

/// <summary>What a long-lived host reaches, part by part, on each store.</summary>
static class HostFigures
{
    /// <summary>The command line behind <c>host</c>, for people.</summary>
    public const string Usage = "host [start | queries | stream | load | commands | persisting …] [--store sqlite | postgres | both]";

    static readonly (string Name, Func<StoreKind, Task> Run)[] s_parts =
    [
        ("start", StartTime.RunAsync),
        ("queries", store => QueryTimes.RunAsync(store)),
        ("stream", StreamTimes.RunAsync),
        ("load", ReadersCost.RunAsync),
        ("commands", RepeatedCommands.RunAsync),
        ("persisting", store => StoreCost.RunAsync(store)),
    ];

    /// <summary>Runs parts, all of them where none is named; 2 where one is named that there is not.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        var option = Array.IndexOf(arguments, "--store");
        StoreKind[]? stores = option < 0 ? Enum.GetValues<StoreKind>() : arguments[(option + 1)..] switch
        {
            ["sqlite"] => [StoreKind.Sqlite],
            ["postgres"] => [StoreKind.Postgres],
            ["both"] => Enum.GetValues<StoreKind>(),
            _ => null,
        };
        var names = option < 0 ? arguments : arguments[..option];
        if (stores is null || names.Any(name => s_parts.All(part => part.Name != name)))
        {
            Console.Error.WriteLine($"usage: Benchmarks {Usage}");
            return 2;
        }
        if (stores.Contains(StoreKind.Postgres) && PostgresServer.WhyNot is { } why)
        {
            Console.Error.WriteLine($"{why}: install it, or say --store sqlite");
            return 1;
        }
        foreach (var (name, run) in s_parts)
            foreach (var store in names.Length == 0 || names.Contains(name) ? stores : [])
            {
                await run(store);
                Console.WriteLine();
            }
        return 0;
    }
}
