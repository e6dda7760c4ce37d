using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Api;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Cli;

/// <summary><c>tokens</c>: who else may drive a host, and how far.</summary>
static class TokensCommand
{
    const int MostDays = 36_500;

    public static Command Create() => new("tokens",
        "Makes, lists and revokes tokens of a host, each with the scopes that its holder needs. A host that is up sees it at once.")
    {
        Add(), List(), Revoke(),
    };

    static Command Add()
    {
        var (name, data, json) = (NameArgument(), Options.Data(), Options.Json());
        var scopes = new Option<string[]>("--scope")
        {
            Description = "What it allows: read (see runs), operate (submit, pause, resume, stop, fork, retry, compute), "
                + "inject (bring code or data into runs) or admin (delete and import); may be repeated.",
            Required = true,
        }.OneOf(Scopes.All);
        var expires = Options.OptionalNumber("--expires", "DAYS", "After how many days it is refused; never unless given.", 1, MostDays);
        var command = new Command("add", "Makes a token and prints it, once: it is stored nowhere.") { name, scopes, expires, data, json };
        command.SetAction(parse =>
        {
            var lifetime = parse.GetValue(expires) is { } days ? TimeSpan.FromDays(days) : (TimeSpan?)null;
            var (holder, allowed, now) = (parse.GetRequiredValue(name), parse.GetRequiredValue(scopes), TimeProvider.System.GetUtcNow());
            var token = Book(parse.GetValue(data)).Add(holder, allowed, lifetime, now);
            if (parse.GetValue(json))
                JsonOutput.Write(new NewTokenLine(holder, [.. allowed.Distinct()], (now + lifetime)?.UtcDateTime, token));
            else Console.Out.Write(token + "\n");
            return ExitCode.Done;
        });
        return command;
    }

    static Command List()
    {
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command("list", "Lists all tokens that were ever made, but for the owner's, which is in the file 'token'.")
        {
            data, json,
        };
        command.SetAction(parse =>
        {
            var now = TimeProvider.System.GetUtcNow();
            var known = Book(parse.GetValue(data)).All().Select(one => TokenLine.Of(one, now)).ToArray();
            if (parse.GetValue(json)) foreach (var one in known) JsonOutput.Write(one);
            else
                Tables.Write(["token", "scopes", "state", "made", "expires"], known.Select(one => new[]
                {
                    one.Name, string.Join(", ", one.Scopes), one.State, Day(one.Made), one.Expires is { } end ? Day(end) : "never",
                }));
            return ExitCode.Done;
        });
        return command;
    }

    static Command Revoke()
    {
        var (name, data) = (NameArgument(), Options.Data());
        var command = new Command("revoke", "Ends a token for good: it is refused at once, and streams that it opened end.") { name, data };
        command.SetAction(parse =>
        {
            var (book, token) = (Book(parse.GetValue(data)), parse.GetRequiredValue(name));
            if (!book.Revoke(token, TimeProvider.System.GetUtcNow()))
                return Talk.Refuse(ExitCode.NotFound, $"there is no token '{token}' in {book.Path}; 'tokens list' shows them");
            Talk.Say($"the token '{token}' is revoked");
            return ExitCode.Done;
        });
        return command;
    }

    static Argument<string> NameArgument()
    {
        var name = new Argument<string>("NAME")
        {
            Description = $"By which logs name whoever has it: {TokenBook.NameForm}, and never used before.",
        };
        name.Validators.Add(result =>
        {
            if (!TokenBook.IsName(result.Tokens[0].Value))
                result.AddError($"NAME: '{result.Tokens[0].Value}' is not {TokenBook.NameForm}");
        });
        return name;
    }

    static TokenBook Book(string? data)
    {
        var full = Path.GetFullPath(data ?? DataDirectory.DefaultPath);
        return Directory.Exists(full) ? new TokenBook(full) : throw new DataDirectoryMissingException(full);
    }

    static string Day(DateTimeOffset time) => FormattableString.Invariant($"{time:yyyy-MM-dd}");
}
