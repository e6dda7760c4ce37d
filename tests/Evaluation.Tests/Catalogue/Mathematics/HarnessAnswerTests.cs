using ActorRlhf.Evaluation.Catalogue.Mathematics;
using ActorRlhf.Host.Tests;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Mathematics;

// Expectations were worked out by hand from the patterns, and agree with Python's re.
public class HarnessAnswerTests
{
    [Theory]
    [InlineData("#### 42", "42")]
    [InlineData("#### 42\n#### 7", "42")]
    [InlineData("#### -1,234.5.", "-1,234.5.")]
    [InlineData("#### $42", null)]
    [InlineData("####42", null)]
    [InlineData("####  42", null)]
    [InlineData("#### **42**", null)]
    [InlineData("##### 42", "42")]
    [InlineData("#### .", ".")]
    [InlineData("#### --5", null)]
    [InlineData("#### ４２", null)]
    [InlineData("", null)]
    public void Strict_Completion_TakesTheFirstMarkedNumber(string completion, string? expected) =>
        Assert.Equal(expected, HarnessAnswer.Strict(completion));

    [Theory]
    [InlineData("It is 42.", "42.")]
    [InlineData("It is 5", "5")]
    [InlineData("It is -5", "-5")]
    [InlineData("It is -$5", "-$5")]
    [InlineData("It is $-5", "-5")]
    [InlineData("It is 42. Well...", "...")]
    [InlineData("It is 42, $ or so", "42,")]
    [InlineData("4-2", "-2")]
    [InlineData("3/4", "4")]
    [InlineData("a.b", null)]
    [InlineData("- , -", null)]
    [InlineData("-.,", "-.,")]
    public void Flexible_Completion_TakesTheLastOfAnyKind(string completion, string? expected) =>
        Assert.Equal(expected, HarnessAnswer.Flexible(completion));

    [Theory]
    [InlineData("18", "18", true)]
    [InlineData("18.00", "18", false)]
    [InlineData("18.", "18", true)]
    [InlineData("18..", "18", false)]
    [InlineData("18.,", "18", true)]
    [InlineData("$1,080", "1080", true)]
    [InlineData("1080", "1,080", true)]
    [InlineData("72", "48/2 = 24\n#### 72", true)]
    [InlineData("24", "48/2 = 24\n#### 72", false)]
    [InlineData("7", "#### 5\n#### 7", true)]
    [InlineData("18", "18 ", false)]
    [InlineData("18", "18.\n", false)]
    public void Matches_Texts_ComparesWhatIsNotIgnored(string extracted, string reference, bool expected) =>
        Assert.Equal(expected, HarnessAnswer.Matches(extracted, reference));

    [RealDataTheory]
    [InlineData("train.jsonl")]
    [InlineData("test.jsonl")]
    public void Matches_EveryPublishedAnswer_IsRightByBothFilters(string file) => Assert.All(Gsm8kFiles.Read(file), example =>
    {
        Assert.True(HarnessAnswer.Matches(HarnessAnswer.Strict(example.Answer)!, example.Answer));
        Assert.True(HarnessAnswer.Matches(HarnessAnswer.Flexible(example.Answer)!, example.Answer));
    });
}
