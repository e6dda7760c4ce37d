namespace ActorRlhf.Actors.Evaluators;

/// <summary>Names of evaluators, of their versions and of their metrics.</summary>
static class EvaluatorName
{
    const int Most = 64;

    /// <summary>What a name may be, for people.</summary>
    public const string Rule = "expected 1 to 64 letters, digits, '-', '_' and '.', not '.' first and no '..'";

    /// <summary>Whether it can be a name: it is a part of paths, URLs and tables.</summary>
    public static bool IsValid(string name) =>
        name.Length is > 0 and <= Most && name[0] != '.' && !name.Contains("..", StringComparison.Ordinal)
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>What stands for an evaluator that has not said its name.</summary>
    public static string Of(EvaluatorSource source) => source.Kind is EvaluatorKind.Expression ? "expression" : source.Target;
}
