namespace ActorRlhf.Host.Api;

/// <summary>An event as it is sent.</summary>
/// <param name="Sequence">Its number in its stream.</param>
/// <param name="Type">Its name.</param>
/// <param name="Json">Its line.</param>
readonly record struct WrittenEvent(long Sequence, string Type, string Json);
