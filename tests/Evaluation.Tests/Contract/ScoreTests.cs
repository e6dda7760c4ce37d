using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Evaluation.Tests.Contract;

public class ScoreTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Constructor_ValueNotFinite_Throws(double value) => Assert.Throws<ArgumentException>(() => new Score(value));

    [Fact]
    public void Constructor_NoValue_MeansNotApplicable() => Assert.Null(new Score(null).Value);
}
