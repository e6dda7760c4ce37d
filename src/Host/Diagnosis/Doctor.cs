using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using ActorRlhf.Actors.Evaluators;
using ActorRlhf.Actors.Log.Databases;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Facts;
using ActorRlhf.Host.Display;
using ActorRlhf.Models.Engines;
using ActorRlhf.Models.Engines.Torch;

namespace ActorRlhf.Host.Diagnosis;

/// <summary>Tries out what training needs, the way training does it. Changes nothing: what it writes it removes again.</summary>
sealed class Doctor
{
    const long LeastFree = 256L << 20; // a few checkpoints and the events of a small run
    const string Wal = "wal";
    const int Full = 2;
    readonly List<string> _problems = [], _notes = [];

    /// <summary>Looks at this machine and a data directory.</summary>
    /// <param name="path">The directory, which need not exist; null for the default.</param>
    /// <param name="libtorch">Tries libtorch out.</param>
    public static DoctorReport Examine(string? path, Func<TorchReport>? libtorch = null)
    {
        var doctor = new Doctor();
        var full = Path.GetFullPath(path ?? DataDirectory.DefaultPath);
        // On a CPU a recipe has to ask for it: a machine without it is still fit to train.
        var torch = Try(
            "libtorch cannot be loaded, which compute.engine torch, compute.sampler torch and GPUs need", libtorch ?? Torch, doctor._notes);
        if (!HasFma)
            doctor._notes.Add("this processor has no fused multiply-adds (AVX2 with FMA, or NEON): they are computed one by one, "
                + "and training takes some fifty times as long");
        var (data, sqlite) = doctor.Data(full);
        var postgres = Try("the journal cannot be used", () => DataDirectory.ServerOf(full), doctor._problems);
        Try("the journal is not safe", () =>
        {
            postgres?.ThrowUnlessDurable();
            return postgres;
        }, doctor._problems);
        // Without it everything works but evaluators that people bring.
        var sandbox = Sandbox.Detect();
        if (!sandbox.IsAvailable) doctor._notes.Add($"there is no sandbox for evaluators: {sandbox.Description}");
        return new DoctorReport(
            doctor._problems.Count == 0, doctor._problems, doctor._notes, RunFacts.Build, RuntimeInformation.FrameworkDescription,
            $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}", Cpu(), torch, data, sqlite,
            new SandboxReport(sandbox.IsAvailable, sandbox.Description), postgres);
    }

    static bool HasFma => Fma.IsSupported || AdvSimd.IsSupported;

    static CpuReport Cpu()
    {
        (string Name, bool There)[] features =
        [
            ("AVX2", Avx2.IsSupported), ("FMA", Fma.IsSupported),
            ("AVX-512F", Avx512F.IsSupported), ("AVX-512BW", Avx512BW.IsSupported),
            ("AVX-512DQ", Avx512DQ.IsSupported),
            ("NEON", AdvSimd.IsSupported),
        ];
        var bits = Vector512.IsHardwareAccelerated ? 512
            : Vector256.IsHardwareAccelerated ? 256
            : Vector128.IsHardwareAccelerated ? 128
            : 0;
        var there = features.Where(feature => feature.There).Select(feature => feature.Name);
        return new CpuReport(Environment.ProcessorCount, new ComputeRecipe().Threads, bits, [.. there]);
    }

    static TorchReport Torch()
    {
        TorchEngine.Try();
        using var process = Process.GetCurrentProcess();
        var library = process.Modules.Cast<ProcessModule>()
            .FirstOrDefault(module => Path.GetFileName(module.FileName).Contains("torch_cpu", StringComparison.Ordinal));
        return new TorchReport(TorchEngine.Version, TorchEngine.Binding, library?.FileName, TorchEngine.Auto.Device);
    }

    (DataReport, SqliteReport?) Data(string path)
    {
        // Training makes the directory where it is missing, so what counts is the nearest one above it.
        var existing = path;
        while (!Path.Exists(existing)) existing = Path.GetDirectoryName(existing)!;
        if (File.Exists(existing))
        {
            _problems.Add($"{existing} is a file, not a directory: move it away, or choose another directory with --data");
            return (new DataReport(path, false, false, null, null), null);
        }
        var writer = Try("the lock cannot be read", () => DataDirectory.WriterOf(path));
        if (writer is not null) _problems.Add($"{path} is in use by {writer}: stop that process, or choose another directory with --data");
        var free = new DriveInfo(existing).AvailableFreeSpace;
        if (free < LeastFree)
            _problems.Add($"{Readable.Bytes(free)} are free on the disk of {path}: free at least {Readable.Bytes(LeastFree)}");

        var settings = Try($"no database can be kept in {existing}", () => SqliteSettings.Probe(existing));
        var journal = Path.Combine(path, DataDirectory.JournalName);
        var mode = File.Exists(journal) ? Try($"{journal} cannot be read", () => SqliteSettings.JournalModeOf(journal)) : null;
        Expect("journal_mode", settings?.JournalMode, Wal);
        Expect("synchronous", settings?.Synchronous, Full);
        return (new DataReport(path, existing == path, settings is not null, free, writer),
            settings is null ? null : new SqliteReport(settings.Version, settings.JournalMode, settings.Synchronous, mode));
    }

    void Expect<T>(string setting, T? value, T expected)
    {
        if (value is not null && !value.Equals(expected))
            _problems.Add($"SQLite's {setting} is {value} there, expected {expected}, "
                + "without which acknowledged events can be lost: choose a directory on a local disk with --data");
    }

    T? Try<T>(string problem, Func<T?> examine) where T : class => Try(problem, examine, _problems);

    static T? Try<T>(string problem, Func<T?> examine, List<string> findings) where T : class
    {
        try { return examine(); }
        catch (Exception failure) // whatever is wrong is what a doctor is asked for; the examination goes on
        {
            // TorchSharp puts a page of its search into the message.
            findings.Add(failure is NotAJournalException or LibraryMissingException or DatabaseUnusableException or DatabaseBindingException
                    or PostgresAddressException or UnsafeStorageException
                ? failure.Message
                : $"{problem}: {failure.GetBaseException().Message.Split('\n')[0].TrimEnd()}");
            return null;
        }
    }
}
