namespace ActorRlhf.Host.Serving;

/// <summary>How a long-lived host is started.</summary>
/// <param name="Address">Where it listens: <c>http://</c> and a loopback address, with a port; port 0 is one that is free.</param>
/// <param name="Concurrent">Most runs at once.</param>
/// <param name="Threads">Threads that compute, for all runs together.</param>
/// <param name="Files">Full path of the directory in which submitted recipes may name files; null for none.</param>
sealed record ServeSettings(Uri Address, int Concurrent, int Threads, string? Files);
