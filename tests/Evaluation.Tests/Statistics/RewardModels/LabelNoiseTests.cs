using ActorRlhf.Evaluation.Statistics.RewardModels;

namespace ActorRlhf.Evaluation.Tests.Statistics.RewardModels;

public class LabelNoiseTests
{
    [Fact]
    public void Ceiling_QuarterFlipped_IsThreeQuarters()
    {
        Assert.Equal(.75, LabelNoise.AccuracyCeiling(.25));
        Assert.Equal(.1875, LabelNoise.BrierFloor(.25));
    }

    [Fact]
    public void BrierFloor_ModelThatKnowsTheNoise_IsReached()
    {
        // Right for 3 of 4 pairs with the confidence of 3 in 4: margins ± ln 3.
        double[] margins = [Math.Log(3), Math.Log(3), Math.Log(3), -Math.Log(3)];
        var calibration = Calibration.Of(margins, 1);
        Assert.Equal(LabelNoise.BrierFloor(.25), calibration.Brier.Value, 1e-15);
        Assert.Equal(LabelNoise.AccuracyCeiling(.25), calibration.Accuracy.Value, 1e-15);
        Assert.Equal(0, calibration.Ece, 1e-15);
    }

    [Theory]
    [InlineData(-.1)]
    [InlineData(.6)]
    [InlineData(double.NaN)]
    public void Ceiling_NoShareOfFlips_Throws(double flipped)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LabelNoise.AccuracyCeiling(flipped));
        Assert.Throws<ArgumentOutOfRangeException>(() => LabelNoise.BrierFloor(flipped));
    }
}
