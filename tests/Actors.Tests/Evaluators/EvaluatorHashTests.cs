using ActorRlhf.Actors.Evaluators;

namespace ActorRlhf.Actors.Tests.Evaluators;

public sealed class EvaluatorHashTests
{
    readonly string _folder = Temporary.NewDirectory();

    [Fact]
    public void Of_AnyPartChanges_IsAnother()
    {
        var (script, list, words) = (Write("score.py", "1"), Write("data/list.txt", "a"), Write("words.txt", "w"));
        var source = Command([script, "-x", $"--words={words}"], Path.GetDirectoryName(list)!);
        var first = EvaluatorHash.Of(source);

        Assert.Equal(first, EvaluatorHash.Of(source));
        Assert.NotEqual(first, EvaluatorHash.Of(source with { Target = "python4" }));
        Assert.NotEqual(first, EvaluatorHash.Of(source with { Arguments = [script, "-y", $"--words={words}"] }));
        Assert.NotEqual(first, EvaluatorHash.Of(source with { Kind = EvaluatorKind.Http }));
        foreach (var (name, was) in ((string, string)[])[("score.py", "1"), ("data/list.txt", "a"), ("words.txt", "w")])
        {
            Write(name, "other");
            Assert.NotEqual(first, EvaluatorHash.Of(source));
            Write(name, was);
        }
        Write("data/new.txt", "");
        Assert.NotEqual(first, EvaluatorHash.Of(source));
    }

    [Fact]
    public void Of_FilesElsewhere_IsTheSame()
    {
        var source = Command([Write("a/score.py", "1")], Path.GetDirectoryName(Write("a/data/list.txt", "a"))!);
        var moved = Command([Write("b/score.py", "1")], Path.GetDirectoryName(Write("b/data/list.txt", "a"))!);
        Assert.Equal(EvaluatorHash.Of(source), EvaluatorHash.Of(moved));
    }

    [Fact]
    public void Of_MissingFile_IsRefusedByItsName()
    {
        var missing = Path.Combine(_folder, "missing");
        foreach (var source in (EvaluatorSource[])
            [Command([], missing), new(EvaluatorKind.Command, missing, [], []), new(EvaluatorKind.Assembly, missing, ["T"], [])])
            Assert.Contains(missing, Assert.Throws<EvaluatorRefusedException>(() => EvaluatorHash.Of(source)).Reason);
    }

    [Fact]
    public void Of_LinkOutOfADeclaredFolder_IsRefused()
    {
        Write("secret", "x");
        Write("data/list.txt", "a");
        var link = Path.Combine(_folder, "data", "link");
        foreach (var target in (string[])["../secret", Path.Combine(_folder, "secret"), "/etc", ".."])
        {
            File.CreateSymbolicLink(link, target);
            var thrown = Assert.Throws<EvaluatorRefusedException>(() => EvaluatorHash.Of(Command([], Path.Combine(_folder, "data"))));
            Assert.Contains($"{link} is a link to {target}", thrown.Reason);
            File.Delete(link);
        }
        File.CreateSymbolicLink(link, "list.txt");
        EvaluatorHash.Of(Command([], Path.Combine(_folder, "data")));
    }

    [Fact]
    public void Of_NoAssembly_IsRefused() => Assert.Contains("is no .NET assembly",
        Assert.Throws<EvaluatorRefusedException>(() =>
            EvaluatorHash.Of(new(EvaluatorKind.Assembly, Write("x.dll", "no assembly at all"), ["T"], []))).Reason);

    [Fact]
    public void Stage_SourceChangesAfterwards_CopyDoesNot()
    {
        var (script, data) = (Write("score.py", "1"), Write("data/list.txt", "a"));
        File.CreateSymbolicLink(Path.Combine(_folder, "data", "link"), "list.txt");
        var source = Command([script, "--data=" + Path.GetDirectoryName(data)], Path.GetDirectoryName(data)!);
        using var staged = new StagedEvaluator(source);
        File.WriteAllText(script, "evil");

        Assert.Equal(["python3", "/x/score.py", "--data=/x/data"], staged.CommandLine("/x"));
        Assert.Equal("1", File.ReadAllText(Path.Combine(staged.Files, "score.py")));
        Assert.Equal("a", File.ReadAllText(Path.Combine(staged.Files, "data", "link")));
        Assert.NotEqual(staged.Hash, EvaluatorHash.Of(source));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(staged.Folder));
    }

    [Fact]
    public void Stage_HostThatWasKilledLeftCopies_AreRemoved()
    {
        // By its age nobody makes it now, and nobody holds its lock.
        using var living = new StagedEvaluator(Command([Write("score.py", "1")]));
        var orphan = Directory.CreateTempSubdirectory("actorrlhf-evaluator-").FullName;
        File.WriteAllText(Path.Combine(orphan, "lock"), "");
        foreach (var folder in (string[])[orphan, living.Folder])
        {
            StagedEvaluator.RemoveIfOrphan(new DirectoryInfo(folder), youngest: TimeSpan.FromHours(1));
            Assert.True(Directory.Exists(folder));
            StagedEvaluator.RemoveIfOrphan(new DirectoryInfo(folder), youngest: TimeSpan.Zero);
        }
        Assert.Equal((false, true), (Directory.Exists(orphan), Directory.Exists(living.Folder)));
    }

    static EvaluatorSource Command(string[] arguments, params string[] files) =>
        new(EvaluatorKind.Command, "python3", arguments, files);

    string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
