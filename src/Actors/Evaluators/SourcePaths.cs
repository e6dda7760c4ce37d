using ActorRlhf.Actors.Evaluators.Judges;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>Which parts of a source are paths.</summary>
public static class SourcePaths
{
    /// <summary>Folders that a sandbox shows as they are: a program of the machine runs from there, with the libraries beside it.</summary>
    static readonly string[] s_ofTheMachine = ["/usr/", "/bin/", "/sbin/"];

    /// <summary>The same source for whatever folder a process is in: paths that count from the current one are absolute.</summary>
    public static EvaluatorSource Rooted(EvaluatorSource source)
    {
        var rooted = source with { Files = [.. source.Files.Select(Path.GetFullPath)] };
        return source.Kind switch
        {
            EvaluatorKind.Assembly => rooted with { Target = Path.GetFullPath(source.Target) },
            EvaluatorKind.Command => rooted with
            {
                Target = source.Target.Contains('/') ? Path.GetFullPath(source.Target) : source.Target,
                Arguments = [.. source.Arguments.Select(argument => Rooted(argument, rooted.Files))],
            },
            EvaluatorKind.Judge => rooted with { Arguments = [.. source.Arguments.Select(RootedTemplate)] },
            _ => rooted,
        };
    }

    /// <summary>The files and folders that have to be where the evaluator runs.</summary>
    /// <param name="source">With absolute paths.</param>
    public static IEnumerable<string> ToBeStaged(EvaluatorSource source) => source.Kind switch
    {
        EvaluatorKind.Assembly => [.. AssemblyClosure.Of(source.Target), .. source.Files],
        EvaluatorKind.Judge => source.Arguments.Select(argument => Split(source.Kind, argument))
            .Where(part => part.Option.Length > 0).Select(part => part.Path).Concat(source.Files),
        EvaluatorKind.Command => source.Arguments.Select(argument => Split(source.Kind, argument).Path)
            .Where(path => Path.IsPathRooted(path) && FileKind.WhyNotRegular(path) is null)
            .Concat(source.Target.Contains('/') && !IsOfTheMachine(source.Target) ? [source.Target] : [])
            .Concat(source.Files),
        _ => source.Files,
    };

    /// <summary>The file that is hashed where it is: a program of the machine, a built-in evaluator's assembly; null for none.</summary>
    public static string? InPlace(EvaluatorSource source) => source.Kind switch
    {
        EvaluatorKind.Command when source.Target.Contains('/') && IsOfTheMachine(source.Target) => source.Target,
        EvaluatorKind.BuiltIn => typeof(ActorRlhf.Evaluation.Catalogue.BuiltInEvaluators).Assembly.Location,
        _ => null,
    };

    /// <summary>
    /// An argument as what stands before a path, and the path: <c>--list=words.txt</c> of a command as <c>--list=</c> and the rest, and of
    /// a judge its template.
    /// </summary>
    public static (string Option, string Path) Split(EvaluatorKind kind, string argument)
    {
        var at = kind switch
        {
            EvaluatorKind.Command when argument.StartsWith('-') => argument.IndexOf('=') + 1,
            EvaluatorKind.Judge when argument.StartsWith(JudgeSettings.TemplateSetting, StringComparison.Ordinal) =>
                JudgeSettings.TemplateSetting.Length,
            _ => 0,
        };
        return (argument[..at], argument[at..]);
    }

    /// <summary>A setting of a judge, with the path of a template for whatever folder a process is in.</summary>
    public static string RootedTemplate(string setting)
    {
        var (option, path) = Split(EvaluatorKind.Judge, setting);
        return option.Length == 0 || path.Length == 0 || path.Contains('\0') ? setting : option + Path.GetFullPath(path);
    }

    static string Rooted(string argument, string[] files)
    {
        var (option, path) = Split(EvaluatorKind.Command, argument);
        if (path.Length == 0 || path.Contains('\0')) return argument;
        var full = Path.GetFullPath(path);
        return FileKind.WhyNotRegular(full) is null || files.Contains(full) ? option + full : argument;
    }

    static bool IsOfTheMachine(string program) => s_ofTheMachine.Any(folder => program.StartsWith(folder, StringComparison.Ordinal));
}
