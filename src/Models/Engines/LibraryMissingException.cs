namespace ActorRlhf.Models.Engines;

/// <summary>libtorch is asked for and cannot be loaded.</summary>
/// <param name="reason">Which file is missing.</param>
public sealed class LibraryMissingException(string reason)
    : Exception($"libtorch, which compute.engine torch, compute.sampler torch and GPUs need, cannot be loaded here: {reason}; "
        + "use --set compute.engine=simd and --set compute.sampler=cpu, "
        + "also with 'fork RUN --at STEP' to go on with a run that libtorch trained");
