namespace ActorRlhf.Host.Reproduction;

/// <summary>All studies.</summary>
static class Studies
{
    /// <summary>In the order in which pages list them.</summary>
    public static IReadOnlyList<Study> All { get; } =
        [GaoStudy.Study, CosteStudy.Study, SinghalStudy.Study, AccuracyStudy.Study, LinkStrengthStudy.Small, LinkStrengthStudy.Large];

    /// <summary>Their names.</summary>
    public static string[] Names => [.. All.Select(study => study.Name)];
}
