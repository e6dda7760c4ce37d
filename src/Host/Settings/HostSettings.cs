using System.Globalization;
using System.Net;
using ActorRlhf.Actors.Runs.Launching;
using ActorRlhf.Host.Housekeeping;
using ActorRlhf.Host.Serving;

namespace ActorRlhf.Host.Settings;

/// <summary>Every setting of the host, in the order of <c>config/appsettings.json</c>, which has their defaults.</summary>
static class HostSettings
{
    const int MostConcurrent = 64, MostThreads = 1024, MostDays = 3650, MostBackups = 10_000;

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<HostSetting> All =
    [
        new("serve.urls", "an address such as http://127.0.0.1:8423",
            "Where to listen. Port 0 is any that is free.",
            (settings, text) => Address(text) is { } address ? settings with { Address = address } : null),
        Whole("serve.concurrent", 1, MostConcurrent, "Most runs at once; the others wait.",
            (settings, value) => settings with { Concurrent = value }),
        Whole("serve.threads", 0, MostThreads, "Threads that compute, for all runs together; 0 for all cores.",
            (settings, value) => settings with { Threads = value == 0 ? Environment.ProcessorCount : value }),
        new("serve.files", "a directory that is there",
            "The directory in which submitted recipes may name files; none unless given.",
            (settings, text) => text == "" || Directory.Exists(text)
                ? settings with { Files = text == "" ? null : Path.GetFullPath(text) }
                : null),
        new("serve.witnesses", "addresses such as https://witness.example/runs, with commas between them",
            "What witness.url and evaluation.webhook of submitted recipes may be, or begin with; none unless given.",
            (settings, text) => Names(text).Select(Witness).ToArray() is var all && all.All(one => one is not null)
                ? settings with { Witnesses = [.. all.OfType<Uri>()] }
                : null),
        Flag("serve.behindProxy",
            "Whether a proxy with TLS stands before the host: only then may the address be other than loopback.",
            (settings, value) => settings with { BehindProxy = value }),
        new("serve.hosts", "names of hosts, with commas between them",
            "The names by which the proxy is asked, which requests have as their Host.",
            (settings, text) => Names(text) is var names && names.All(name => Uri.CheckHostName(name) is not UriHostNameType.Unknown)
                ? settings with { Hosts = names }
                : null),
        new("serve.onOtherBuild", "wait or accept",
            "What becomes of a run that another build trained: it waits until a person accepts this one, or goes on, which its log says.",
            (settings, text) => text is "wait" or "accept" ? settings with { AcceptsOtherBuilds = text == "accept" } : null),
        new("memory.limit", "empty, or a size such as 24GiB",
            "What the runs may take together, by estimate; empty for what the machine or the container has.",
            (settings, text) => text == "" ? settings with { Memory = MemoryLimit.OfThisMachine() }
                : DiskThreshold.Size(text) is { } bytes ? settings with { Memory = new MemoryLimit(bytes) }
                : null),
        Whole("logs.days", 1, MostDays, "Days for which the log files in logs/ are kept.",
            (settings, value) => settings with { LogDays = value }),
        new("telemetry.otlp", "empty, or an address such as http://127.0.0.1:4318",
            "Where an OpenTelemetry collector takes traces and metrics; empty for where OTEL_EXPORTER_OTLP_ENDPOINT says, or nowhere.",
            (settings, text) => text == "" ? settings with { Otlp = null }
                : Uri.TryCreate(text, UriKind.Absolute, out var otlp) && otlp.Scheme is "http" or "https" ? settings with { Otlp = otlp }
                : null),
        Flag("telemetry.prometheus", "Whether /metrics is there for Prometheus, which needs a token like everything else.",
            (settings, value) => settings with { Prometheus = value }),
        Threshold("disk.waitBelow", "Below so much room on the disk of the data directory no run begins.",
            (settings, value) => settings with { Housekeeping = settings.Housekeeping with { WaitBelow = value } }),
        Threshold("disk.pauseBelow", "Below so much room the runs rest at a checkpoint; they go on by themselves when there is room again.",
            (settings, value) => settings with { Housekeeping = settings.Housekeeping with { PauseBelow = value } }),
        new("backup.to", "a path", "The directory of backups, made where it is missing; empty for none.",
            (settings, text) => settings with
            {
                Housekeeping = settings.Housekeeping with { BackupTo = text == "" ? null : Path.GetFullPath(text) },
            }),
        new("backup.every", "empty, or a time such as 30m, 24h or 7d", "How often a backup is made; empty for only when one is asked for.",
            (settings, text) => text == "" || Span(text) is not null
                ? settings with { Housekeeping = settings.Housekeeping with { BackupEvery = Span(text) } }
                : null),
        Whole("backup.keep", 1, MostBackups, "How many backups are kept.",
            (settings, value) => settings with { Housekeeping = settings.Housekeeping with { BackupsKept = value } }),
    ];

    /// <summary>What is wrong with the settings together.</summary>
    public static IEnumerable<string> Problems(ServeSettings settings)
    {
        var isLoopback = settings.Address.Host == "localhost"
            || IPAddress.TryParse(settings.Address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
        if (!isLoopback && !settings.BehindProxy)
            yield return $"serve.urls: '{settings.Address.OriginalString}' can be reached from other machines, and nothing is encrypted: "
                + "listen at a loopback address, or put a proxy with TLS before it and set serve.behindProxy and serve.hosts";
        if (settings.BehindProxy && settings.Hosts.Count == 0)
            yield return "serve.hosts: none is given, and with serve.behindProxy requests for other hosts are refused: "
                + "name those by which the proxy is asked";
        if (settings.Housekeeping is { BackupEvery: not null, BackupTo: null })
            yield return "backup.to: none is given, and backup.every needs the directory to write to";
        if (!settings.BehindProxy && settings.Hosts.Count > 0)
            yield return $"serve.hosts: '{string.Join(',', settings.Hosts)}' is given, which needs serve.behindProxy: true";
    }

    static Uri? Address(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp && address.PathAndQuery == "/"
            ? address
            : null;

    /// <summary>Only what can be a recipe's address may be the beginning of one.</summary>
    static Uri? Witness(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)
            && address is { UserInfo: "", Query: "", Fragment: "" }
            ? address
            : null;

    static TimeSpan? Span(string text)
    {
        if (text.Length < 2 || !int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count == 0)
            return null;
        return text[^1] switch
        {
            'm' => TimeSpan.FromMinutes(count),
            'h' => TimeSpan.FromHours(count),
            'd' when count <= MostDays => TimeSpan.FromDays(count),
            _ => null,
        };
    }

    static string[] Names(string text) => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    static HostSetting Whole(string name, int from, int to, string meaning, Func<ServeSettings, int, ServeSettings> apply) =>
        new(name, string.Create(CultureInfo.InvariantCulture, $"a whole number from {from} to {to}"), meaning, (settings, text) =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= from && value <= to
                ? apply(settings, value)
                : null);

    static HostSetting Threshold(string name, string meaning, Func<ServeSettings, DiskThreshold, ServeSettings> apply) =>
        new(name, DiskThreshold.Expected, meaning,
            (settings, text) => DiskThreshold.TryParse(text) is { } value ? apply(settings, value) : null);

    static HostSetting Flag(string name, string meaning, Func<ServeSettings, bool, ServeSettings> apply) =>
        new(name, "true or false", meaning, (settings, text) => bool.TryParse(text, out var value) ? apply(settings, value) : null);
}
