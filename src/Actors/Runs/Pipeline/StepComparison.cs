using ActorRlhf.Actors.Log.Events;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Actors.Runs.Pipeline;

/// <summary>The first place where a step that was executed again differs from the log.</summary>
/// <param name="Index">The event's place in the step.</param>
/// <param name="Event">Manifest of the event.</param>
/// <param name="What">The field and both values.</param>
sealed record StepDifference(int Index, string Event, string What);

/// <summary>Compares steps' events with those of the log: byte for byte, or number for number within a tolerance.</summary>
/// <param name="tolerance">Largest difference, relative to the larger of both numbers and 1; 0: every bit must agree.</param>
sealed class StepComparison(EventCatalogue catalogue, double tolerance = 0)
{
    /// <summary>What was allowed.</summary>
    public double Tolerance => tolerance;
    /// <summary>The largest difference that was passed over, relative to the larger of both numbers and 1.</summary>
    public double LargestDifference { get; private set; }

    /// <summary>The first difference of one step; null if there is none that counts.</summary>
    public StepDifference? FirstDifference(IReadOnlyList<IEvent> logged, IReadOnlyList<IEvent> again)
    {
        for (var i = 0; i < Math.Min(logged.Count, again.Count); i++)
        {
            var manifest = catalogue.ManifestOf(logged[i]);
            if (manifest != catalogue.ManifestOf(again[i]))
                return new(i, manifest, $"the log has {manifest}, now it is {catalogue.ManifestOf(again[i])}");
            if (catalogue.Encode(logged[i]).AsSpan().SequenceEqual(catalogue.Encode(again[i]))) continue;
            if (tolerance == 0) return new(i, manifest, EventDifference.First(logged[i], again[i]) ?? "the bytes differ");
            if (EventDifference.First(logged[i], WithHashesOf(logged[i], again[i]), (_, x, y) => Close(x, y)) is { } what)
                return new(i, manifest, what);
        }
        return logged.Count == again.Count ? null
            : new(Math.Min(logged.Count, again.Count), catalogue.ManifestOf(logged[^1]),
                $"the log has {Counted.Of(logged.Count, "event")} of this step, "
                    + $"now there {Counted.Noun(again.Count, "is", "are")} {again.Count}");
    }

    bool Close(double logged, double again)
    {
        var difference = Math.Abs(logged - again) / Math.Max(1, Math.Max(Math.Abs(logged), Math.Abs(again)));
        // NaN is close to nothing.
        if (!(difference <= tolerance)) return false;
        LargestDifference = Math.Max(LargestDifference, difference);
        return true;
    }

    /// <summary>Weights and per-token numbers that are merely close have another hash.</summary>
    static IEvent WithHashesOf(IEvent logged, IEvent again) => (logged, again) switch
    {
        (RolloutCollected a, RolloutCollected b) => b with { PolicyWeights = a.PolicyWeights },
        (PolicyUpdated a, PolicyUpdated b) => b with { Weights = a.Weights, CriticWeights = a.CriticWeights, Artefact = a.Artefact },
        (StepRolledBack a, StepRolledBack b) => b with { Weights = a.Weights },
        _ => again,
    };
}
