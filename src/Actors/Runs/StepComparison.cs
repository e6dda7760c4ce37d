using ActorRlhf.Actors.Journal;

namespace ActorRlhf.Actors.Runs;

/// <summary>The first place where a step that was executed again differs from the log.</summary>
/// <param name="Index">The event's place in the step.</param>
/// <param name="Event">Manifest of the event.</param>
/// <param name="What">The field and both values.</param>
sealed record StepDifference(int Index, string Event, string What);

/// <summary>Compares a step's events with those of the log, byte for byte.</summary>
static class StepComparison
{
    /// <summary>The first difference; null if there is none.</summary>
    public static StepDifference? FirstDifference(EventCatalogue catalogue, IReadOnlyList<IEvent> logged, IReadOnlyList<IEvent> again)
    {
        for (var i = 0; i < Math.Min(logged.Count, again.Count); i++)
        {
            var manifest = catalogue.ManifestOf(logged[i]);
            if (manifest != catalogue.ManifestOf(again[i])) return new(i, manifest, $"the log has {manifest}, now it is {catalogue.ManifestOf(again[i])}");
            if (catalogue.Encode(logged[i]).AsSpan().SequenceEqual(catalogue.Encode(again[i]))) continue;
            return new(i, manifest, EventDifference.First(logged[i], again[i]) ?? "the bytes differ");
        }
        return logged.Count == again.Count ? null : new(Math.Min(logged.Count, again.Count), catalogue.ManifestOf(logged[^1]), $"the log has {logged.Count} events of this step, now there are {again.Count}");
    }
}
