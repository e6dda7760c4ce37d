namespace ActorRlhf.Evaluation.Statistics;

/// <summary>The quantile on which all 95% intervals stand that assume a normal estimate.</summary>
static class NormalQuantile
{
    /// <summary>z with Φ(z) = .975.</summary>
    public const double At975 = 1.959963984540054;
}
