using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Reading;

/// <summary>What a table about a run says besides its rows.</summary>
/// <param name="Line">The line of <c>runs</c>.</param>
/// <param name="IsFork">Whether it shares another run's past.</param>
sealed record Headline(RunLine Line, bool IsFork);
