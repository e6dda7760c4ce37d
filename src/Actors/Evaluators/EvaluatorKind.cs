namespace ActorRlhf.Actors.Evaluators;

/// <summary>How an evaluator was brought; on the wire its name in lower case, <c>built-in</c> for the first.</summary>
public enum EvaluatorKind
{
    /// <summary>One of this build's catalogue, with settings: runs in the host's process.</summary>
    BuiltIn,
    /// <summary>A command that speaks JSON lines on its standard input and output.</summary>
    Command,
    /// <summary>A type of a .NET assembly, an <c>IEvaluator</c>.</summary>
    Assembly,
    /// <summary>A C# expression over <c>prompt</c>, <c>completion</c>, <c>reference</c> and <c>item</c>.</summary>
    Expression,
    /// <summary>An HTTP endpoint that speaks the same messages. What it does cannot be hashed.</summary>
    Http,
    /// <summary>A language model behind an OpenAI-compatible address. Its prompt is hashed; what it says of it cannot be.</summary>
    Judge,
}
