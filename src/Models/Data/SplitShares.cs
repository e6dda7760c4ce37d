namespace ActorRlhf.Models.Data;

/// <summary>How much of a dataset's prompts goes where.</summary>
public sealed record SplitShares
{
    const double Rounding = 1e-9;

    /// <param name="training">Share for demonstrations and reward models, 0 to 1.</param>
    /// <param name="rl">Share for reinforcement learning.</param>
    /// <param name="evaluation">Share that nothing is trained on.</param>
    /// <exception cref="ArgumentException">A share is negative or not finite, or they do not add up to 1.</exception>
    public SplitShares(double training, double rl, double evaluation)
    {
        (Training, Rl, Evaluation) = (training, rl, evaluation);
        if (!(training >= 0 && rl >= 0 && evaluation >= 0 && Math.Abs(training + rl + evaluation - 1) <= Rounding))
            throw new ArgumentException(
                $"the shares are {training}, {rl} and {evaluation}; expected three numbers from 0 that add up to 1");
    }

    /// <summary>Share for demonstrations and reward models.</summary>
    public double Training { get; }
    /// <summary>Share for reinforcement learning.</summary>
    public double Rl { get; }
    /// <summary>Share that nothing is trained on.</summary>
    public double Evaluation { get; }
}
