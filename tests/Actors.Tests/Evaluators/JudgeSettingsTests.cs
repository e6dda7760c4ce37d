using ActorRlhf.Actors.Evaluators.Judges;

namespace ActorRlhf.Actors.Tests.Evaluators;

public sealed class JudgeSettingsTests
{
    [Fact]
    public void Parse_OnlyAModel_HasTheDefaults() => Assert.Equal(
        new JudgeSettings("m", JudgeMode.Absolute, 1, 10, null, 0, 512, null, null, null, TimeSpan.FromSeconds(60), 4),
        JudgeSettings.Parse(["model=m"]));

    [Fact]
    public void Parse_Everything_IsRead() => Assert.Equal(
        new JudgeSettings("a=b", JudgeMode.Absolute, -1, .5, "/t", .7, 99, 30, 500, "ACTORRLHF_JUDGE_KEY", TimeSpan.FromSeconds(2.5), 8),
        JudgeSettings.Parse(
        [
            "model=a=b", "mode=absolute", "scale=-1..0.5", "template=/t", "temperature=0.7", "maxTokens=99", "requestsPerMinute=30",
            "budgetRequests=500", "keyVariable=ACTORRLHF_JUDGE_KEY", "timeoutSeconds=2.5", "concurrency=8",
        ]));

    [Theory]
    [InlineData("a judge needs the setting model=NAME")]
    [InlineData("a judge has no setting 'tempreature'; there are model,", "model=m", "tempreature=1")]
    [InlineData("'model=n' is no setting of a judge", "model=m", "model=n")]
    [InlineData("'model' is no setting of a judge", "model")]
    [InlineData("'model=' is no setting of a judge", "model=")]
    [InlineData("mode is 'both', expected absolute or pairwise", "model=m", "mode=both")]
    [InlineData("scale is '10..1'", "model=m", "scale=10..1")]
    [InlineData("scale is '5'", "model=m", "scale=5")]
    [InlineData("scale belongs to mode=absolute", "model=m", "scale=1..5", "mode=pairwise")]
    [InlineData("temperature is '3', expected a number from 0 to 2", "model=m", "temperature=3")]
    [InlineData("temperature is 'NaN'", "model=m", "temperature=NaN")]
    [InlineData("concurrency is '1.5', expected a whole number from 1 to 64", "model=m", "concurrency=1.5")]
    [InlineData("budgetRequests is '0', expected a number from 1", "model=m", "budgetRequests=0")]
    public void Parse_WrongSetting_IsRefused(string reason, params string[] arguments) =>
        Assert.Contains(reason, Assert.Throws<JudgeSettingException>(() => JudgeSettings.Parse(arguments)).Message);

    [Theory]
    [InlineData("sk-live-0123456789")]
    [InlineData("AWS_SECRET_ACCESS_KEY")]
    [InlineData("ACTORRLHF_JUDGE_sk-live")]
    [InlineData("ACTORRLHF_JUDGE__KEY")]
    public void Parse_KeyInsteadOfItsVariable_IsRefusedAndNotRepeated(string value)
    {
        var thrown = Assert.Throws<JudgeSettingException>(() => JudgeSettings.Parse(["model=m", $"keyVariable={value}"]));
        Assert.DoesNotContain(value, thrown.Message);
    }
}
