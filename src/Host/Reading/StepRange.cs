using System.Globalization;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Reading;

/// <summary>Steps from one to another, both included.</summary>
/// <param name="First">From 0.</param>
/// <param name="Last">Not below <paramref name="First"/>.</param>
readonly record struct StepRange(int First, int Last)
{
    /// <summary>Every step.</summary>
    public static readonly StepRange All = new(0, int.MaxValue);

    /// <summary>Whether a step is among them.</summary>
    public bool Contains(int step) => step >= First && step <= Last;

    /// <summary>The range as it is written.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}..{(Last == All.Last ? "" : Last)}");

    /// <summary>Tells a person where a range goes on behind a run's last step of RL.</summary>
    /// <param name="say">How.</param>
    public void SayIfCut(RunRecord run, Action<string> say)
    {
        if (Last != All.Last && Last > run.State.Step)
            say($"run {run.Id} has {Readable.Steps([1, run.State.Step])}; {this} is cut to these");
    }

    /// <summary>Reads <c>A..B</c>, <c>A..</c>, <c>..B</c> or <c>A</c>; otherwise false.</summary>
    /// <param name="problem">What is wrong with the text, behind the text itself; empty if nothing is.</param>
    public static bool TryParse(string text, out StepRange range, out string problem)
    {
        (range, problem) = (All, "is not a range of steps such as 3..5, 3.., ..5 or 3");
        var dots = text.IndexOf("..", StringComparison.Ordinal);
        var (from, to) = dots < 0 ? (text, text) : (text[..dots], text[(dots + 2)..]);
        if (from is "" && to is "") return false;
        if (!TryStep(from, All.First, out var first) || !TryStep(to, All.Last, out var last)) return false;
        if (last < first)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"ends before it begins; did you mean {last}..{first}?");
            return false;
        }
        (range, problem) = (new StepRange(first, last), "");
        return true;
    }

    static bool TryStep(string text, int missing, out int step)
    {
        step = missing;
        return text is "" || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out step);
    }
}
