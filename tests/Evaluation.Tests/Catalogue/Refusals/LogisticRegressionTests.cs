using ActorRlhf.Evaluation.Catalogue.Refusals;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Refusals;

public class LogisticRegressionTests
{
    [Fact]
    public void Fit_OneColumn_FindsWhereTheSlopeIsZero()
    {
        // Three rows of 1, labels 1, 1, 0, prior 0 with strength 1: 3σ(w) − 2 + w = 0, so w = 0.2869: σ = 0.57124, 3σ = 1.71371.
        var weights = LogisticRegression.Fit([[(0, 1)], [(0, 1)], [(0, 1)]], [true, true, false], [0], [1]);
        Assert.Equal(.2863, Assert.Single(weights), 1e-3); // steps end below 1e-4
    }

    [Fact]
    public void Fit_ColumnThatNoRowHas_KeepsItsPrior() =>
        Assert.Equal(2.5, LogisticRegression.Fit([[(0, 1)]], [true], [0, 2.5], [1, 1])[1]);
}
