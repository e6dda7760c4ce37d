using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Storage;

namespace ActorRlhf.Host.Diagnosis;

/// <summary>What training would find on this machine; the object of <c>doctor</c>.</summary>
/// <param name="Ok">Whether training would work.</param>
/// <param name="Problems">What would make it fail, and what to do.</param>
/// <param name="Notes">What is missing that the defaults do not need.</param>
/// <param name="Version">Version and commit of this program.</param>
/// <param name="DotNet">The runtime.</param>
/// <param name="System">Operating system and architecture.</param>
/// <param name="Cpu">The processor.</param>
/// <param name="Torch">libtorch; null if it cannot be loaded.</param>
/// <param name="Data">The data directory.</param>
/// <param name="Sqlite">The embedded database there; null if it cannot be used.</param>
/// <param name="Sandbox">What holds evaluators that people bring.</param>
/// <param name="Postgres">The server that has the journal of the data directory; null if none has, or if it cannot be reached.</param>
sealed record DoctorReport(
    bool Ok, IReadOnlyList<string> Problems, IReadOnlyList<string> Notes, string Version, string DotNet, string System,
    CpuReport Cpu, TorchReport? Torch, DataReport Data, SqliteReport? Sqlite, SandboxReport Sandbox, PostgresSettings? Postgres);

/// <summary>The processor.</summary>
/// <param name="Cores">That this process may use.</param>
/// <param name="Threads">That a recipe asks for unless it says otherwise.</param>
/// <param name="VectorBits">Widest vector that our own kernels use.</param>
/// <param name="Features">Instruction sets that matter for speed.</param>
sealed record CpuReport(int Cores, int Threads, int VectorBits, IReadOnlyList<string> Features);

/// <summary>libtorch.</summary>
/// <param name="TorchSharp">Version of the binding.</param>
/// <param name="Path">The file that was loaded; null where the system does not tell.</param>
/// <param name="Device">What <c>compute.device</c> auto stands for here.</param>
sealed record TorchReport(string Version, string TorchSharp, string? Path, string Device);

/// <summary>The data directory.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Exists">Whether it is there; training makes it.</param>
/// <param name="Writable">Whether it, or the directory in which it would be made, can be written.</param>
/// <param name="FreeBytes">Free space for this user; null if unknown.</param>
/// <param name="Writer">The process that writes it now; null for none.</param>
sealed record DataReport(string Path, bool Exists, bool Writable, long? FreeBytes, DataDirectoryHolder? Writer);

/// <summary>The embedded database.</summary>
/// <param name="Version">SQLite's version.</param>
/// <param name="JournalMode">In force for a new database in the directory.</param>
/// <param name="Synchronous">The same; 2 is FULL.</param>
/// <param name="JournalFileMode">Mode of the journal that is there; null if there is none.</param>
sealed record SqliteReport(string Version, string JournalMode, int Synchronous, string? JournalFileMode);

/// <summary>The sandbox of evaluators.</summary>
/// <param name="Available">Whether there is one.</param>
/// <param name="Description">What it is, or why there is none and what to do.</param>
sealed record SandboxReport(bool Available, string Description);
