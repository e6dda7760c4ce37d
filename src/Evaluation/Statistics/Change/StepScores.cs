namespace ActorRlhf.Evaluation.Statistics.Change;

/// <summary>Scores of the same prompts at every step, compared within prompts.</summary>
sealed class StepScores
{
    /// <summary>Differences smaller than this are the rounding of equal ones: scores are of the order of 1.</summary>
    const double Rounding = 1e-12;

    readonly IReadOnlyList<IReadOnlyList<double>> _scores;

    /// <exception cref="ArgumentException">There are no steps or prompts, steps differ in prompts, or a score is not finite.</exception>
    public StepScores(IReadOnlyList<IReadOnlyList<double>> scores)
    {
        if (scores.Count == 0 || scores[0].Count == 0)
            throw new ArgumentException("No steps or no prompts have nothing to compare.", nameof(scores));
        for (var step = 0; step < scores.Count; step++)
        {
            if (scores[step].Count != scores[0].Count)
                throw new ArgumentException($"Step {step} has {scores[step].Count} prompts and step 0 has {scores[0].Count}: "
                    + "leave out the prompts that lack a score at any step.", nameof(scores));
            if (!scores[step].All(double.IsFinite))
                throw new ArgumentException($"A score of step {step} is not a finite number: leave its prompt out.", nameof(scores));
        }
        _scores = scores;
    }

    public int Steps => _scores.Count;

    public int Prompts => _scores[0].Count;

    /// <summary>Student's t of how much higher one step is than another, beyond a margin; at least two prompts.</summary>
    /// <returns>Infinite where every prompt differs alike; 0 where that is the margin.</returns>
    public double Advantage(int step, int other, double margin)
    {
        var (higher, lower) = (_scores[step], _scores[other]);
        var sum = 0.0;
        for (var i = 0; i < Prompts; i++) sum += higher[i] - lower[i];
        var mean = sum / Prompts;
        var squares = 0.0;
        for (var i = 0; i < Prompts; i++)
        {
            var distance = higher[i] - lower[i] - mean;
            squares += distance * distance;
        }
        var standardError = Math.Sqrt(squares / (Prompts - 1) / Prompts);
        var beyond = mean - margin;
        if (Math.Abs(beyond) <= Rounding) return 0;
        return standardError > Rounding ? beyond / standardError : beyond > 0 ? double.PositiveInfinity : double.NegativeInfinity;
    }
}
