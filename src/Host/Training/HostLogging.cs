using System.Globalization;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace ActorRlhf.Host.Training;

/// <summary>Structured logs: <c>logs/actorrlhf-DATE.jsonl</c> of the data directory, and where it is asked for the console.</summary>
static class HostLogging
{
    /// <summary>Days for which log files are kept unless somebody says otherwise.</summary>
    public const int UsualDays = 31;

    const long MostBytes = 256L << 20;                // of a file; a day that says more has several

    /// <param name="services">The host to be.</param>
    /// <param name="logs">The directory.</param>
    /// <param name="console">Whether a person or a service manager reads stderr.</param>
    /// <param name="days">For which files are kept.</param>
    public static void AddLogs(this IServiceCollection services, string logs, bool console, int days)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Information()
            // A line for each request and each of its steps would hide what the runs say.
            .MinimumLevel.Override("Microsoft.AspNetCore", LogEventLevel.Warning)
            .MinimumLevel.Override("ActorRlhf.Host.Api", LogEventLevel.Warning)
            // What keeps a host from starting is told by the command that starts it, in words.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal)
            .WriteTo.File(new CompactJsonFormatter(), Path.Combine(logs, "actorrlhf-.jsonl"), rollingInterval: RollingInterval.Day,
                fileSizeLimitBytes: MostBytes, rollOnFileSizeLimit: true, retainedFileCountLimit: null,
                retainedFileTimeLimit: TimeSpan.FromDays(days));
        if (console)
            // What a person reads names the cause; where it was thrown is in the file.
            configuration = configuration.WriteTo.Logger(shown => shown.Enrich.With<Cause>().WriteTo.Console(
                outputTemplate: $"{{Timestamp:HH:mm:ss}} {{Level:u3}} {{Message:lj}}{{{Cause.Property}}}{{NewLine}}",
                formatProvider: CultureInfo.InvariantCulture, standardErrorFromLevel: LogEventLevel.Verbose));
        services.AddSerilog(configuration.CreateLogger(), dispose: true);
    }

    /// <summary>The message of an exception, to follow what is said of it in one line.</summary>
    sealed class Cause : ILogEventEnricher
    {
        public const string Property = "Cause";

        public void Enrich(LogEvent entry, ILogEventPropertyFactory properties)
        {
            if (entry.Exception is { } thrown)
                entry.AddPropertyIfAbsent(new LogEventProperty(
                    Property, new ScalarValue($": {thrown.GetType().Name}: {thrown.Message.ReplaceLineEndings(" ")}")));
        }
    }
}
