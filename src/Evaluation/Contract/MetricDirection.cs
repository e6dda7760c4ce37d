namespace ActorRlhf.Evaluation.Contract;

/// <summary>Which way a metric is better; on the wire its name in lower case.</summary>
public enum MetricDirection
{
    /// <summary>More is better.</summary>
    Higher,
    /// <summary>Less is better.</summary>
    Lower,
    /// <summary>Neither: the metric describes.</summary>
    None,
}
