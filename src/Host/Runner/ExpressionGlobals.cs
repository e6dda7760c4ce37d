using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Host.Runner;

/// <summary>What an expression may name. Public, and in lower case, because expressions see it.</summary>
/// <param name="item">Everything that is known of the completion.</param>
public sealed class ExpressionGlobals(EvaluationItem item)
{
    /// <summary>The prompt's text.</summary>
    public string prompt => item.Prompt;

    /// <summary>The completion's text.</summary>
    public string completion => item.Completion;

    /// <summary>A good answer, where there is one.</summary>
    public string? reference => item.Reference;

    /// <summary>Everything that is known of the completion.</summary>
    public EvaluationItem item { get; } = item;
}
