namespace ActorRlhf.Host.Failures;

/// <summary>A file that was to be verified is no report, or one that this build cannot make again.</summary>
/// <param name="path">The file.</param>
/// <param name="problem">What is wrong with it.</param>
sealed class ReportFileException(string path, string problem) : Exception($"--verify: {path} {problem}");
