namespace ActorRlhf.Evaluation.Contract;

/// <summary>Who may look at a metric while decisions are made; on the wire its name in lower case.</summary>
public enum MetricRole
{
    /// <summary>Optimised directly, so its value says nothing about quality by itself.</summary>
    Train,
    /// <summary>Used to choose settings or checkpoints, so it is optimised indirectly.</summary>
    Development,
    /// <summary>Optimised by nothing and nobody: only such a metric can show a mismatch.</summary>
    Heldout,
}
