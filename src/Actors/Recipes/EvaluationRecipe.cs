namespace ActorRlhf.Actors.Recipes;

/// <summary>How the run is watched, section <c>evaluation</c>. It changes no weights.</summary>
public sealed record EvaluationRecipe
{
    /// <summary>Steps between evaluations, 1 to 1000000. Step 0 and the last one are always evaluated. Default 10.</summary>
    public int Every { get; init; } = 10;
    /// <summary>
    /// Held-out prompts an evaluation, 2 to 100000; 240 leave a standard error of about .03 on Pocket's gold. Default 480.
    /// </summary>
    public int Prompts { get; init; } = 480;
    /// <summary>What happens when the alarm is raised. Default <see cref="MismatchRule.Record"/>.</summary>
    public MismatchRule OnMismatch { get; init; } = MismatchRule.Record;
    /// <summary>Where the alarm is posted to: <c>https</c>, or <c>http</c> on this machine. Default none.</summary>
    public Uri? Webhook { get; init; }
    /// <summary>Path of the file that has the bearer token for <see cref="Webhook"/>. Default none.</summary>
    public string? WebhookTokenFile { get; init; }
}
