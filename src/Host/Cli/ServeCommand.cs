using System.CommandLine;
using System.Net;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Serving;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>serve</c>: the long-lived host of a data directory.</summary>
static class ServeCommand
{
    const string Usual = "http://127.0.0.1:8423", PostgresVariable = "ACTORRLHF_POSTGRES";
    const int MostConcurrent = 64, MostThreads = 1024;

    public static Command Create()
    {
        var data = Options.Data();
        data.Aliases.Add("--artefacts");
        var postgres = new Option<string?>("--postgres")
        {
            Description = "Keeps the journal in this PostgreSQL database and only the rest in the data directory, which remembers it; "
                + $"{PostgresVariable} of the environment says the same.",
            HelpName = "CONNECTION",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(PostgresVariable) is { Length: > 0 } given ? given : null,
        };
        var address = new Option<Uri>("--urls")
        {
            Description = $"Where to listen, a loopback address; {Usual} unless given. Port 0 is any that is free.",
            HelpName = "URL",
            DefaultValueFactory = _ => new Uri(Usual),
            CustomParser = result =>
            {
                if (WhyNot(result.Tokens[0].Value, out var address) is { } problem) result.AddError($"--urls: {problem}");
                return address;
            },
        };
        var concurrent = Options.Number("--concurrent", "N", "Most runs at once; the others wait.", 2, 1, MostConcurrent);
        var threads = Options.Number("--threads", "N", "Threads that compute, for all runs together; all cores unless given.",
            Environment.ProcessorCount, 1, MostThreads);
        var files = new Option<string?>("--files")
        {
            Description = "The directory in which submitted recipes may name files; none unless given.",
            HelpName = "DIR",
        };
        files.Validators.Add(result =>
        {
            if (!Directory.Exists(result.Tokens[0].Value)) result.AddError($"--files: there is no directory '{result.Tokens[0].Value}'");
        });
        var command = new Command("serve", "Starts the host: trains runs one after the other, goes on with those that were cut off, "
            + "and answers over HTTP.")
        {
            data, postgres, address, concurrent, threads, files,
        };
        command.SetAction(parse => ExecuteAsync(parse.GetValue(data), parse.GetValue(postgres), new ServeSettings(
            parse.GetValue(address)!, parse.GetValue(concurrent), parse.GetValue(threads),
            parse.GetValue(files) is { } directory ? Path.GetFullPath(directory) : null)));
        return command;
    }

    static async Task<int> ExecuteAsync(string? directory, string? postgres, ServeSettings settings)
    {
        using var interruption = new Interruption(hurries: false);
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System, postgres);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, data.Lost);
        await using (var server = await Server.StartAsync(data, settings, console: true, interruption.Token).ConfigureAwait(false))
        {
            Talk.Say($"listening at {server.Address.ToString().TrimEnd('/')}, runs in {data.Path}, token in {TokenFile.In(data.Path)}");
            try { await Task.Delay(Timeout.InfiniteTimeSpan, ended.Token).ConfigureAwait(false); }
            catch (OperationCanceledException)
            {
                Talk.Say(data.Lost.IsCancellationRequested
                    ? $"another host has taken over the journal at {data.Store.Settings.Database.Place}; this one ends"
                    : "stopping; runs that are under way go on when a host is up again");
            }
            if (!data.Lost.IsCancellationRequested
                && !await server.RestAsync("the host was stopped", interruption.ForRest).ConfigureAwait(false))
                Talk.Say("what was under way took too long and is dropped; the next host does it again from the last checkpoint on");
        }
        return data.Lost.IsCancellationRequested ? ExitCode.Unreachable : ExitCode.Done;
    }

    /// <summary>Why nobody may listen there; null if somebody may.</summary>
    static string? WhyNot(string text, out Uri? address)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out address) || address.Scheme != Uri.UriSchemeHttp || address.PathAndQuery != "/")
            return $"'{text}' is not an address such as {Usual}";
        var isLoopback = address.Host == "localhost"
            || IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
        return isLoopback ? null : $"'{text}' can be reached from other machines, and nothing is encrypted: "
            + $"listen at {Usual}, and put a proxy with TLS before it";
    }
}
