using System.Text.Json;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Cli;

public sealed class RecipeCommandsTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-recipes-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Recipes_Json_HasNameAndDescriptionOfEach()
    {
        var lines = (await App.RunAsync("recipes", "--json")).Lines();
        Assert.Equal(RecipeLibrary.Names, lines.Select(line => line.GetProperty("name").GetString()!));
        Assert.All(lines, line => Assert.Equal(["name", "description"], line.Names()));
        Assert.Contains("quickstart", (await App.RunAsync("recipes")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RecipesShow_Name_PrintsTheTextThatCanBeUsedAsAFile()
    {
        var result = await App.RunAsync("recipes", "show", "quickstart");
        Assert.Equal((0, RecipeLibrary.Text("quickstart")), (result.Code, result.Out));
        Assert.Equal(result.Out, (await App.RunAsync("recipes", "show", "quickstart", "--json")).Single().GetProperty("text").GetString());
    }

    [Fact]
    public async Task RecipesShow_UnknownName_IsNotFoundAndSuggests()
    {
        var result = await App.RunAsync("recipes", "show", "quikstart");
        Assert.Equal((ExitCode.NotFound, ""), (result.Code, result.Out));
        Assert.Contains("did you mean 'quickstart'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_GoodRecipe_IsDone()
    {
        Assert.Equal(0, (await App.RunAsync("validate", "quickstart", "--set", "rl.steps=3", "--set", "seed=9")).Code);
        var json = (await App.RunAsync("validate", File("name: mine\nrl:\n  steps: 3\n"), "--json")).Single();
        Assert.True(json.GetProperty("ok").GetBoolean());
        Assert.Empty(json.GetProperty("problems").EnumerateArray());
    }

    [Fact]
    public async Task Validate_BrokenRecipe_HasALineForEachProblem()
    {
        var file = File("reward:\n  members: three\nrl:\n  step: 4\n");

        var result = await App.RunAsync("validate", file, "--set", "rl.epochs=0");
        var json = await App.RunAsync("validate", file, "--set", "rl.epochs=0", "--json");

        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
        var lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith($"{file}:2: reward.members: 'three' is not", lines[0], StringComparison.Ordinal);
        Assert.Contains("rl.steps", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("--set: rl.epochs: '0' is not", lines[2], StringComparison.Ordinal);
        Assert.Equal((ExitCode.Usage, ""), (json.Code, json.Error));
        var problems = json.Single().GetProperty("problems").EnumerateArray().ToArray();
        Assert.Equal(lines, problems.Select(problem => problem.GetProperty("message").GetString()!));
        var first = problems[0];
        Assert.Equal(
            (2, "reward.members", "three"),
            (first.GetProperty("line").GetInt32(), first.GetProperty("key").GetString(), first.GetProperty("value").GetString()));
        Assert.Equal(JsonValueKind.False, json.Single().GetProperty("ok").ValueKind);
    }

    [Theory]
    [InlineData("quikstart", "did you mean 'quickstart'")]
    [InlineData("absent/recipe.yaml", "cannot be read")]
    [InlineData("absent.yaml", "cannot be read")]
    public async Task Validate_NoSuchRecipe_SaysWhichThereAre(string name, string expected)
    {
        var result = await App.RunAsync("validate", name);
        Assert.Equal(ExitCode.NotFound, result.Code);
        Assert.Contains(expected, result.Error, StringComparison.Ordinal);
        Assert.Contains("pocket-tiny", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Validate_DataThatNoRunCanBeginWith_NamesTheKeyAndTheFigures()
    {
        var dialogues = new Dialogues(_folder, "pairs.jsonl");
        string[] validate = ["validate", "pocket-tiny", .. dialogues.Overrides.SelectMany(set => (string[])["--set", set])];
        Assert.Equal(ExitCode.Done, (await App.RunAsync(validate)).Code);

        var lines = System.IO.File.ReadAllLines(dialogues.Data);
        await AssertAsync(lines[..1], "1 dialogue has 1 distinct prompt", "data.path: '");
        await AssertAsync(lines[..3], "3 distinct prompts, and data.trainingShare and data.rlShare gave dialogues to ",
            "Share: '");
        await AssertAsync(["[", lines[0] + ",", lines[1], "]"], "this is one JSON array", "data.path: ");
        await AssertAsync([.. lines, lines[0].Replace("apples", "cherries", StringComparison.Ordinal)],
            "the unknown word 'cherries'", "data.path: ");

        async Task AssertAsync(string[] data, string said, string key)
        {
            System.IO.File.WriteAllLines(dialogues.Data, data);
            var result = await App.RunAsync(validate);
            Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
            Assert.StartsWith("pocket-tiny: data.", result.Error, StringComparison.Ordinal);
            Assert.Contains(key, result.Error, StringComparison.Ordinal);
            Assert.Contains(said, Assert.Single(result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        }
    }

    [Fact]
    public async Task Validate_ModelThatCannotBeRead_NamesTheFile()
    {
        var dialogues = new Dialogues(_folder);
        System.IO.File.WriteAllText(Path.Combine(dialogues.Model, "config.json"), "");

        var result = await App.RunAsync(["validate", "pocket-tiny", .. dialogues.Overrides.SelectMany(set => (string[])["--set", set])]);

        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Equal($"pocket-tiny: policy.path: {Path.Combine(dialogues.Model, "config.json")}: this is an empty file; "
            + "expected a JSON object. Get the file again from where the model came.\n", result.Error);
    }

    string File(string text)
    {
        var path = Path.Combine(_folder, "mine.yaml");
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}
