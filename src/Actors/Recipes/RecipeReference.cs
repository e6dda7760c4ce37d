using System.Text;

namespace ActorRlhf.Actors.Recipes;

/// <summary>Writes <c>docs/recipes.md</c> from the table of keys.</summary>
public static class RecipeReference
{
    const string Introduction = """
        # Recipes

        A recipe is the YAML file that says what a run does. Every key has a default, so a recipe holds what differs from them and
        `config/recipes/quickstart.yaml` is a good place to start. A section is a key with keys indented below it: `rl.steps` is

        ```yaml
        rl:
          steps: 50
        ```

        - Unknown and repeated keys are errors, as are anchors, aliases, tags, lists and a second document.
          Numbers and `true` or `false` stand without quotes.
        - A recipe is UTF-8, indented with spaces, at most 1 MiB. Paths are relative to the current directory,
          and a run needs what they lead to only until its first stage, `world`, has stored its own copies.
        - `--set key=value` overrides a key; it may be repeated, and the last one for a key counts. `--set policy.path=` unsets a path.
        - Keys marked with ○ do not change the result of a run: two runs that differ in nothing else have one trajectory
          (of paths: while the same files are there).

        This page is written from the table of keys in `src/Actors/Recipes/RecipeKeys.cs`.

        """;

    /// <summary>The whole page, lines ended by <c>\n</c>.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        string? section = null;
        foreach (var key in RecipeKeys.All)
        {
            var own = key.Name.Contains('.') ? key.Name[..key.Name.IndexOf('.')] : "";
            if (own != section)
                page.Append(own is "" ? "\n## Top level\n" : $"\n## {own}\n")
                    .Append("| key | type | default | allowed | meaning |\n| --- | --- | --- | --- | --- |\n");
            section = own;
            var value = key.Default switch { null => "none", "" => "empty", var text => $"`{text}`" };
            page.Append($"| `{key.Name}`{(key.DeterminesResult ? "" : " ○")} | {key.Type} | {value} | {key.Allowed} | {key.Meaning} |\n");
        }
        return page.ToString();
    }
}
