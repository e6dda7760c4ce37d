using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Tests.Recipes;

public sealed class RecipeReferenceTests
{
    [Fact]
    public void Markdown_Always_IsThePageInDocs()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "Recipes");
        var received = Path.Combine(folder, "recipes.received.md");
        File.WriteAllText(received, RecipeReference.Markdown());
        Assert.True(
            RecipeReference.Markdown() == File.ReadAllText(Path.Combine(folder, "recipes.md")),
            $"docs/recipes.md is not current; replace it by {received}");
    }

    [Fact]
    public void Markdown_Always_HasOneRowOfFiveCellsForEveryKey()
    {
        var rows = RecipeReference.Markdown().Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).ToArray();
        Assert.Equal(RecipeKeys.All.Count, rows.Length);
        Assert.All(rows, row => Assert.Equal(6, row.Count(c => c == '|')));
    }
}
