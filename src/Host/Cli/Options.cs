using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Reading;
using ActorRlhf.Host.Reports;

namespace ActorRlhf.Host.Cli;

/// <summary>Options that several commands have, and kinds of options. Values read the same in every culture.</summary>
static class Options
{
    public static Option<string?> Data()
    {
        var data = new Option<string?>(NextCommand.DataOption)
        {
            Description = $"The directory where runs are kept; {DataDirectory.DefaultPath} in the current directory unless given.",
            HelpName = "DIR",
        };
        data.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }]) result.AddError($"{NextCommand.DataOption} needs the name of a directory");
        });
        return data;
    }

    public static Option<bool> Json() => new("--json") { Description = "Prints JSON: one object, or one object a line for lists." };

    public static Argument<string> Run() => Run<string>();

    /// <summary>The same where a command can do without; null unless given.</summary>
    public static Argument<string?> OptionalRun()
    {
        var run = Run<string?>();
        run.Arity = ArgumentArity.ZeroOrOne;
        return run;
    }

    public static Argument<string> File(string description) => new("FILE") { Description = description };

    public static Option<string> Output(string placeholder, string description) =>
        new("-o", "--output") { Description = description, HelpName = placeholder, Required = true };

    public static Option<string[]> Set() => new("--set")
    {
        Description = "Overrides a key of the recipe; may be repeated.",
        HelpName = "key=value",
        DefaultValueFactory = _ => [],
    };

    public static Option<string?> Seed() => new("--seed")
    {
        Description = "The seed of every random draw; the same as --set seed=N.",
        HelpName = "N",
    };

    /// <summary>What <c>--set</c> and <c>--seed</c> say together.</summary>
    public static string[] Overrides(string[] set, string? seed) => seed is null ? set : [.. set, $"seed={seed}"];

    public static Option<bool> AcceptBuild() => new("--accept-build")
    {
        Description = "Goes on although another build of this program trained the run; its numbers may then differ in the last digits.",
    };

    public static Option<StepRange?> Steps(string name = "--step") => new(name)
    {
        Description = "Only these steps: A..B, A.., ..B or A.",
        HelpName = "A..B",
        CustomParser = result =>
        {
            if (!StepRange.TryParse(result.Tokens[0].Value, out var range, out var problem))
                result.AddError($"{name}: '{result.Tokens[0].Value}' {problem}");
            return range;
        },
    };

    /// <summary>Lets an option have one of a few words.</summary>
    public static Option<T> OneOf<T>(this Option<T> option, params string[] words)
    {
        option.HelpName = string.Join('|', words);
        option.CompletionSources.Add(words);
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
                if (!words.Contains(token.Value))
                    result.AddError($"{option.Name}: '{token.Value}' is not one of {string.Join(", ", words)}");
        });
        return option;
    }

    /// <summary>An option whose value is a number in a range, both ends included.</summary>
    public static Option<T> Number<T>(string name, string placeholder, string description, T fallback, T from, T to)
        where T : struct, INumber<T> =>
        new(name)
        {
            Description = description,
            HelpName = placeholder,
            DefaultValueFactory = _ => fallback,
            CustomParser = result => Parse(result, name, from, to),
        };

    /// <summary>The same, null unless given.</summary>
    public static Option<T?> OptionalNumber<T>(string name, string placeholder, string description, T from, T to)
        where T : struct, INumber<T> =>
        new(name)
        {
            Description = description,
            HelpName = placeholder,
            CustomParser = result => Parse(result, name, from, to),
        };

    static Argument<T> Run<T>()
    {
        var run = new Argument<T>("RUN")
        {
            Description = "A run: its id, the beginning of its id, or latest for the one that began last.",
            // Else the help would list the runs that there are.
            HelpName = "RUN",
        };
        run.CompletionSources.Add(RunNames.Of);
        return run;
    }

    static T Parse<T>(ArgumentResult result, string name, T from, T to) where T : struct, INumber<T>
    {
        var text = result.Tokens[0].Value;
        // A comma, a space or anything else that one culture reads as part of a number and another does not is no number here.
        const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        if (!T.TryParse(text, style, CultureInfo.InvariantCulture, out var value) || !(value >= from && value <= to))
        {
            var kind = from is int or ulong ? "whole number" : "number";
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name}: '{text}' is not a {kind} from {from} to {to}"));
        }
        return value;
    }
}
