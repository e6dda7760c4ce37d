using System.Globalization;
using ActorRlhf.Actors.Tests.Storage;

namespace ActorRlhf.Benchmarks.Served;

/// <summary>What a long-lived host reaches, part by part, on each store.</summary>
static class HostFigures
{
    /// <summary>The command line behind <c>host</c>, for people.</summary>
    public const string Usage =
        "host [start | queries | stream | load | commands | persisting | evaluators …] [--store sqlite | postgres | both] [--events N]";
    const int UsualEvents = 1_000_000;                // of the long logs; fewer to see whether all is well

    static readonly (string Name, Func<StoreKind, int, Task> Run)[] s_parts =
    [
        ("start", StartTime.RunAsync),
        ("queries", QueryTimes.RunAsync),
        ("stream", (store, _) => StreamTimes.RunAsync(store)),
        ("load", (store, _) => ReadersCost.RunAsync(store)),
        ("commands", (store, _) => RepeatedCommands.RunAsync(store)),
        ("persisting", StoreCost.RunAsync),
        ("evaluators", (store, _) => EvaluatorFigures.RunAsync(store)),
    ];

    /// <summary>Runs parts, all of them where none is named; 2 where one is named that there is not.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        StoreKind[]? stores = Value(ref arguments, "--store", "both") switch
        {
            "sqlite" => [StoreKind.Sqlite],
            "postgres" => [StoreKind.Postgres],
            "both" => Enum.GetValues<StoreKind>(),
            _ => null,
        };
        var isNumber = int.TryParse(Value(ref arguments, "--events", $"{UsualEvents}"), CultureInfo.InvariantCulture, out var events);
        var names = arguments;
        if (stores is null || !isNumber || names.Any(name => s_parts.All(part => part.Name != name)))
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
                await run(store, events);
                Console.WriteLine();
            }
        return 0;
    }

    /// <summary>Takes an option and its value away from the others; what is usual where it is not there.</summary>
    static string Value(ref string[] arguments, string option, string usual)
    {
        var at = Array.IndexOf(arguments, option);
        if (at < 0) return usual;
        var value = at + 1 < arguments.Length ? arguments[at + 1] : "";
        arguments = [.. arguments[..at], .. arguments[Math.Min(at + 2, arguments.Length)..]];
        return value;
    }
}
