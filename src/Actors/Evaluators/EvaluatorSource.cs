using MessagePack;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>What an evaluator is made of.</summary>
/// <param name="Kind">How it was brought.</param>
/// <param name="Target">
/// The program of a command; the path of an assembly; the code of an expression; the URL of an endpoint or a model; the id in this
/// build's catalogue.
/// </param>
/// <param name="Arguments">
/// Those of a command; the type's full name for an assembly; <c>name=value</c> settings of a built-in one or a judge; empty for the
/// others.
/// </param>
/// <param name="Files">Declared files and folders, absolute: they are hashed, and a sandbox shows them, read-only.</param>
[MessagePackObject]
public sealed record EvaluatorSource(
    [property: Key(0)] EvaluatorKind Kind, [property: Key(1)] string Target,
    [property: Key(2)] string[] Arguments, [property: Key(3)] string[] Files);
