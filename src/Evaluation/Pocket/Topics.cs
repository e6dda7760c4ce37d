namespace ActorRlhf.Evaluation.Pocket;

/// <summary>A kind of thing and its members; no word belongs to two topics.</summary>
sealed record Topic(string Name, IReadOnlyList<string> Members);

/// <summary>The closed set of facts behind choices, lists and colours.</summary>
static class Topics
{
    public static readonly Topic Color = Of("color", "red blue green black white pink brown gray");

    public static readonly IReadOnlyList<Topic> All =
    [
        Of("animal", "dog cat horse cow sheep goat fox bear"),
        Of("city", "paris rome london berlin madrid oslo cairo lima"),
        Color,
        Of("fruit", "apple pear plum grape lemon melon cherry mango"),
        Of("metal", "iron gold silver copper tin lead zinc steel"),
        Of("tool", "hammer saw drill axe wrench file pliers level"),
    ];

    /// <summary>What has which colour.</summary>
    public static readonly IReadOnlyList<(string Thing, string Color)> ColoredThings =
    [
        ("ash", "gray"), ("blood", "red"), ("coal", "black"), ("grass", "green"),
        ("mud", "brown"), ("rose", "pink"), ("sky", "blue"), ("snow", "white"),
    ];

    static Topic Of(string name, string members) => new(name, members.Split(' '));
}
