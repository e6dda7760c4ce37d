using MessagePack;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>What an evaluator may take.</summary>
/// <param name="Deadline">For one rollout, however many items it has.</param>
/// <param name="Memory">Bytes, of all its processes together.</param>
/// <param name="Network">Whether it may reach the network.</param>
/// <param name="Unsandboxed">Whether it may run where this machine offers no sandbox; a person said so.</param>
[MessagePackObject]
public sealed record EvaluatorLimits(
    [property: Key(0)] TimeSpan Deadline, [property: Key(1)] long Memory,
    [property: Key(2)] bool Network, [property: Key(3)] bool Unsandboxed)
{
    /// <summary>10 s, 512 MB, no network, never without a sandbox.</summary>
    public static EvaluatorLimits Default { get; } = new(TimeSpan.FromSeconds(10), 512L << 20, false, false);
}
