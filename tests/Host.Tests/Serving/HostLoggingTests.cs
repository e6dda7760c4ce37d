using ActorRlhf.Host.Training;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ActorRlhf.Host.Tests.Serving;

public sealed class HostLoggingTests : IDisposable
{
    readonly string _logs = Directory.CreateTempSubdirectory("actorrlhf-logs-").FullName;

    public void Dispose() => Directory.Delete(_logs, recursive: true);

    [Fact]
    public void Log_Exception_IsALineOfTheConsoleAndWholeInTheFile()
    {
        var stderr = Console.Error;
        using var shown = new StringWriter();
        Console.SetError(shown);
        try
        {
            var services = new ServiceCollection();
            services.AddLogs(_logs, console: true, days: 1);
            using var provider = services.BuildServiceProvider();
            var log = provider.GetRequiredService<ILoggerFactory>().CreateLogger("test");
            try { throw new TimeoutException("no answer\nwithin 3 s"); }
            catch (TimeoutException late) { log.LogError(late, "{Run} waits", "run-1"); }
            log.LogWarning("that is all");
        }
        finally { Console.SetError(stderr); }

        var lines = shown.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.EndsWith(" ERR run-1 waits: TimeoutException: no answer within 3 s", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(" WRN that is all", lines[1], StringComparison.Ordinal);
        Assert.Contains("   at ", File.ReadAllText(Assert.Single(Directory.GetFiles(_logs))), StringComparison.Ordinal);
    }
}
