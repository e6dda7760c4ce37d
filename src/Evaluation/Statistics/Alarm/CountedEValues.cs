namespace ActorRlhf.Evaluation.Statistics.Alarm;

/// <summary>The <see cref="CountedEValue"/> of every n that has come up, for one δ; used by one thread.</summary>
sealed class CountedEValues(double delta)
{
    readonly Dictionary<int, CountedEValue> _byPrompts = [];

    /// <summary>δ.</summary>
    public double Delta => delta;

    /// <summary>That of n prompts.</summary>
    public CountedEValue Of(int n) => _byPrompts.TryGetValue(n, out var known) ? known : _byPrompts[n] = new CountedEValue(n, delta);
}
