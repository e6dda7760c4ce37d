using System.Text;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Tests.Evaluators;

public sealed class SelfDescriptionTests
{
    [Fact]
    public void Read_Message_IsWhatItSays()
    {
        var said = Read("""
            {"type":"evaluator","id":"words","version":"1.0.0","needs":["text","group","logprobs","scores","pairs","model"],"more":1,
            "metrics":{"words":{"direction":"none","description":"d"},"b":{"direction":"higher"},"c":{"direction":"lower","role":"x"}}}
            """);

        Assert.Equal(("words", "1.0.0", (EvaluatorNeeds)63), (said.Id, said.Version, said.Needs));
        Assert.Equal(
            [
                new Metric("words", MetricDirection.None, MetricRole.Development, "d"),
                new Metric("b", MetricDirection.Higher, MetricRole.Development, ""),
                new Metric("c", MetricDirection.Lower, MetricRole.Development, ""),
            ],
            said.Metrics);
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { "id", "\"../x\"" }, { "id", "\"a..b\"" }, { "id", "\"a/b\"" }, { "id", "\".hidden\"" }, { "id", "\"\"" }, { "id", "7" },
        { "id", "\"a b\"" }, { "id", "\"ä\"" }, { "id", $"\"{new string('a', 65)}\"" }, { "id", "\"a\\u0000\"" },
        { "version", "null" }, { "version", "\"1/2\"" },
        { "needs", "\"text\"" }, { "needs", "[\"everything\"]" }, { "needs", "[1]" },
        { "metrics", "{}" }, { "metrics", "[]" }, { "metrics", "{\"m\":1}" }, { "metrics", "{\"m\":{\"direction\":\"up\"}}" },
        { "metrics", "{\"m\":{}}" }, { "metrics", "{\"../m\":{\"direction\":\"none\"}}" }, { "type", "\"scores\"" },
        { "metrics", "{\"m\":{\"direction\":\"none\"},\"m\":{\"direction\":\"none\"}}" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void Read_WrongField_IsNamed(string field, string value)
    {
        var fields = new Dictionary<string, string>
        {
            ["type"] = "\"evaluator\"",
            ["id"] = "\"words\"",
            ["version"] = "\"1\"",
            ["needs"] = "[]",
            ["metrics"] = "{\"m\":{\"direction\":\"none\"}}",
            [field] = value,
        };
        var thrown = Assert.Throws<WireFormatException>(() =>
            Read($"{{{string.Join(',', fields.Select(one => $"\"{one.Key}\":{one.Value}"))}}}"));
        Assert.Contains("expected", thrown.Message.Replace("is no JSON object", "expected"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("[]")]
    [InlineData("{\"type\":\"evaluator\"")]
    public void Read_NoMessage_IsShown(string line) =>
        Assert.StartsWith($"it answered hello with '{line}'", Assert.Throws<WireFormatException>(() => Read(line)).Message);

    static SelfDescription Read(string line) => SelfDescription.Read(Encoding.UTF8.GetBytes(line));
}
