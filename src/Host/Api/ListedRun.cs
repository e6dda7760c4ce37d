using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Api;

/// <summary>A run in a list.</summary>
/// <param name="Line">The line of <c>runs</c>.</param>
/// <param name="AskedFor">When it was asked for.</param>
sealed record ListedRun(RunLine Line, DateTimeOffset AskedFor);
