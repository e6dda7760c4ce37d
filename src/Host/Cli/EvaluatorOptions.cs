using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Cli;

/// <summary>What an evaluator is made of and what it may take, on the command line.</summary>
sealed class EvaluatorOptions
{
    const string CommandOption = "--command", AssemblyOption = "--assembly", ExpressionOption = "--expression", UrlOption = "--url",
        JudgeOption = "--judge", BuiltInOption = "--built-in";

    static readonly (string Unit, long Bytes)[] s_sizes =
        [("GiB", 1L << 30), ("MiB", 1L << 20), ("GB", 1_000_000_000), ("MB", 1_000_000)];
    static readonly (string Unit, double Seconds)[] s_times = [("ms", .001), ("s", 1), ("m", 60)];

    readonly Option<string?> _id = new("--id") { Description = "Its id; what it calls itself unless given.", HelpName = "ID" };
    readonly Option<string?> _version = new("--evaluator-version")
    {
        Description = "Its version; what it calls itself, and for an expression the beginning of its hash, unless given.",
        HelpName = "V",
    };
    readonly Option<string?> _command = new(CommandOption)
    {
        Description = "A command that speaks JSON lines, as one text: \"python3 words.py\".",
        HelpName = "CMD",
    };
    readonly Option<string?> _assembly = new(AssemblyOption) { Description = "A .NET assembly, with --type.", HelpName = "FILE" };
    readonly Option<string?> _type = new("--type") { Description = "The full name of an IEvaluator in it.", HelpName = "NAME" };
    readonly Option<string?> _expression = new(ExpressionOption)
    {
        Description = "A C# expression over prompt, completion, reference and item: \"completion.Split(' ').Length\".",
        HelpName = "CODE",
    };
    readonly Option<string?> _url = new(UrlOption) { Description = "An HTTP endpoint that speaks the same messages.", HelpName = "URL" };
    readonly Option<string?> _judge = new(JudgeOption)
    {
        Description = "A language model behind an OpenAI-compatible address, with --setting model=NAME.",
        HelpName = "URL",
    };
    readonly Option<string?> _builtIn = new(BuiltInOption) { Description = "One of the catalogue, with --setting.", HelpName = "ID" };
    readonly Option<string[]> _settings = new("--setting")
    {
        Description = "A setting of a built-in one or a judge; may be repeated.",
        HelpName = "name=value",
        DefaultValueFactory = _ => [],
    };
    readonly Option<string[]> _files = new("--file")
    {
        Description = "A file or folder that it needs: hashed, and shown to it; may be repeated.",
        HelpName = "PATH",
        DefaultValueFactory = _ => [],
    };
    readonly Option<string> _role = new Option<string>("--role")
    {
        Description = "Who may look at its metrics while decisions are made.",
        DefaultValueFactory = _ => "development",
    }.OneOf("train", "development", "heldout");
    readonly Option<double> _deadline;
    readonly Option<long> _memory;
    readonly Option<bool> _network = new("--allow-network") { Description = "Lets it reach the network." };
    readonly Option<bool> _unsandboxed = new("--allow-unsandboxed")
    {
        Description = "Lets it run where this machine can keep nothing apart; that is written down.",
    };

    public EvaluatorOptions()
    {
        _deadline = Measured("--deadline", "What it may take for a rollout, such as 500ms, 10s or 2m.", "10s", 10,
            text => Parse(text, s_times, (number, seconds) => number * seconds));
        _memory = Measured("--memory", "What its processes may take together, such as 512MB.", "512MB", 512_000_000,
            text => Parse(text, s_sizes, (number, bytes) => (long)(number * bytes)));
    }

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        Option[] sources = [_command, _assembly, _expression, _url, _judge, _builtIn];
        Option[] others = [_type, _settings, _files, _version, _role, _deadline, _memory, _network, _unsandboxed];
        foreach (var option in (Option[])[_id, .. sources, .. others]) command.Add(option);
        command.Validators.Add(result =>
        {
            var given = sources.Where(option => result.GetResult(option) is { Implicit: false }).Select(option => option.Name).ToArray();
            if (given.Length != 1)
                result.AddError($"give one of {string.Join(", ", sources.Select(option => option.Name))}"
                    + (given.Length == 0 ? "" : $", not {string.Join(" and ", given)}"));
            else if (given[0] == AssemblyOption != result.GetResult(_type) is { Implicit: false })
                result.AddError($"{AssemblyOption} and --type go together");
            if (result.GetResult(_settings) is { Implicit: false } && given is not [BuiltInOption or JudgeOption])
                result.AddError($"--setting belongs to {BuiltInOption} and {JudgeOption}");
        });
    }

    /// <summary>What was said; files by their whole paths, since a host may be in another directory.</summary>
    public EvaluatorRequest Request(ParseResult parse)
    {
        var (kind, target, arguments) =
            parse.GetValue(_command) is { } command ? Command(command)
            : parse.GetValue(_assembly) is { } assembly ?
                (EvaluatorKind.Assembly, Path.GetFullPath(assembly), [parse.GetRequiredValue(_type)!])
            : parse.GetValue(_expression) is { } code ? (EvaluatorKind.Expression, code, [])
            : parse.GetValue(_url) is { } url ? (EvaluatorKind.Http, url, [])
            : parse.GetValue(_judge) is { } judge ?
                (EvaluatorKind.Judge, judge, [.. parse.GetValue(_settings)!.Select(SourcePaths.RootedTemplate)])
            : (EvaluatorKind.BuiltIn, parse.GetValue(_builtIn)!, parse.GetValue(_settings)!);
        return new EvaluatorRequest(
            WireNames.Of(kind), target, arguments, [.. parse.GetValue(_files)!.Select(Path.GetFullPath)], parse.GetValue(_id),
            parse.GetValue(_version), parse.GetValue(_role)!, DeadlineSeconds: parse.GetValue(_deadline),
            MemoryBytes: parse.GetValue(_memory), AllowNetwork: parse.GetValue(_network), AllowUnsandboxed: parse.GetValue(_unsandboxed));
    }

    static (EvaluatorKind, string, string[]) Command(string command)
    {
        string[] words = [.. CommandLineParser.SplitCommandLine(command)];
        if (words is []) return (EvaluatorKind.Command, "", []);
        return (EvaluatorKind.Command, words[0].Contains('/') ? Path.GetFullPath(words[0]) : words[0],
            [.. words[1..].Select(word => Path.Exists(word) ? Path.GetFullPath(word) : word)]);
    }

    static Option<T> Measured<T>(string name, string description, string shown, T fallback, Func<string, T?> parse)
        where T : struct => new(name)
        {
            Description = $"{description} {shown} unless given.",
            HelpName = shown,
            DefaultValueFactory = _ => fallback,
            CustomParser = result =>
            {
                if (parse(result.Tokens[0].Value) is { } value) return value;
                result.AddError($"{name}: '{result.Tokens[0].Value}' is no such amount; write it like {shown}");
                return fallback;
            },
        };

    static TOut? Parse<TUnit, TOut>(string text, (string Unit, TUnit Size)[] units, Func<double, TUnit, TOut> scale) where TOut : struct
    {
        foreach (var (unit, size) in units)
            if (text.EndsWith(unit, StringComparison.OrdinalIgnoreCase)
                && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
                && number > 0)
                return scale(number, size);
        return null;
    }
}
