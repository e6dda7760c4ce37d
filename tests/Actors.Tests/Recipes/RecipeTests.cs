using System.Globalization;
using System.Text;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Randomness;

namespace ActorRlhf.Actors.Tests.Recipes;

public sealed class RecipeTests
{
    [Fact]
    public void ToYaml_Defaults_IsFrozen()
    {
        const string Start = """
            name: 'it'
            description: 'It''s "one" line: # and all'
            seed: 0
            world:
              kind: pocket
            data:
              path: null
              maxPromptTokens: 192

            """;
        const string Middle = """
            annotator:
              noise: 0.25
              bias:
                length: 0.03
                courtesy: 0.15
                caution: 0.2
            preferences:
              pairs: 8192

            """;
        const string End = """
            compute:
              threads: 2
              shards: 8
              engine: auto
              device: cpu
              sampler: cpu
              reuseStages: false

            """;
        var yaml = new Recipe { Name = "it", Description = "It's \"one\" line: # and all" }.ToYaml();

        Assert.StartsWith(Start.ReplaceLineEndings("\n"), yaml, StringComparison.Ordinal);
        Assert.Contains(Middle.ReplaceLineEndings("\n"), yaml, StringComparison.Ordinal);
        Assert.EndsWith(End.ReplaceLineEndings("\n"), yaml, StringComparison.Ordinal);
    }

    [Fact]
    public void ToYaml_Always_HasEveryKeyOnce()
    {
        var yaml = new Recipe().ToYaml();
        var sections = RecipeKeys.All.Select(key => key.Name).SelectMany(Ancestors).Distinct().Count();
        Assert.Equal(RecipeKeys.All.Count + sections, yaml.Count(c => c == '\n'));

        static IEnumerable<string> Ancestors(string name) =>
            Enumerable.Range(0, name.Length).Where(i => name[i] == '.').Select(i => name[..i]);
    }

    [Fact]
    public void ToYaml_EveryKeyChanged_ReadsBackEqual()
    {
        foreach (var (_, overrides, _) in KeyChanges.All)
        {
            var recipe = KeyChanges.Start(overrides);
            Assert.Equal(recipe, RecipeReader.Parse(recipe.ToYaml(), "again", checkPaths: false));
            Assert.Equal(recipe.ToYaml(), RecipeReader.Parse(recipe.ToYaml(), "again", checkPaths: false).ToYaml());
        }
    }

    [Fact]
    public void ToYaml_AnyAllowedText_ReadsBackEqual()
    {
        for (uint sample = 0; sample < 300; sample++)
        {
            var draws = Purpose.Bootstrap.Draws(3, sample: sample);
            var text = new StringBuilder();
            for (var length = draws.Integer(20); length > 0; length--)
            {
                var value = draws.Chance(0.7) ? 32 + draws.Integer(95) : draws.Integer(draws.Chance(0.9) ? 0x3000 : 0x110000);
                text.Append(Rune.IsValid(value) ? new Rune(value).ToString() : "?");
            }
            var setting = text.ToString().Trim();
            Recipe recipe;
            string[] overrides = [$"description={setting}", $"policy.path={setting}"];
            try { recipe = RecipeReader.Parse("seed: 1\n", "text", overrides, checkPaths: false); }
            catch (RecipeException) { continue; } // control characters
            Assert.Equal(setting, recipe.Description);
            Assert.Equal(recipe, RecipeReader.Parse(recipe.ToYaml(), "again", checkPaths: false));
        }
    }

    [Theory]
    [InlineData("0.1")]
    [InlineData("1e-5")]
    [InlineData("1e-300")]
    [InlineData("0.30000000000000004")]
    [InlineData("123.456789012345")]
    public void ToYaml_Number_IsTheShortestThatReadsBack(string number) =>
        Assert.Contains(
            $"  lambda: {number}\n",
            RecipeReader.Parse($"reward:\n  lambda: {number}\n", "r").ToYaml(),
            StringComparison.Ordinal);

    [Fact]
    public void ToYaml_NegativeZero_IsZero()
    {
        var negative = RecipeReader.Parse("reward: {centering: -0.0}\n", "r");
        var zero = RecipeReader.Parse("reward: {centering: 0}\n", "r");
        Assert.Equal(zero.Hash(), negative.Hash());
    }

    [Fact]
    public void Hash_Defaults_IsFrozen() =>
        Assert.Equal("552f746e3d818ecb476123d68cf74486dd2133a0a3a3120b6f3f58de2dea99ad", new Recipe().Hash());

    // The build is culture-invariant, so cultures are made by hand: what de-DE and tr-TR write differently, and signs as in sv-SE.
    [Theory]
    [InlineData(",", ".", "-")]
    [InlineData(",", " ", "\u2212")]
    [InlineData("\u066b", "\u066c", "\u200f-")]
    public void EveryText_UnderAnotherCulture_IsTheSame(string point, string thousands, string minus)
    {
        var (previous, expected) = (CultureInfo.CurrentCulture, Everything());
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = point;
        culture.NumberFormat.NumberGroupSeparator = thousands;
        culture.NumberFormat.NegativeSign = minus;
        culture.NumberFormat.NaNSymbol = "keine Zahl";
        try
        {
            CultureInfo.CurrentCulture = culture;
            Assert.Equal($"0{point}5", 0.5.ToString(CultureInfo.CurrentCulture)); // the culture is in force
            Assert.Equal(expected, Everything());
        }
        finally { CultureInfo.CurrentCulture = previous; }

        static string Everything()
        {
            var recipe = RecipeReader.ReadEmbedded(
                "quickstart", ["annotator.bias.length=-0.125", "rl.learningRate=1e-5", "reward.lambda=1234.5e-1"]);
            var failure = Assert.Throws<RecipeException>(() =>
                RecipeReader.Parse("seed: -1\nrl: {clip: 1,5}\nannotator: {noise: '0,5'}\n", "r"));
            var problems = failure.Problems.Select(problem => problem.ToString());
            return string.Join('\n', [recipe.ToYaml(), RecipeIdentity.Text(recipe), RecipeReference.Markdown(), .. problems]);
        }
    }
}
