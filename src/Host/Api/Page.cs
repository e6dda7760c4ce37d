namespace ActorRlhf.Host.Api;

/// <summary>A part of a list.</summary>
/// <param name="Items">The objects that <c>--json</c> prints one a line.</param>
/// <param name="Next">What the next request says after <c>after</c>; null behind the last.</param>
sealed record Page<T>(IReadOnlyList<T> Items, string? Next);
