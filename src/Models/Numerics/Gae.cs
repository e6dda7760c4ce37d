namespace ActorRlhf.Models.Numerics;

/// <summary>Generalised advantage estimation for one completion, float64.</summary>
/// <remarks>
/// Source: Schulman et al. 2016 (arXiv 1506.02438), equations 11–16:
/// <c>δ_t = r_t + γV_{t+1} − V_t, A_t = δ_t + γλA_{t+1}, V_{T+1} = 0</c>.
/// </remarks>
public static class Gae
{
    /// <summary>The advantages; returns are <c>A + V</c>.</summary>
    /// <param name="rewards">(T).</param>
    /// <param name="values">(T), the critic before each token.</param>
    /// <param name="gamma">γ, discount.</param>
    /// <param name="lambda">λ, mixes bias and variance.</param>
    /// <returns>(T), not whitened.</returns>
    public static double[] Advantages(ReadOnlySpan<double> rewards, ReadOnlySpan<float> values, double gamma, double lambda)
    {
        var advantages = new double[rewards.Length];
        double next = 0, nextValue = 0;
        for (var t = rewards.Length - 1; t >= 0; t--)
        {
            next = rewards[t] + gamma * nextValue - values[t] + gamma * lambda * next;
            (advantages[t], nextValue) = (next, values[t]);
        }
        return advantages;
    }
}
