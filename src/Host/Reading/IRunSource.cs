using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Workers;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;

namespace ActorRlhf.Host.Reading;

/// <summary>Where commands read runs from: a data directory, or a host. Whoever prints them does not know which.</summary>
/// <remarks>Failure policy: audit, every error reaches the caller. A run is named by its id, the beginning of it, or latest.</remarks>
interface IRunSource : IDisposable
{
    /// <summary>Who is at work at these runs.</summary>
    Attendance Attendance { get; }

    /// <summary>A command for a person to type next about one of these runs.</summary>
    string Next(string command, string run);

    /// <summary>The runs, in the order in which they were asked for.</summary>
    Task<Answer<RunLine>> ListAsync(CancellationToken ct);

    /// <summary>One run in full.</summary>
    Task<RunDetails> ShowAsync(string run, CancellationToken ct);

    /// <summary>What a table about a run says besides its rows.</summary>
    Task<Headline> HeadlineAsync(string run, CancellationToken ct);

    /// <summary>Its events.</summary>
    Task<Answer<EventLine>> EventsAsync(string run, EventQuery query, CancellationToken ct);

    /// <summary>Its metrics.</summary>
    Task<Answer<MetricsLine>> MetricsAsync(string run, MetricQuery query, CancellationToken ct);

    /// <summary>Its completions.</summary>
    Task<Answer<CompletionView>> CompletionsAsync(string run, CompletionQuery query, CancellationToken ct);

    /// <summary>Its ledger of mismatch.</summary>
    Task<MismatchLedger> MismatchAsync(string run, CancellationToken ct);

    /// <summary>
    /// Follows a run from its own first event to the one that ends it; before that one comes everything that was found out about it.
    /// </summary>
    /// <param name="run">Its whole id.</param>
    /// <param name="ct">Ends it.</param>
    /// <returns><see cref="EventLine"/> with its stream, <see cref="TrainingProgress"/>, or <see cref="Notice"/>.</returns>
    IAsyncEnumerable<object> FollowAsync(string run, CancellationToken ct);
}
