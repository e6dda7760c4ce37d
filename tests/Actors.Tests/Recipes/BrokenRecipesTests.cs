using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Randomness;

namespace ActorRlhf.Actors.Tests.Recipes;

/// <summary>
/// The corpus in <c>broken/</c>: the first line of each file says where its first problem is and what the message contains.
/// </summary>
public sealed partial class BrokenRecipesTests
{
    static readonly string s_folder = Path.Combine(AppContext.BaseDirectory, "Recipes", "broken");

    public static TheoryData<string> Corpus =>
    [
        .. Directory.GetFiles(s_folder, "*.yaml").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Corpus))]
    public void Read_BrokenRecipe_NamesLineAndKey(string name)
    {
        var path = Path.Combine(s_folder, name);
        var expected = Expectation().Match(File.ReadLines(path).First());
        Assert.True(expected.Success, "the first line must say what to expect");

        var failure = Assert.Throws<RecipeException>(() => RecipeReader.Read(path));

        var first = failure.Problems[0];
        Assert.Equal(
            (path, expected.Groups["line"].Value, expected.Groups["key"].Value),
            (first.File, first.Line.ToString(CultureInfo.InvariantCulture), first.Key));
        Assert.StartsWith($"{path}:{expected.Groups["line"].Value}: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(expected.Groups["says"].Value, failure.Message, StringComparison.Ordinal);
        Assert.True(OneLine(failure.Message), "a problem is one line without control characters");
    }

    [Fact]
    public void Corpus_Always_CoversEveryKindOfMistake() => Assert.InRange(Corpus.Count, 40, 400);

    [Fact]
    public void Read_MoreThanOneMistake_ReportsAllByLine()
    {
        var failure = Assert.Throws<RecipeException>(() =>
            RecipeReader.Parse("seed: -1\nrl:\n  steps: x\nkl:\n  taget: 5\n", "r.yaml", ["rl.clip=2"]));

        Assert.Equal(
            ["r.yaml:1: seed: '-1' is not a whole number from 0 to 18446744073709551615",
                "r.yaml:3: rl.steps: 'x' is not a whole number from 1 to 10000000",
                "r.yaml:5: kl.taget: 'taget' is not a key of 'kl', which has coefficient, estimator, controller, target, horizon; "
                    + "did you mean 'kl.target'?",
                "--set: rl.clip: '2' is not a number above 0 and below 1"],
            failure.Problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void Read_LargerThanOneMebibyte_IsRefused()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("recipes").FullName, "large.yaml");
        File.WriteAllText(path, "name: x\n" + new string('#', 1 << 20));
        try
        {
            var failure = Assert.Throws<RecipeException>(() => RecipeReader.Read(path));
            Assert.Contains("larger than 1 MiB", failure.Message, StringComparison.Ordinal);
        }
        finally { Directory.Delete(Path.GetDirectoryName(path)!, recursive: true); }
    }

    [Fact]
    public void Read_EmptyFile_IsRefused()
    {
        var failure = Assert.Throws<RecipeException>(() => RecipeReader.Parse("", "r.yaml"));
        Assert.Equal("r.yaml:1: the recipe is empty; give at least a name", failure.Message);
    }

    [Fact]
    public void Read_MissingFile_NamesTheFileAndTheBuiltInRecipes()
    {
        var failure = Assert.Throws<RecipeException>(() => RecipeReader.Read("no-such-recipe.yaml"));
        Assert.StartsWith("no-such-recipe.yaml: the file cannot be read: ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("the built-in recipes are hh-rlhf, micro, pocket-tiny, quickstart", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_LoneSurrogate_IsRefused() =>
        Assert.Contains(
            "U+D800",
            Assert.Throws<RecipeException>(() => RecipeReader.Parse("name: x\n# \ud800\n", "r.yaml")).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("what: ")]
    [InlineData("rl: ")]
    [InlineData("name: ")]
    public void Parse_DeepNesting_IsNotFollowed(string start)
    {
        var failure = Assert.Throws<RecipeException>(() => RecipeReader.Parse(start + new string('[', 40), "r.yaml"));
        Assert.Contains(failure.Problems, problem => problem.Expected.Contains("nested too deeply", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{")]
    [InlineData("- ")]
    [InlineData("a: &a [*a, ")]
    [InlineData("? ")]
    [InlineData("a: 1\n")]
    public void Parse_MebibyteOfOneThing_IsRefusedAtOnce(string unit)
    {
        var text = string.Concat(Enumerable.Repeat(unit, (1 << 20) / unit.Length));
        var failure = Assert.Throws<RecipeException>(() => RecipeReader.Parse(text, "r.yaml"));
        Assert.InRange(failure.Problems.Count, 1, 100);
    }

    [Fact]
    public void Parse_RandomlyDamagedRecipe_FailsOnlyWithProblems()
    {
        var original = RecipeLibrary.Text("quickstart");
        const string Pieces = "{}[]&*!|>'\"%@`#,:?- \n\t\\~0.eE+_<\u00a0\u2029é";
        for (uint sample = 0; sample < 200; sample++)
        {
            var draws = Purpose.Bootstrap.Draws(7, sample: sample);
            var text = new StringBuilder(original);
            for (var edits = 1 + draws.Integer(4); edits > 0; edits--)
            {
                var at = draws.Integer(text.Length);
                if (draws.Chance(0.3)) text.Remove(at, Math.Min(1 + draws.Integer(40), text.Length - at));
                else if (draws.Chance(0.5)) text.Insert(at, Pieces[draws.Integer(Pieces.Length)]);
                else text[at] = Pieces[draws.Integer(Pieces.Length)];
            }
            if (Record.Exception(() => RecipeReader.Parse(text.ToString(), "r.yaml")) is { } failure)
                Assert.IsType<RecipeException>(failure);
        }
    }

    static bool OneLine(string text) => !text.Any(c => char.IsControl(c) || c is '\u2028' or '\u2029');

    [GeneratedRegex("^# expect line=(?<line>[0-9]+) key=(?<key>[^ ]*) says=(?<says>.+)$")]
    private static partial Regex Expectation();
}
