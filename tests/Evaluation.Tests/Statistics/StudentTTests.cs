using ActorRlhf.Evaluation.Statistics;

namespace ActorRlhf.Evaluation.Tests.Statistics;

public class StudentTTests
{
    [Theory] // Published tables of critical values.
    [InlineData(.95, 1, 12.706205)]
    [InlineData(.95, 2, 4.302653)]
    [InlineData(.95, 5, 2.570582)]
    [InlineData(.95, 10, 2.228139)]
    [InlineData(.95, 30, 2.042272)]
    [InlineData(.95, 1000, 1.962339)]
    [InlineData(.90, 4, 2.131847)]
    [InlineData(.99, 3, 5.840909)]
    public void TwoSided_KnownDegrees_MatchesTheTables(double coverage, int degreesOfFreedom, double t) =>
        Assert.Equal(t, StudentT.TwoSided(coverage, degreesOfFreedom), 1e-6);

    [Theory]
    [InlineData(0, 3)]
    [InlineData(1, 3)]
    [InlineData(.95, 0)]
    public void TwoSided_OutsideItsRange_Throws(double coverage, int degreesOfFreedom) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => StudentT.TwoSided(coverage, degreesOfFreedom));
}
