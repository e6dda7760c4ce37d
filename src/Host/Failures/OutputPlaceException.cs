namespace ActorRlhf.Host.Failures;

/// <summary>Something was to be written into the data directory that is no part of it.</summary>
/// <param name="path">Where.</param>
/// <param name="directory">The data directory.</param>
sealed class OutputPlaceException(string path, string directory)
    : Exception($"-o: '{path}' is in the data directory {directory}, whose files are the runs; name a place outside of it");
