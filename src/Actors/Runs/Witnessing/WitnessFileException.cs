namespace ActorRlhf.Actors.Runs.Witnessing;

/// <summary>The file of a witness cannot be used.</summary>
/// <param name="path">The file.</param>
/// <param name="line">The damaged line, from 1; null for the file as a whole.</param>
/// <param name="problem">What is wrong with it.</param>
public sealed class WitnessFileException(string path, int? line, string problem) : Exception(line is { } number
    ? FormattableString.Invariant($"line {number} of the witness {path} is damaged: {problem}; ")
        + "whoever keeps the file must say why. If a power loss cut the line off, remove it and audit again"
    : $"the witness {path} cannot be read: {problem}; give --witness the file that witness.file names, or a copy of it")
{
    /// <summary>The file.</summary>
    public string Path { get; } = path;
    /// <summary>The damaged line, from 1; null for the file as a whole.</summary>
    public int? Line { get; } = line;
}
