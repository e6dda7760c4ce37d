using System.Globalization;

namespace ActorRlhf.Crash;

/// <summary>What a process takes of the machine.</summary>
/// <param name="Memory">Resident, bytes.</param>
/// <param name="Handles">Open files, sockets and the like.</param>
/// <param name="Threads">All of them.</param>
sealed record ProcessUse(long Memory, int Handles, int Threads)
{
    /// <summary>Asks the kernel about a process that lives.</summary>
    public static ProcessUse Of(int process)
    {
        var folder = $"/proc/{process}";
        var status = File.ReadAllLines($"{folder}/status")
            .Select(line => line.Split([':', '\t', ' '], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words.Length > 1).ToDictionary(words => words[0], words => words[1]);
        return new ProcessUse(
            long.Parse(status["VmRSS"], CultureInfo.InvariantCulture) * 1024, Directory.GetFileSystemEntries($"{folder}/fd").Length,
            int.Parse(status["Threads"], CultureInfo.InvariantCulture));
    }

    /// <summary>The medians of the first and of the last third.</summary>
    public static (ProcessUse First, ProcessUse Last) Thirds(IReadOnlyList<ProcessUse> looks)
    {
        var third = Math.Max(1, looks.Count / 3);
        return (Median([.. looks.Take(third)]), Median([.. looks.TakeLast(third)]));
    }

    static ProcessUse Median(ProcessUse[] looks) => new(
        Median(looks.Select(one => one.Memory)), Median(looks.Select(one => one.Handles)), Median(looks.Select(one => one.Threads)));

    static T Median<T>(IEnumerable<T> values)
    {
        var sorted = values.Order().ToArray();
        return sorted[sorted.Length / 2];
    }
}
