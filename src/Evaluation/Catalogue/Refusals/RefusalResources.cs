namespace ActorRlhf.Evaluation.Catalogue.Refusals;

/// <summary>The files of the refusal model that stand in this assembly.</summary>
static class RefusalResources
{
    /// <summary>Lines of <c>refusal-patterns.txt</c>.</summary>
    public static IEnumerable<string> Patterns => Lines("refusal-patterns.txt");

    /// <summary>Lines of <c>refusal-weights.tsv</c>.</summary>
    public static IEnumerable<string> Weights => Lines("refusal-weights.tsv");

    static IEnumerable<string> Lines(string name)
    {
        using var reader = new StreamReader(typeof(RefusalResources).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The assembly has no resource {name}: build it again."));
        while (reader.ReadLine() is { } line) yield return line;
    }
}
