using ActorRlhf.Models.Training;

namespace ActorRlhf.Models.Tests.Training;

public sealed class LearningRatesTests
{
    // Steps 1, 2, 3 of 3 with a final share of .1: the whole, (1 + .1)/2, .1. The last was (2/3)·.1 + 1/3 = .4 before.
    [Theory]
    [InlineData(0, .5, .5), InlineData(1, .275, .35), InlineData(2, .05, .2)]
    public void Linear_ThreeSteps_EndsAtTheFinalShare(int step, double expected, double before)
    {
        Assert.Equal(expected, LearningRates.Linear(.5, step, 3, .1), 1e-16);
        Assert.Equal(before, LearningRates.LinearToTheStepAfter(.5, step, 3, .1), 1e-16);
    }

    [Theory]
    [InlineData(6e-5, .1), InlineData(1e-3, 0), InlineData(.3, 1), InlineData(1.0 / 3, 1e-9), InlineData(.7, 1.0 / 7)]
    public void Linear_AnySteps_BeginsAndEndsExactlyAndNeverRises(double peak, double final)
    {
        foreach (var steps in new[] { 2, 3, 7, 200, 9999 })
        {
            var rates = Enumerable.Range(0, steps).Select(step => LearningRates.Linear(peak, step, steps, final)).ToArray();

            Assert.Equal((peak, peak * final), (rates[0], rates[^1]));    // every bit
            Assert.All(rates.Skip(1).Zip(rates), pair => Assert.True(pair.First <= pair.Second));
        }
    }

    [Fact]
    public void Linear_OneStep_HasTheWholeRate() => Assert.Equal(.5, LearningRates.Linear(.5, 0, 1, 0));

    [Theory]
    [InlineData(0), InlineData(57), InlineData(199)]
    public void Linear_NoDecay_IsWhatItWas(int step) =>
        Assert.Equal(LearningRates.LinearToTheStepAfter(6e-5, step, 200, 1), LearningRates.Linear(6e-5, step, 200, 1));
}
