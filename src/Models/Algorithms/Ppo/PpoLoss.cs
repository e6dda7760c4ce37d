using ActorRlhf.Evaluation.Numerics;

namespace ActorRlhf.Models.Algorithms.Ppo;

/// <summary>The loss of one token and its derivative.</summary>
/// <param name="Derivative">With respect to the network's output for this token.</param>
/// <param name="Clipped">Whether a clip bounds the loss.</param>
readonly record struct TokenLoss(double Loss, double Derivative, bool Clipped);

/// <summary>PPO's losses per token with their derivatives, float64: one piece of code for training, audit and counterfactual.</summary>
/// <remarks>An engine differentiates the network, and not the loss, so what is logged and what is optimised cannot differ.</remarks>
static class PpoLoss
{
    /// <summary>The clipped surrogate: <c>max(−A·ratio, −A·clip(ratio, 1 ± ε))</c>, ratio = e^(new − old).</summary>
    /// <param name="newLogProb">Log-prob under the policy being updated, nats.</param>
    /// <param name="oldLogProb">Log-prob under the policy that the step began with, nats.</param>
    /// <param name="advantage">Whitened advantage.</param>
    /// <param name="clip">ε.</param>
    /// <param name="dualClip">
    /// c &gt; 1 bounds the loss by −A·c where A &lt; 0 (Ye et al. 2020, arXiv 1912.09729); 0 switches it off.
    /// </param>
    /// <remarks>Source: Schulman et al. 2017 (arXiv 1707.06347), equation 7.</remarks>
    public static TokenLoss Policy(double newLogProb, double oldLogProb, double advantage, double clip, double dualClip = 0)
    {
        var ratio = PortableMath.Exp(newLogProb - oldLogProb);
        var free = -advantage * ratio;
        var clipped = -advantage * Math.Clamp(ratio, 1 - clip, 1 + clip);
        var result = clipped > free ? new TokenLoss(clipped, 0, true) : new TokenLoss(free, free, false);
        return dualClip > 0 && advantage < 0 && result.Loss > -advantage * dualClip
            ? new TokenLoss(-advantage * dualClip, 0, true)
            : result;
    }

    /// <summary>The clipped value loss: <c>½·max((V − R)², (V_clipped − R)²)</c>.</summary>
    /// <param name="value">The critic being updated.</param>
    /// <param name="oldValue">The critic that the step began with.</param>
    /// <param name="return">R.</param>
    /// <param name="clip">Largest change of V.</param>
    public static TokenLoss Value(double value, double oldValue, double @return, double clip)
    {
        var free = (value - @return) * (value - @return);
        var clippedError = oldValue + Math.Clamp(value - oldValue, -clip, clip) - @return;
        return clippedError * clippedError > free
            ? new TokenLoss(0.5 * clippedError * clippedError, 0, true)
            : new TokenLoss(0.5 * free, value - @return, false);
    }
}
