using System.Collections;
using ActorRlhf.Actors.Live.Runs;
using ActorRlhf.Actors.Runs.Facts;
using Microsoft.Extensions.Configuration;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ActorRlhf.Host.Telemetry;

/// <summary>Sends traces and metrics where somebody collects them, or shows metrics to Prometheus; otherwise nothing is measured.</summary>
/// <remarks>OpenTelemetry's own policy: what cannot be sent is dropped, and no run waits for it.</remarks>
static class TelemetryExport
{
    const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT", Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL", Prefix = "OTEL_";

    static readonly string[] s_meters =
        [RunTelemetry.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    /// <summary>Puts it into a host that is to be.</summary>
    /// <param name="services">The host.</param>
    /// <param name="configuration">Gets what OpenTelemetry reads: the variables of the environment that are its own.</param>
    /// <param name="otlp">Where a collector listens; null where only a variable of the environment may say so.</param>
    /// <param name="prometheus">Whether <c>/metrics</c> is there.</param>
    public static void AddTelemetry(this IServiceCollection services, IConfigurationBuilder configuration, Uri? otlp, bool prometheus)
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .Where(one => ((string)one.Key).StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(one => (string)one.Key, one => (string?)one.Value);
        if (otlp is not null)
        {
            variables[Endpoint] = otlp.ToString();
            variables.TryAdd(Protocol, "http/protobuf");
        }
        var exports = !string.IsNullOrEmpty(variables.GetValueOrDefault(Endpoint));
        if (!exports && !prometheus) return;
        configuration.AddInMemoryCollection(variables);
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("actorrlhf", serviceVersion: RunFacts.Build))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(s_meters);
                if (exports) metrics.AddOtlpExporter();
                if (prometheus) metrics.AddPrometheusExporter();
            })
            .WithTracing(traces =>
            {
                traces.AddSource(RunTelemetry.Name);
                if (exports) traces.AddOtlpExporter();
            });
    }
}
