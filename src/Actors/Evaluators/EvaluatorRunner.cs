namespace ActorRlhf.Actors.Evaluators;

/// <summary>How to start the process in which an assembly or an expression runs: it speaks the protocol for them.</summary>
/// <param name="Program">Absolute path of a program.</param>
/// <param name="Arguments">
/// What it is given before <c>--assembly=FILE --type=NAME</c>, or before <c>--expression=CODE --id=ID --version=V</c>.
/// </param>
/// <param name="Folders">Absolute paths of what it needs to see: its own files, and .NET.</param>
public sealed record EvaluatorRunner(string Program, IReadOnlyList<string> Arguments, IReadOnlyList<string> Folders);
