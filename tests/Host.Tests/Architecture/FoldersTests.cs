using System.Runtime.CompilerServices;
using System.Text;

namespace ActorRlhf.Host.Tests.Architecture;

/// <summary>What the compiled code says of the folders: layers without a way back, and libraries that stay where they belong.</summary>
public sealed class FoldersTests
{
    const string Begin = "<!-- folders: written by the test FoldersTests -->\n", End = "<!-- end of folders -->\n";

    static readonly string[] s_projects = ["Evaluation", "Models", "Actors", "Host"];

    public static TheoryData<string> Projects => [.. s_projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Folders_AtEveryLevel_HaveNoCycle(string project)
    {
        var graph = GraphOf(project);
        for (var levels = 1; levels <= graph.Uses.Keys.Max(folder => folder.Split('/').Length); levels++)
        {
            var cycle = graph.Cut(levels).Cycle();
            Assert.True(cycle is null, $"src/{project}, {levels} levels deep: {string.Join(" uses ", cycle ?? [])}");
        }
    }

    [Fact]
    public void Cycle_OfAGraphThatHasOne_IsFound()
    {
        var graph = new FolderGraph("X", [("X.A.One", "X.B"), ("X.B", "X.C"), ("X.C", "X.A.Two")]);
        Assert.Null(graph.Cycle());
        Assert.Equal(["A", "B", "C", "A"], graph.Cut(1).Cycle());
    }

    [Theory]
    [InlineData("Akka", "ActorRlhf.Actors.Live")]
    [InlineData("TorchSharp", "ActorRlhf.Models.Engines.Torch")]
    [InlineData("Microsoft.Data.Sqlite", "ActorRlhf.Actors.Log")]
    [InlineData("Npgsql", "ActorRlhf.Actors.Log")]
    [InlineData("Microsoft.Extensions.AI", "ActorRlhf.Actors.Evaluators.Judges")]
    [InlineData("OpenAI", "ActorRlhf.Actors.Evaluators.Judges")]
    public void Library_Everywhere_IsKnownToItsFoldersAlone(string library, string home)
    {
        bool IsPart(string name, string of) => name == of || name.StartsWith(of + ".", StringComparison.Ordinal);
        var strangers = from use in s_projects.SelectMany(References)
                        where IsPart(use.To.Assembly, library) && !IsPart(use.From.Namespace, home)
                        select use.From.Namespace;
        Assert.Empty(strangers.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>With ACTORRLHF_WRITE_GOLDEN=1 the picture is written anew.</summary>
    [Fact]
    public async Task ArchitecturePage_Picture_IsThatOfTheCode()
    {
        var page = PageFile();
        var text = await File.ReadAllTextAsync(page);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        Assert.True(from >= 0 && to > from, $"{page} has no place for the picture, from '{Begin.Trim()}' to '{End.Trim()}'");
        var current = text[..(from + Begin.Length)] + Picture() + text[to..];
        if (Environment.GetEnvironmentVariable("ACTORRLHF_WRITE_GOLDEN") == "1") await File.WriteAllTextAsync(page, current);
        else
            Assert.True(
                text == current,
                "the picture in docs/architecture.md is not that of the code; ACTORRLHF_WRITE_GOLDEN=1 and this test write it anew");
    }

    static string Picture()
    {
        var picture = new StringBuilder("```mermaid\nflowchart TD\n");
        foreach (var project in s_projects.Reverse())
        {
            picture.Append($"  subgraph {project}\n");
            foreach (var line in GraphOf(project).Cut(1).Mermaid($"    {project.ToLowerInvariant()}_")) picture.Append(line).Append('\n');
            picture.Append("  end\n");
        }
        return picture.Append("```\n").ToString();
    }

    static FolderGraph GraphOf(string project) => new($"ActorRlhf.{project}",
        References(project).Where(use => use.From.Assembly == use.To.Assembly).Select(use => (use.From.Namespace, use.To.Namespace)));

    static IReadOnlySet<(Place From, Place To)> References(string project) =>
        CompiledReferences.Of(Path.Combine(AppContext.BaseDirectory, project == "Host" ? "actorrlhf.dll" : $"ActorRlhf.{project}.dll"));

    static string PageFile([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "docs", "architecture.md"));
}
