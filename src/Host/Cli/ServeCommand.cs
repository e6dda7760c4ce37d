using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reading;
using ActorRlhf.Host.Serving;
using ActorRlhf.Host.Settings;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>serve</c>: the long-lived host of a data directory.</summary>
static class ServeCommand
{
    const string PostgresVariable = "ACTORRLHF_POSTGRES";

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
        var config = new Option<string?>("--config")
        {
            Description = $"File of settings; {SettingsReader.UsualFile} in the current directory, where it is there, unless given.",
            HelpName = "FILE",
        };
        // Each is a setting, which is where its value is checked.
        Option<string?>[] settings =
        [
            Setting("--urls", "URL", "Where to listen, a loopback address; http://127.0.0.1:8423 unless set. Port 0 is any that is free."),
            Setting("--concurrent", "N", "Most runs at once; the others wait. 2 unless set."),
            Setting("--threads", "N", "Threads that compute, for all runs together; all cores unless set."),
            Setting("--files", "DIR", "The directory in which submitted recipes may name files; none unless set."),
        ];
        var command = new Command("serve", "Starts the host: trains runs one after the other, goes on with those that were cut off, "
            + "and answers over HTTP.")
        {
            data, postgres, config,
        };
        foreach (var setting in settings) command.Add(setting);
        command.SetAction(parse => ExecuteAsync(
            parse.GetValue(data), parse.GetValue(postgres), SettingsReader.Read(parse.GetValue(config), settings
                .Where(setting => parse.GetValue(setting) is not null)
                .ToDictionary(setting => $"serve.{setting.Name[2..]}", setting => parse.GetValue(setting)!))));
        return command;
    }

    static Option<string?> Setting(string name, string placeholder, string description) =>
        new(name) { Description = description, HelpName = placeholder };

    static async Task<int> ExecuteAsync(string? directory, string? postgres, ServeSettings settings)
    {
        using var interruption = new Interruption(hurries: false);
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System, postgres);
        using var beginning = HostFile.Begin(data.Path);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(interruption.Token, data.Lost);
        await using (var server = await Server.StartAsync(data, settings, console: true, interruption.Token).ConfigureAwait(false))
        {
            var manager = ServiceManager.OfThisProcess();
            Talk.Say($"listening at {server.Address.ToString().TrimEnd('/')}, runs in {data.Path}, token in {TokenFile.In(data.Path)}");
            manager.Ready();
            var watching = manager.WatchAsync(server.Runs, ended.Token);
            try { await Task.Delay(Timeout.InfiniteTimeSpan, ended.Token).ConfigureAwait(false); }
            catch (OperationCanceledException)
            {
                Talk.Say(data.Lost.IsCancellationRequested
                    ? $"another host has taken over the journal at {data.Store.Settings.Database.Place}; this one ends"
                    : "stopping; runs that are under way go on when a host is up again");
            }
            manager.Stopping();
            await watching.ConfigureAwait(false);
            if (!data.Lost.IsCancellationRequested
                && !await server.RestAsync("the host was stopped", interruption.ForRest).ConfigureAwait(false))
                Talk.Say("what was under way took too long and is dropped; the next host does it again from the last checkpoint on");
        }
        return data.Lost.IsCancellationRequested ? ExitCode.Unreachable : ExitCode.Done;
    }
}
