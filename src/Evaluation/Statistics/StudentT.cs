namespace ActorRlhf.Evaluation.Statistics;

/// <summary>Student's t distribution for whole degrees of freedom.</summary>
static class StudentT
{
    /// <summary>The t for which a share of the distribution lies in [−t, t].</summary>
    /// <param name="coverage">The share, strictly between 0 and 1; 0.95 for a 95% interval.</param>
    /// <param name="degreesOfFreedom">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double TwoSided(double coverage, int degreesOfFreedom)
    {
        if (coverage is not (> 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(coverage), coverage, "Coverage is a share strictly between 0 and 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(degreesOfFreedom, 1);

        // The angle atan(t/√ν) lives in a bounded interval, so bisection needs no bracket search; 60 halvings exhaust float64.
        double low = 0, high = Math.PI / 2;
        for (var i = 0; i < 60; i++)
        {
            var middle = (low + high) / 2;
            if (Coverage(middle, degreesOfFreedom) < coverage) low = middle;
            else high = middle;
        }
        return Math.Tan(low) * Math.Sqrt(degreesOfFreedom);
    }

    /// <summary>P(|T| ≤ t) with θ = atan(t/√ν); Abramowitz and Stegun 1964, equations 26.7.3 and 26.7.4.</summary>
    static double Coverage(double angle, int degreesOfFreedom)
    {
        var (sine, cosine) = Math.SinCos(angle);
        var odd = degreesOfFreedom % 2 == 1;
        var term = odd ? cosine : 1;
        var series = 0.0;
        for (var k = odd ? 1 : 0; k <= degreesOfFreedom - 2; k += 2)
        {
            series += term;
            term *= cosine * cosine * (k + 1) / (k + 2);
        }
        return odd ? (angle + sine * series) * 2 / Math.PI : sine * series;
    }
}
