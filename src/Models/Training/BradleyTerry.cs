using ActorRlhf.Evaluation.Numerics;

namespace ActorRlhf.Models.Training;

/// <summary>The loss of a comparison, float64, with its derivatives.</summary>
/// <remarks>Source: Ouyang et al. 2022 (arXiv 2203.02155), equation 1; centring of Eisenstein et al. 2023 (arXiv 2312.09244).</remarks>
static class BradleyTerry
{
    /// <summary><c>−log σ(r_c − r_r − margin) + c·(r_c + r_r)²</c>.</summary>
    /// <param name="chosen">r_c, score of the preferred completion.</param>
    /// <param name="rejected">r_r, score of the other.</param>
    /// <param name="margin">How far apart they should be.</param>
    /// <param name="centering">c.</param>
    /// <returns>The loss and its derivatives with respect to both scores.</returns>
    public static (double Loss, double ByChosen, double ByRejected) Loss(
        double chosen, double rejected, double margin = 0, double centering = 0)
    {
        var difference = chosen - rejected - margin;
        // log(1 + e^(−d)), written so that neither sign overflows.
        var loss = PortableMath.LogP1(PortableMath.Exp(-Math.Abs(difference))) - Math.Min(difference, 0);
        var slope = -1 / (1 + PortableMath.Exp(difference));
        var centre = 2 * centering * (chosen + rejected);
        return (loss + centering * (chosen + rejected) * (chosen + rejected), slope + centre, -slope + centre);
    }
}
