using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Client;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Reading;
using ActorRlhf.Host.Reports;

namespace ActorRlhf.Host.Cli;

/// <summary>The options of a command that works on a data directory and against a host.</summary>
/// <remarks>
/// <c>--server</c> counts before <c>--data</c>, and this before ACTORRLHF_SERVER: what is on the command line is what is meant.
/// </remarks>
sealed class SourceOptions
{
    const string ServerOption = "--server", TokenFileOption = "--token-file";
    const string ServerVariable = "ACTORRLHF_SERVER", TokenFileVariable = "ACTORRLHF_TOKEN_FILE";

    readonly Option<string?> _server = new(ServerOption)
    {
        Description = $"A host to ask instead of a data directory; {ServerVariable} unless --data is given.",
        HelpName = "URL",
    };
    readonly Option<string?> _tokenFile = new(TokenFileOption)
    {
        Description = $"The file of the host's token; {TokenFileVariable}, or the file token of the data directory, unless given.",
        HelpName = "FILE",
    };

    public SourceOptions() => _server.Validators.Add(result =>
    {
        if (!HostAddress.TryParse(result.Tokens[0].Value, out _, out var problem)) result.AddError($"--server: {problem}");
    });

    /// <summary>Names of the options that say which host is asked.</summary>
    public static IReadOnlyList<string> OfHosts => [ServerOption, TokenFileOption];

    /// <summary>Where runs are kept.</summary>
    public Option<string?> Data { get; } = Options.Data();

    /// <summary>Gives a command these options.</summary>
    /// <param name="isForThoseBelow">Whether they are those of its subcommands, too.</param>
    public void AddTo(Command command, bool isForThoseBelow = false)
    {
        (Data.Recursive, _server.Recursive, _tokenFile.Recursive) = (isForThoseBelow, isForThoseBelow, isForThoseBelow);
        command.Add(Data);
        command.Add(_server);
        command.Add(_tokenFile);
    }

    /// <summary>Where to read runs from; a data directory is read without the host that holds it.</summary>
    /// <exception cref="DataDirectoryMissingException">There is no such directory.</exception>
    /// <exception cref="TokenFileException">There is no token for the host.</exception>
    public IRunSource Open(ParseResult parse) => Server(parse) is { } server
        ? new HostRuns(Connect(parse, server))
        : DirectoryRuns.Open(parse.GetValue(Data));

    /// <summary>
    /// The host that a command has to ask: the one that was named, or the one that holds the data directory. Null for none.
    /// </summary>
    /// <exception cref="TokenFileException">There is no token for the host.</exception>
    public async Task<HostConnection?> HostAsync(ParseResult parse, CancellationToken ct)
    {
        if (Server(parse) is { } named) return Connect(parse, named);
        if (await HostFile.AwaitAsync(Directory(parse), Talk.Say, ct).ConfigureAwait(false) is not { } address) return null;
        Talk.Say($"a host at {address.ToString().TrimEnd('/')} holds {Directory(parse)}; asking it");
        return Connect(parse, address);
    }

    /// <summary>A command for a person to type next, which finds the same host.</summary>
    public string Next(ParseResult parse, HostConnection host, string command, string run) => Server(parse) is null
        ? NextCommand.Of(command, run, Directory(parse))
        : new HostRuns(host).Next(command, run);

    /// <summary>The host that was named; null for none.</summary>
    Uri? Server(ParseResult parse)
    {
        var server = parse.GetValue(_server);
        if (server is null && parse.GetValue(Data) is null) server = Variable(ServerVariable);
        return server is null ? null
            : HostAddress.TryParse(server, out var address, out var problem) ? address
            : throw new ServerVariableException(ServerVariable, problem);
    }

    HostConnection Connect(ParseResult parse, Uri server) => new(HostAddress.With(
        server, parse.GetValue(_tokenFile) ?? Variable(TokenFileVariable) ?? TokenFile.In(Directory(parse))));

    string Directory(ParseResult parse) => Path.GetFullPath(parse.GetValue(Data) ?? DataDirectory.DefaultPath);

    static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    /// <summary>
    /// Why a command that only reads or changes a data directory is not carried out on the usual one: whoever has named a host for all
    /// commands would take its runs for the host's. Null where that cannot be.
    /// </summary>
    public static string? WhyMeantElsewhere(ParseResult parsed)
    {
        if (parsed.Action is HelpAction || Environment.GetEnvironmentVariable(ServerVariable) is not { Length: > 0 } server) return null;
        var options = OptionsOf(parsed.CommandResult).ToArray();
        // What trains, serves or makes a directory says where.
        string[] here = ["train", "serve", "doctor", "restore"];
        return options.FirstOrDefault(option => option.Name == NextCommand.DataOption) is { } data
            && !AsksHost(parsed, options)
            && !here.Contains(parsed.CommandResult.Command.Name) && parsed.GetResult(data) is null or { Implicit: true }
            ? $"{ServerVariable} is {server}, and '{parsed.CommandResult.Command.Name}' asks no host: "
                + "name the data directory with --data DIR, or unset the variable"
            : null;
    }

    /// <summary>Whether a command asks a host; <c>bench</c> does where it records.</summary>
    static bool AsksHost(ParseResult parsed, IReadOnlyList<Option> options) =>
        options.Any(option => option.Name == ServerOption)
        && (options.FirstOrDefault(option => option.Name == BenchCommand.RecordOption) is not { } record
            || parsed.GetResult(record) is { Implicit: false });

    /// <summary>A command's own options and those that it has from above.</summary>
    static IEnumerable<Option> OptionsOf(CommandResult command) => command.Command.Options.Concat(
        command.Parent is CommandResult above ? OptionsOf(above).Where(option => option.Recursive) : []);
}
