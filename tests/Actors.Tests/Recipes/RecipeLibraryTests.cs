using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Tests.Recipes;

public sealed class RecipeLibraryTests
{
    [Fact]
    public void List_Always_DescribesEveryBuiltInRecipe()
    {
        Assert.Equal(["hh-rlhf", "micro", "pocket-tiny", "quickstart"], RecipeLibrary.List().Select(recipe => recipe.Name));
        Assert.All(RecipeLibrary.List(), recipe => Assert.InRange(recipe.Description.Length, 20, 120));
    }

    [Fact]
    public void Text_EveryBuiltInRecipe_IsNamedLikeItsFile() =>
        Assert.All(
            RecipeLibrary.Names,
            name => Assert.Equal(name, RecipeReader.Parse(RecipeLibrary.Text(name), name, checkPaths: false).Name));

    [Fact]
    public void Quickstart_Always_IsTheDefaults()
    {
        var quickstart = RecipeReader.ReadEmbedded("quickstart");
        Assert.Equal(new Recipe { Name = quickstart.Name, Description = quickstart.Description }, quickstart);
    }

    // Whoever copies the quickstart sees every key; those of the other world would be noise.
    [Fact]
    public void Quickstart_Always_WritesOutEveryKeyOfPocket()
    {
        var lines = RecipeLibrary.Text("quickstart").Split('\n');
        var ours = RecipeKeys.All
            .Where(key => key.Type is not ("path" or "address") && !key.Name.StartsWith("data.", StringComparison.Ordinal));
        Assert.All(ours, key =>
        {
            var parts = key.Name.Split('.');
            var written = new string(' ', 2 * (parts.Length - 1)) + parts[^1] + ":";
            Assert.Contains(lines, line => line.StartsWith(written, StringComparison.Ordinal));
        });
    }

    [Fact]
    public void HumanPreferences_WithoutTheirFiles_SayWhatIsMissing()
    {
        var failure = Assert.Throws<RecipeException>(() =>
            RecipeReader.ReadEmbedded("hh-rlhf", ["data.path=no/pairs.jsonl", "policy.path=no/model"]));
        Assert.Equal(["data.path", "policy.path"], failure.Problems.Select(problem => problem.Key));
    }

    [Fact]
    public void ReadEmbedded_UnknownName_SuggestsOne()
    {
        var failure = Assert.Throws<RecipeException>(() => RecipeReader.ReadEmbedded("quikstart"));
        Assert.Equal(
            "recipes: 'quikstart' is not a built-in recipe; there are hh-rlhf, micro, pocket-tiny, quickstart; did you mean 'quickstart'?",
            failure.Message);
    }

    [Theory]
    [InlineData("../recipes/quickstart")]
    [InlineData("quickstart.yaml")]
    [InlineData("")]
    public void Text_NameThatIsNone_IsRefused(string name) => Assert.Throws<RecipeException>(() => RecipeLibrary.Text(name));
}
