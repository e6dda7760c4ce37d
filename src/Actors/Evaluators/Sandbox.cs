using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>What keeps an evaluator from everything that is none of its business, as far as this machine offers it.</summary>
/// <remarks>
/// Namespaces for mounts, processes, network, IPC and the host's name, made by util-linux; see <c>sandbox.sh</c>. It shows the programs and
/// libraries of the machine, the evaluator's own files and an empty <c>/tmp</c>, and nothing else: no data directory, no token, no home.
/// It is no virtual machine: who finds a fault of the kernel is out.
/// </remarks>
public sealed class Sandbox
{
    const int TmpMegabytes = 64;               // counts for each process's largest file, too
    const int Tasks = 256;                     // processes and threads: enough for .NET and for a pool of workers, no fork bomb
    const long DataBesidesMemory = 256L << 20; // stacks that are reserved and not used
    const string Home = "/tmp";
    static readonly string[] s_programs = ["unshare", "setpriv", "prlimit", "mount", "umount", "pivot_root", "nice", "sh"];
    static readonly string[] s_namespaces = ["--mount", "--pid", "--fork", "--kill-child", "--ipc", "--uts"];
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);   // a trial takes 0.1 s
    static readonly Lazy<Sandbox> s_detected = new(Try);

    readonly string? _who;                     // whom the evaluator is, for sandbox.sh; null where there is no sandbox

    Sandbox(string? who, string description) => (_who, Description) = (who, description);

    /// <summary>Whether there is any.</summary>
    public bool IsAvailable => _who is not null;

    /// <summary>What it is, or why there is none and what to do; for people.</summary>
    public string Description { get; }

    /// <summary>What this machine offers, tried out once in the life of this process.</summary>
    public static Sandbox Detect() => s_detected.Value;

    /// <summary>None, as on a machine that offers none.</summary>
    /// <param name="why">The reason, and what to do.</param>
    public static Sandbox None(string why) => new(null, why);

    /// <summary>How to start an evaluator's process.</summary>
    /// <param name="staging">The folder with <c>files</c> and <c>root</c>.</param>
    /// <param name="line">The command line, given the folder in which the process finds its files.</param>
    /// <param name="show">Other folders that it may read.</param>
    /// <param name="limits">What it may take.</param>
    /// <param name="mark">A variable that all its processes have, so that they are found again where there is no sandbox.</param>
    internal ProcessStartInfo Start(
        string staging, Func<string, string[]> line, IReadOnlyList<string> show, EvaluatorLimits limits, string mark)
    {
        var data = Text(2 * limits.Memory + DataBesidesMemory);   // before the watcher looks; it has the say on what is too much
        var start = _who is null ? Plain(staging, line, data) : Held(staging, line, show, limits, data);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        (start.StandardInputEncoding, start.UseShellExecute) = (new UTF8Encoding(false), false);
        SetEnvironment(start, limits, mark, _who is null ? staging : Home);
        return start;
    }

    ProcessStartInfo Held(
        string staging, Func<string, string[]> line, IReadOnlyList<string> show, EvaluatorLimits limits, string data) =>
        new(Find("setpriv")!,
    [
        // The kernel kills unshare with the thread that started it, and process 1, with everything that it holds, with unshare.
        "--pdeathsig", "KILL", "--", "unshare", .. s_namespaces,
        .. _who == "self" ? ["--user", "--map-root-user"] : Array.Empty<string>(),
        .. limits.Network ? Array.Empty<string>() : ["--net"],
        "--", "sh", "-c", Script(), "sandbox",
        _who!, staging, Text(TmpMegabytes), Text(Tasks), data, limits.Network ? "yes" : "no", .. show, "--", .. line(EvaluatorFiles.Home),
    ]);

    /// <summary>Where there is no sandbox: a session of its own, limits of a process, and the end with the host's.</summary>
    static ProcessStartInfo Plain(string staging, Func<string, string[]> line, string data)
    {
        var files = Path.Combine(staging, "files");
        string[] wrapped = ProgramsMissing(["setsid", "setpriv", "prlimit", "nice"]) is []
            ? ["setsid", "setpriv", "--pdeathsig", "KILL", "--no-new-privs", "--", "nice",
                "prlimit", $"--data={data}", $"--fsize={Text(TmpMegabytes << 20)}", "--core=0", "--", .. line(files)]
            : line(files);
        return new ProcessStartInfo(Find(wrapped[0]) ?? wrapped[0], wrapped[1..]) { WorkingDirectory = files };
    }

    static void SetEnvironment(ProcessStartInfo start, EvaluatorLimits limits, string mark, string home)
    {
        var environment = start.Environment;
        environment.Clear();
        environment["PATH"] = SearchPath;
        environment["LANG"] = "C.UTF-8";
        (environment["HOME"], environment["TMPDIR"]) = (home, home);
        environment[Mark] = mark;
        environment["DOTNET_ROOT"] = DotNetRoot;
        environment["DOTNET_GCHeapHardLimit"] = (limits.Memory / 4 * 3).ToString("X", CultureInfo.InvariantCulture);
        environment["DOTNET_EnableDiagnostics"] = "0";
        environment["DOTNET_TieredPGO"] = "0";
        // One item has one score, today and tomorrow, and a line that was printed is there.
        (environment["PYTHONHASHSEED"], environment["PYTHONUNBUFFERED"], environment["PYTHONDONTWRITEBYTECODE"]) = ("0", "1", "1");
    }

    /// <summary>Name of the variable that all processes of an evaluator have.</summary>
    internal const string Mark = "ACTORRLHF_EVALUATOR";

    /// <summary>Where programs are looked up.</summary>
    internal const string SearchPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>The folder of the .NET that runs this process.</summary>
    public static string DotNetRoot { get; } =
        Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    static Sandbox Try()
    {
        if (!OperatingSystem.IsLinux()) return None("there is none but on Linux: run the host there, or inject with --allow-unsandboxed");
        if (ProgramsMissing(s_programs) is [_, ..] missing)
            return None($"{string.Join(", ", missing)} not found in {SearchPath}: install util-linux and coreutils");
        if (!File.Exists($"/proc/self/task/{Environment.ProcessId}/children"))
            return None("/proc does not tell the children of a process: the kernel was built without CONFIG_PROC_CHILDREN");
        var sandbox = Environment.IsPrivilegedProcess
            ? new Sandbox("nobody", "namespaces, made as root; evaluators are nobody in them, without capabilities")
            : new Sandbox("self", "namespaces in a user namespace; evaluators have no capabilities in them");
        return sandbox.WhyNot() is { } why
            ? None($"{why}; "
                + (Environment.IsPrivilegedProcess
                    ? "root may not mount here, as in a container without CAP_SYS_ADMIN: run the host elsewhere"
                    : "user namespaces are not allowed: see kernel.unprivileged_userns_clone, user.max_user_namespaces, "
                        + "kernel.apparmor_restrict_unprivileged_userns")
                + ", or inject with --allow-unsandboxed")
            : sandbox;
    }

    string? WhyNot()
    {
        using var staged = new StagedEvaluator(new EvaluatorSource(EvaluatorKind.Command, "true", [], []));
        using var trial = Process.Start(Start(staged.Folder, _ => ["true"], [], EvaluatorLimits.Default, "trial"))!;
        trial.StandardInput.Close();
        var error = trial.StandardError.ReadToEndAsync();
        if (!trial.WaitForExit(s_patience))
        {
            trial.Kill(entireProcessTree: true);
            return string.Create(CultureInfo.InvariantCulture, $"a trial did not end within {s_patience.TotalSeconds} s");
        }
        return trial.ExitCode == 0 ? null : error.Result.Split('\n')[0];
    }

    static string[] ProgramsMissing(IEnumerable<string> programs) => [.. programs.Where(program => Find(program) is null)];

    /// <summary>Path of a program; null if it is not where programs are looked up.</summary>
    internal static string? Find(string program) =>
        SearchPath.Split(':').Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    static string Script()
    {
        using var reader = new StreamReader(typeof(Sandbox).Assembly.GetManifestResourceStream("sandbox.sh")!);
        return reader.ReadToEnd();
    }

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
