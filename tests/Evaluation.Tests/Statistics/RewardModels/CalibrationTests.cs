using ActorRlhf.Evaluation.Statistics.RewardModels;

namespace ActorRlhf.Evaluation.Tests.Statistics.RewardModels;

public class CalibrationTests
{
    static readonly double[] Margins = [1.2, .3, -.4, 2.1, .8, -1.1, .1, 1.7, -.2, .6, .9, -.05];
    const double TenPlaces = 5.1e-11; // the values are printed to ten places

    [Fact]
    public void Of_ReferenceValues_AreReproduced()
    {
        var calibration = Calibration.Of(Margins, 3);
        Assert.Equal((8 / 12.0, 12), (calibration.Accuracy.Value, calibration.Accuracy.N));
        Assert.Equal(.1906333305, calibration.Brier.Value, TenPlaces);
        Assert.Equal(.0467815328, calibration.Brier.StandardError!.Value, TenPlaces);
        Assert.Equal(.0643089959, calibration.Ece, TenPlaces);
        Assert.Equal(.1800741361, calibration.EceIfCalibrated, TenPlaces);
        Assert.Equal(-.0649207450, calibration.DebiasedSquare!.Value, TenPlaces);
    }

    [Fact]
    public void Of_Bins_AreOfEqualCountAndAscend()
    {
        // Sizes ⌊b·11/4⌋ … : 2, 3, 3, 3.
        var bins = Calibration.Of(Margins[..11], 4).Bins;
        Assert.Equal([2, 3, 3, 3], bins.Select(bin => bin.Count));
        Assert.Equal(bins.Select(bin => bin.Confidence).Order(), bins.Select(bin => bin.Confidence));
    }

    [Fact]
    public void Of_OtherOrder_IsTheSame()
    {
        var (calibration, other) = (Calibration.Of(Margins, 3), Calibration.Of(TwelvePrompts.Shuffled(Margins), 3));
        Assert.Equal(calibration.Ece, other.Ece, 1e-15);
        Assert.Equal(calibration.Brier.Value, other.Brier.Value, 1e-15);
    }

    [Fact]
    public void Of_FewerPairsThanBins_HasABinEachAndNoDebiasedSquare()
    {
        var calibration = Calibration.Of([1, -1]);
        Assert.Equal([1, 1], calibration.Bins.Select(bin => bin.Count));
        Assert.Null(calibration.DebiasedSquare);
        Assert.Null(Calibration.Of([1]).Brier.Low);
    }

    [Fact]
    public void Of_CalibratedModel_HasTheEceItSays()
    {
        // Labels drawn with the model's own probabilities; 400 rounds of 500 pairs.
        double ece = 0, said = 0, square = 0;
        for (uint round = 0; round < 400; round++)
        {
            var draws = Some.Draws(round);
            var calibration = Calibration.Of([.. Enumerable.Range(0, 500).Select(_ =>
            {
                var margin = 3 * draws.Uniform();
                return draws.Chance(1 / (1 + Math.Exp(-margin))) ? margin : -margin;
            })]);
            ece += calibration.Ece / 400;
            said += calibration.EceIfCalibrated / 400;
            square += calibration.DebiasedSquare!.Value / 400;
        }
        Assert.Equal(said, ece, .02 * said); // a standard error of 1%
        Assert.Equal(0, square, 1e-4);       // not debiased it is about p(1 − p)/50 = .003
        Assert.InRange(ece, .03, .06);       // far from 0, though calibrated
    }

    [Fact]
    public void Of_ExtremeMargins_StaysFinite()
    {
        var calibration = Calibration.Of([800, -800, 800, -800], 2);
        Assert.Equal((.5, .5), (calibration.Brier.Value, calibration.Ece));
    }

    [Theory]
    [InlineData(new double[] { })]
    [InlineData(new double[] { 1, double.NaN })]
    public void Of_NothingToBin_Throws(double[] margins) => Assert.Throws<ArgumentException>(() => Calibration.Of(margins));

    [Fact]
    public void Of_NoBins_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => Calibration.Of(Margins, 0));
}
