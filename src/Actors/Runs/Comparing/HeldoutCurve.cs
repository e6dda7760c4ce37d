using ActorRlhf.Actors.Runs.Facts;

namespace ActorRlhf.Actors.Runs.Comparing;

/// <summary>A run's held-out evaluations as a path over the distance √KL from the reference.</summary>
/// <remarks>
/// A policy may come nearer to the reference again, so that a distance is passed several times. What counts is where the run reaches
/// it first: the path goes straight from evaluation to evaluation, in order of the steps, and the first stretch that goes outwards
/// over the distance answers for it.
/// </remarks>
public sealed class HeldoutCurve
{
    readonly HeldoutPoint[] _points;

    /// <param name="points">In order of the steps; those without a distance are left out.</param>
    public HeldoutCurve(IEnumerable<HeldoutPoint> points) => _points = [.. points.Where(point => point.Distance is not null)];

    /// <summary>From the first evaluation's distance to the farthest one; null without evaluations.</summary>
    public (double From, double To)? Range =>
        _points.Length == 0 ? null : (_points[0].Distance!.Value, _points.Max(point => point.Distance!.Value));

    /// <summary>
    /// A figure where the run first reached a distance, linearly interpolated;
    /// null outside of the range, and where one of the two evaluations lacks it.
    /// </summary>
    /// <param name="distance">√KL, √nats.</param>
    /// <param name="figure">What of an evaluation.</param>
    public double? At(double distance, Func<HeldoutPoint, double?> figure)
    {
        for (var i = 0; i < _points.Length; i++)
        {
            var (to, from) = (_points[i], _points[Math.Max(0, i - 1)]);
            var (near, far) = (from.Distance!.Value, to.Distance!.Value);
            if (far == distance) return figure(to);
            if (near < distance && distance < far) return figure(from) + (figure(to) - figure(from)) * ((distance - near) / (far - near));
        }
        return null;
    }
}
