using ActorRlhf.Evaluation.Numerics;

namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>Logistic regression on sparse rows with a normal prior on each weight.</summary>
static class LogisticRegression
{
    const int MostSweeps = 300;
    const double SmallEnough = 1e-4;                  // nats; weights are written with three decimals

    /// <summary>The most probable weights.</summary>
    /// <param name="rows">Column and value of each number that is not 0, row by row.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="priors">Mean of each weight's prior.</param>
    /// <param name="strengths">Inverse variance of each weight's prior, above 0.</param>
    /// <remarks>
    /// Coordinate descent. Each step goes to the minimum of a parabola above the loss, as the logistic loss bends by at most a quarter
    /// (Böhning and Lindsay 1988), so the loss never rises.
    /// </remarks>
    public static double[] Fit(
        IReadOnlyList<(int Column, double Value)[]> rows, IReadOnlyList<bool> labels,
        IReadOnlyList<double> priors, IReadOnlyList<double> strengths)
    {
        var weights = priors.ToArray();
        var columns = Columns(rows, weights.Length);
        double[] logOdds = [.. rows.Select(row => row.Sum(cell => cell.Value * weights[cell.Column]))];
        double[] errors = [.. logOdds.Select((odds, row) => Error(odds, labels[row]))];
        for (var (sweep, largest) = (0, double.MaxValue); sweep < MostSweeps && largest > SmallEnough; sweep++)
        {
            largest = 0;
            for (var column = 0; column < weights.Length; column++)
            {
                double slope = strengths[column] * (weights[column] - priors[column]), bend = strengths[column];
                foreach (var (row, value) in columns[column])
                {
                    slope += value * errors[row];
                    bend += value * value / 4;
                }
                var step = -slope / bend;
                weights[column] += step;
                largest = Math.Max(largest, Math.Abs(step));
                foreach (var (row, value) in columns[column])
                {
                    logOdds[row] += value * step;
                    errors[row] = Error(logOdds[row], labels[row]);
                }
            }
        }
        return weights;
    }

    /// <summary>Probability less label.</summary>
    static double Error(double logOdds, bool label) => 1 / (1 + PortableMath.Exp(-logOdds)) - (label ? 1 : 0);

    static List<(int Row, double Value)>[] Columns(IReadOnlyList<(int Column, double Value)[]> rows, int count)
    {
        List<(int, double)>[] columns = [.. Enumerable.Range(0, count).Select(_ => new List<(int, double)>())];
        for (var row = 0; row < rows.Count; row++)
            foreach (var (column, value) in rows[row]) columns[column].Add((row, value));
        return columns;
    }
}
