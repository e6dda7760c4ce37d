using ActorRlhf.Models.Randomness;

namespace ActorRlhf.Models.Tests.Randomness;

public class PurposeTests
{
    [Fact]
    public void Bootstrap_OfEvaluation_HasTheSameNumber() =>
        Assert.Equal(Purpose.Bootstrap, (Purpose)Evaluation.Statistics.Comparisons.Bootstrap.Purpose);
}
