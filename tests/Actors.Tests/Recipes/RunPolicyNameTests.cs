using ActorRlhf.Actors.Recipes;

namespace ActorRlhf.Actors.Tests.Recipes;

public sealed class RunPolicyNameTests
{
    [Theory]
    [InlineData("run:quickstart-1@60", "quickstart-1", 60)]
    [InlineData("run:quick@0", "quick", 0)]
    [InlineData("run:latest", "latest", null)]
    public void TryParse_Name_HasItsPartsAndIsWrittenTheSame(string text, string run, int? step)
    {
        Assert.True(RunPolicyName.TryParse(text, out var name));
        Assert.Equal((run, step, text), (name.Run, name.Step, name.ToString()));
    }

    [Theory]
    [InlineData("run:")]
    [InlineData("run:@1")]
    [InlineData("run:x@")]
    [InlineData("run:x@-1")]
    [InlineData("run:x@1.0")]
    [InlineData("run:x@ 1")]
    [InlineData("run:x@1@2")]
    [InlineData("run:x@99999999999")]
    [InlineData("run:X@1")]
    [InlineData("run:../x@1")]
    public void TryParse_Malformed_IsMeantButNoName(string text)
    {
        Assert.True(RunPolicyName.IsMeantBy(text));
        Assert.False(RunPolicyName.TryParse(text, out _));
        var failure = Assert.Throws<RecipeException>(() => RecipeReader.Parse("name: r\n", "r", [$"policy.path={text}"]));
        Assert.Equal(
            $"--set: policy.path: '{text}' is not run:RUN@STEP, "
                + "with a run's id, the beginning of it or latest as RUN and a whole number from 0 as STEP",
            failure.Message);
    }

    [Theory]
    [InlineData("run")]
    [InlineData("RUN:x@1")]
    [InlineData("./run:x@1")]
    public void TryParse_Folder_IsNotMeant(string text)
    {
        Assert.False(RunPolicyName.IsMeantBy(text));
        Assert.False(RunPolicyName.TryParse(text, out _));
    }

    [Fact]
    public void Parse_RecipeThatNamesARunsPolicy_NeedsNoFolder()
    {
        var recipe = RecipeReader.Parse("policy: {path: 'run:latest@3'}\n", "r");

        Assert.Equal(new RunPolicyName("latest", 3), recipe.Policy.OfRun);
        Assert.Equal(recipe, RecipeReader.Parse(recipe.ToYaml(), "again"));
    }
}
