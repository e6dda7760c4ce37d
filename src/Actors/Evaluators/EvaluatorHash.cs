using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>The hash of what an evaluator is made of.</summary>
public static class EvaluatorHash
{
    /// <summary>
    /// Hashes kind, target and arguments, and the bytes of the assembly with those that it uses from its folder, of a program given by its
    /// path, of every argument that is a file, and of every declared file and folder; of a built-in one, of the assembly it is in.
    /// </summary>
    /// <remarks>
    /// The files' names count from the folder that holds them all: copied elsewhere together, they have the same hash. A program that is a
    /// bare name counts by that name, an endpoint by its URL.
    /// </remarks>
    /// <exception cref="EvaluatorRefusedException">A file is missing, is none, cannot be read, or is a link out of a folder.</exception>
    public static ContentHash Of(EvaluatorSource source) => EvaluatorFiles.Of(source).Hash();
}
