using ActorRlhf.Actors.Log.Streams;
using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Tests.Runs.Auditing;

/// <summary>A real run with every kind of checkpoint, trained once; each test forges a copy of its data directory.</summary>
public sealed class ToldRun : IAsyncLifetime
{
    internal static readonly RunId Id = RunId.Parse("told");
    internal static readonly Recipe Recipe = Some.Recipe(
        "checkpoint.every=1", "checkpoint.keep=2", "checkpoint.sftEvery=20", "rl.missingEosPenalty=1");

    string _folder = "";

    public async Task InitializeAsync()
    {
        await using var host = await RunsHost.StartAsync();
        _folder = host.Directory;
        await host.TrainAsync(Id.Value, Recipe);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    internal Forgery Copy() => new(_folder, Id);
}

/// <summary>Choices of a test's instance, the same at every run (SplitMix64).</summary>
sealed class Draws(int instance)
{
    ulong _state = (ulong)instance + 1;

    /// <summary>At least 0, below a bound.</summary>
    internal int Next(int bound) => (int)(Bits() % (ulong)bound);

    /// <summary>In [0, 1).</summary>
    internal double NextDouble() => (Bits() >> 11) / (double)(1UL << 53);

    ulong Bits()
    {
        var bits = _state += 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }
}
