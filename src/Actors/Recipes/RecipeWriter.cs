using System.Text;

namespace ActorRlhf.Actors.Recipes;

/// <summary>Writes the canonical text of a recipe.</summary>
static class RecipeWriter
{
    public static string Write(Recipe recipe)
    {
        var yaml = new StringBuilder();
        string[] open = []; // the sections that the last line stands in
        foreach (var key in RecipeKeys.All)
        {
            var path = key.Name.Split('.');
            var depth = 0;
            while (depth < Math.Min(open.Length, path.Length - 1) && open[depth] == path[depth]) depth++;
            for (; depth < path.Length - 1; depth++) Line(depth, path[depth], "");
            Line(depth, path[^1], " " + Scalar(key, recipe));
            open = path[..^1];
        }
        return yaml.ToString();

        void Line(int indent, string name, string value) =>
            yaml.Append(' ', 2 * indent).Append(name).Append(':').Append(value).Append('\n');
    }

    static string Scalar(RecipeKey key, Recipe recipe) => key.Value(recipe) switch
    {
        null => "null",
        var text when key.IsQuoted => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'",
        var text => text,
    };
}
