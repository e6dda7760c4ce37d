namespace ActorRlhf.Models.Tests.Files;

/// <summary>Finds the folder with public datasets and the small pretrained model, which are not part of the repository.</summary>
public static class RealData
{
    /// <summary>The folder, or null where there is none.</summary>
    public static string? Folder { get; } =
        Environment.GetEnvironmentVariable("ACTORRLHF_TEST_DATA") is { Length: > 0 } named ? named : Search();

    public static string Stories => Path.Combine(Folder!, "stories260K");

    public static string TinyModels => Path.Combine(Folder!, "tiny-models");

    public static string Preferences => Path.Combine(Folder!, "hh-rlhf", "harmless-base-sample.jsonl.gz");

    static string? Search()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate)) return candidate;
        }
        return null;
    }
}

/// <summary>A test that is skipped where the real data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class RealDataFactAttribute : FactAttribute
{
    public RealDataFactAttribute()
    {
        if (RealData.Folder is null) Skip = "no folder shared/data above the tests, and ACTORRLHF_TEST_DATA is not set";
    }
}

/// <summary>A theory that is skipped where the real data is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RealDataTheoryAttribute : TheoryAttribute
{
    public RealDataTheoryAttribute() => Skip = new RealDataFactAttribute().Skip;
}
