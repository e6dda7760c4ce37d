namespace ActorRlhf.Actors.Recipes;

/// <summary>One thing that is wrong in a recipe.</summary>
/// <param name="File">The file as it was named, the name of a built-in recipe, or <c>--set</c> for an override.</param>
/// <param name="Line">Line in the file, from 1; 0 where no line is to blame.</param>
/// <param name="Key">Path of the key, for example <c>reward.members</c>; empty where the text as a whole is to blame.</param>
/// <param name="Value">The value that was given, or null where none is to blame.</param>
/// <param name="Expected">What is allowed, worded to follow "is not"; a whole sentence where there is no value.</param>
/// <param name="Suggestion">What was probably meant, or null.</param>
public sealed record RecipeProblem(string File, int Line, string Key, string? Value, string Expected, string? Suggestion = null)
{
    /// <summary>One line: <c>recipes/x.yaml:12: reward.members: 'three' is not a whole number from 1 to 16</c>.</summary>
    /// <remarks>Control characters are replaced and long values cut, so that it can be shown in a terminal as it is.</remarks>
    public override string ToString()
    {
        var place = Line > 0 ? FormattableString.Invariant($"{File}:{Line}") : File;
        var key = Key is "" ? "" : $"{OneLine.Show(Key)}: ";
        var value = Value is null ? "" : $"'{OneLine.Show(Value)}' is not ";
        var suggestion = Suggestion is null ? "" : $"; did you mean '{OneLine.Show(Suggestion)}'?";
        return $"{place}: {key}{value}{Expected}{suggestion}";
    }
}
