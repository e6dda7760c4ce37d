using ActorRlhf.Evaluation.Randomness;

namespace ActorRlhf.Evaluation.Tests.Statistics.Change;

/// <summary>Scores of 0 and 1 by step and prompt with a known level at each step.</summary>
static class Curves
{
    /// <summary>Five steps of eight prompts, with reference values.</summary>
    public static readonly double[][] FiveSteps =
    [
        [.4, .5, .3, .6, .5, .4, .7, .5],
        [.7, .6, .6, .8, .7, .6, .9, .8],
        [.7, .7, .5, .8, .8, .6, .9, .7],
        [.5, .5, .5, .7, .5, .5, .8, .6],
        [.2, .3, .1, .4, .4, .2, .5, .3],
    ];

    /// <summary>A smooth peak over 21 evaluations: from .5 up to .7 at 8, then down.</summary>
    public static readonly double[] SmoothPeak = [.. Enumerable.Range(0, 21).Select(k => .7 - .2 * (k - 8) * (k - 8) / 64.0)];

    /// <summary>Draws a run: a prompt keeps its threshold from a step to the next with probability .87.</summary>
    public static double[][] Draw(IReadOnlyList<double> levels, int prompts, uint run)
    {
        var draws = new PhiloxStream(seed: 12, purpose: 41, step: run);
        var thresholds = new double[prompts];
        return [.. levels.Select((level, step) =>
        {
            for (var i = 0; i < prompts; i++)
                if (step == 0 || !draws.Chance(.87)) thresholds[i] = draws.Uniform();
            return thresholds.Select(threshold => threshold < level ? 1.0 : 0).ToArray();
        })];
    }
}
