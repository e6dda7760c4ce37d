using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>Processes as <c>/proc</c> tells of them. Safe: one that has ended meanwhile is left out.</summary>
static partial class ProcessTree
{
    const int Kill9 = 9, StopIt = 19;
    const int ResidentField = 1;               // of statm, in pages

    /// <summary>A process, and those that it has started and those have started.</summary>
    public static IReadOnlyList<int> Of(int root)
    {
        var found = new List<int> { root };
        for (var i = 0; i < found.Count; i++) found.AddRange(ChildrenOf(found[i]));
        return found;
    }

    /// <summary>The children of a process, whichever of its threads started them.</summary>
    public static IEnumerable<int> ChildrenOf(int process)
    {
        string[] threads;
        try { threads = Directory.GetDirectories($"/proc/{process}/task"); }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException) { return []; }
        return threads.SelectMany(thread => Read(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(text => int.Parse(text, CultureInfo.InvariantCulture));
    }

    /// <summary>All processes whose environment has a variable of this value.</summary>
    public static IReadOnlyList<int> Marked(string variable, string value)
    {
        var wanted = $"{variable}={value}";
        return
        [
            .. Directory.GetDirectories("/proc").Select(Path.GetFileName)
                .Where(name => char.IsAsciiDigit(name![0]) && Read($"/proc/{name}/environ").Split('\0').Contains(wanted))
                .Select(name => int.Parse(name!, CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>Bytes that these processes have in memory.</summary>
    /// <remarks>Pages that several have count for each, which is cheap to read; <see cref="Proportional"/> is exact.</remarks>
    public static long Resident(IEnumerable<int> processes) =>
        processes.Select(process => Read($"/proc/{process}/statm").Split(' '))
            .Sum(fields => fields.Length > ResidentField ? long.Parse(fields[ResidentField], CultureInfo.InvariantCulture) : 0)
        * Environment.SystemPageSize;

    /// <summary>The same with each page counted once; of a process that may not be looked into, all pages count.</summary>
    public static long Proportional(IEnumerable<int> processes) => processes.Sum(process =>
        Read($"/proc/{process}/smaps_rollup").Split('\n')
            .FirstOrDefault(line => line.StartsWith("Pss:", StringComparison.Ordinal)) is { } line
            ? long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10
            : Resident([process]));

    /// <summary>Kills a process.</summary>
    public static void Kill(int process) => _ = Signal(process, Kill9);

    /// <summary>Stops a process where it is, so that it starts no others.</summary>
    public static void Stop(int process) => _ = Signal(process, StopIt);

    static string Read(string path)
    {
        try { return File.ReadAllText(path); }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException) { return ""; }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);
}
