using System.Globalization;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Models.Numerics;

namespace ActorRlhf.Actors.Runs.Counterfactual;

/// <summary>Another rule for a run that is over: keys of its recipe that decide what is made of samples that are already there.</summary>
public sealed class CounterfactualRule
{
    /// <summary>
    /// The one key that no recipe has: which member the aggregation <c>single</c> takes. In training it is always the first.
    /// </summary>
    public const string MemberKey = "reward.member";

    const string Source = "--set", AggregationKey = "reward.aggregation";

    readonly string[] _overrides;
    readonly string? _member;

    CounterfactualRule(string[] overrides, string? member) => (_overrides, _member) = (overrides, member);

    /// <summary>What may be set. Everything else would have changed what was sampled or learned.</summary>
    public static IReadOnlyList<string> Keys { get; } =
    [
        AggregationKey, MemberKey, "reward.lambda",
        "kl.estimator", "kl.coefficient", "kl.controller", "kl.target", "kl.horizon",
        "rl.missingEos", "rl.missingEosPenalty", "rl.rewardClip", "rl.whitenRewards", "rl.gamma", "rl.lambda",
        "rl.clip", "rl.dualClip", "rl.valueClip", "rl.lossAggregation",
    ];

    /// <summary>Reads overrides as given to <c>--set</c>; none at all is the run's own rule.</summary>
    /// <exception cref="RecipeException">
    /// A key is one of a recipe, and cannot be answered from the log. Values are looked at in <see cref="In"/>.
    /// </exception>
    public static CounterfactualRule Parse(IReadOnlyList<string> overrides)
    {
        RecipeProblem[] refused =
        [
            .. from setting in overrides
               where setting.Contains('=')
               let key = KeyOf(setting)
               where RecipeKeys.ByName.ContainsKey(key) && !Keys.Contains(key)
               select new RecipeProblem(Source, 0, key, null,
                   "it would have changed what was sampled or learned, so the log cannot answer it; "
                       + $"'fork RUN --at STEP --set {OneLine.Show(setting)}' trains it instead"),
        ];
        if (refused.Length > 0) throw new RecipeException(refused);
        var members = overrides.ToLookup(setting => setting.Contains('=') && KeyOf(setting) == MemberKey);
        var member = members[true].LastOrDefault() is { } last ? last[(last.IndexOf('=') + 1)..].Trim() : null;
        return new CounterfactualRule([.. members[false]], member);
    }

    /// <summary>What holds in a run under this rule.</summary>
    /// <param name="recipe">The run's recipe, canonical.</param>
    /// <param name="name">How problems call it.</param>
    /// <exception cref="RecipeException">A key is none, or a value is not allowed, by itself or beside the others.</exception>
    public RuleInForce In(string recipe, string name)
    {
        var changed = RecipeReader.Parse(recipe, name, _overrides, checkPaths: false);
        if (_member is null) return new RuleInForce(changed, 0);

        var members = new WholeNumber(0, changed.Reward.Members - 1);
        if (!members.TryRead(_member, out var member))
            throw Refused(MemberKey, _member, $"{members.Allowed}, a member of the run's ensemble", members.Suggest(_member));
        if (changed.Reward.Aggregation is not RewardAggregation.Single && _overrides.Any(setting => KeyOf(setting) == AggregationKey))
            throw Refused(AggregationKey, RecipeNames.Of(changed.Reward.Aggregation),
                $"{RecipeNames.Of(RewardAggregation.Single)}, which {MemberKey} needs; leave one of the two out", null);
        return new RuleInForce(changed with { Reward = changed.Reward with { Aggregation = RewardAggregation.Single } }, member);
    }

    /// <summary>What was set, in canonical order of the keys: key and canonical value.</summary>
    /// <param name="inForce">This rule in the run.</param>
    public IReadOnlyDictionary<string, string> Describe(RuleInForce inForce)
    {
        var set = _overrides.Select(KeyOf).Append(_member is null ? "" : MemberKey).ToHashSet();
        return Keys.Where(set.Contains).ToDictionary(key => key, key => RecipeKeys.ByName.TryGetValue(key, out var known)
            ? known.Value(inForce.Recipe)!
            : inForce.Member.ToString(CultureInfo.InvariantCulture));
    }

    static string KeyOf(string setting) => setting.Split('=')[0].Trim();

    static RecipeException Refused(string key, string value, string expected, string? suggestion) =>
        new([new RecipeProblem(Source, 0, key, value, expected, suggestion)]);
}
