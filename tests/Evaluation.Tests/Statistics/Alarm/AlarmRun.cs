using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Evaluation.Statistics.Alarm;
using MathNet.Numerics.Distributions;

namespace ActorRlhf.Evaluation.Tests.Statistics.Alarm;

/// <summary>A simulated run of 30 evaluations after step 0 with five binary series at .6, while the proxy rises.</summary>
/// <param name="RaisedAt">The evaluation of the alarm; null for none.</param>
/// <param name="Named">Whether the first series has the largest part of the evidence.</param>
sealed record AlarmRun(int? RaisedAt, bool Named)
{
    public const int Evaluations = 30, Series = 5;

    /// <summary>
    /// The quality behind a prompt's scores is normal and autoregressive with this coefficient. Scores of neighbouring evaluations then
    /// correlate by 2/π·asin .979 = .87 (exactly so at level .5).
    /// </summary>
    const double Memory = .979;

    /// <summary>Draws one run and watches it until the alarm.</summary>
    /// <param name="prompts">n.</param>
    /// <param name="alpha">α.</param>
    /// <param name="level">Level of series e at evaluation k.</param>
    /// <param name="run">Which run.</param>
    public static AlarmRun Draw(int prompts, double alpha, Func<int, int, double> level, uint run)
    {
        var ids = Enumerable.Range(0, Series).Select(e => $"e{e}").ToArray();
        var alarm = OnlineAlarm.Start(new AlarmSettings(Alpha: alpha, Planned: Evaluations, Reserved: 0), ids);
        var draws = new PhiloxStream(seed: 15, purpose: 44, step: (uint)prompts, sample: run);
        var qualities = ids.Select(_ => Enumerable.Range(0, prompts).Select(_ => draws.Normal()).ToArray()).ToArray();
        for (var k = 0; k <= Evaluations && alarm.Ledger.RaisedAt is null; k++)
        {
            var scores = new Dictionary<string, IReadOnlyList<double?>>();
            for (var e = 0; e < Series; e++)
            {
                var column = new double?[prompts];
                var enough = -Normal.InvCDF(0, 1, level(e, k));
                for (var i = 0; i < prompts; i++)
                {
                    if (k > 0) qualities[e][i] = Memory * qualities[e][i] + Math.Sqrt(1 - Memory * Memory) * draws.Normal();
                    column[i] = qualities[e][i] > enough ? 1 : 0;
                }
                scores[ids[e]] = column;
            }
            alarm = alarm.Observe(k, scores, [.. Enumerable.Repeat((double)k, prompts)]);
        }
        return new AlarmRun(alarm.Ledger.RaisedAt, alarm.Ledger.Series.MaxBy(series => series.Part)!.Id == ids[0]);
    }
}
