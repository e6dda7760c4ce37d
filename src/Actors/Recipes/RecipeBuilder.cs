namespace ActorRlhf.Actors.Recipes;

/// <summary>A recipe in the making: takes values one by one, remembers where each came from, and gathers what is wrong.</summary>
/// <param name="file">How the text is called in problems.</param>
/// <param name="hasBegun">
/// Whether it is the text of a run that has begun: its values were allowed then, and its paths led somewhere.
/// </param>
sealed class RecipeBuilder(string file, bool hasBegun)
{
    const string Override = "--set";
    const int MostProblems = 100;
    static readonly Recipe s_beforeItsKeys = BeforeItsKeys();

    readonly Dictionary<string, int> _lines = []; // where a key was given last; 0 is an override
    readonly List<RecipeProblem> _problems = [];
    Recipe _recipe = hasBegun ? s_beforeItsKeys : new Recipe();

    /// <summary>Whether reading on would tell nobody more.</summary>
    public bool IsHopeless => _problems.Count >= MostProblems;

    /// <summary>Records a problem; line 0 is an override.</summary>
    public void Report(int line, string key, string? value, string expected, string? suggestion = null) =>
        _problems.Add(new RecipeProblem(line > 0 ? file : Override, line, key, value, expected, suggestion));

    /// <summary>Puts a value in, or records why not.</summary>
    /// <param name="line">Line of the key; 0 for an override.</param>
    /// <param name="name">Path of the key, which need not exist.</param>
    /// <param name="text">The value, null for YAML's null.</param>
    /// <param name="quoted">Whether quotes make the value a text.</param>
    public void Set(int line, string name, string? text, bool quoted)
    {
        if (!RecipeKeys.ByName.TryGetValue(name, out var key))
        {
            if (name is not "" && RecipeKeys.Sections.TryGetValue(name, out var children))
                Report(line, name, null, $"a section takes no value; set one of its keys: {string.Join(", ", children)}");
            else ReportUnknown(line, name);
            return;
        }
        _lines[name] = line;
        if (text is null && key.Default is not null)
            Report(line, name, null, $"the value is missing; give {key.Allowed}, or leave the key out for {key.Default}");
        else if (quoted && !key.MayBeQuoted) Report(line, name, text, $"{key.Allowed}, because quotes make it a text; take them off");
        else if (!key.TrySet(ref _recipe, text ?? "", forNewRun: line == 0 || !hasBegun))
            Report(line, name, text, key.Allowed, key.Suggest(text ?? ""));
    }

    /// <summary>Records that a key does not exist.</summary>
    public void ReportUnknown(int line, string name)
    {
        var dot = name.LastIndexOf('.');
        var child = name[(dot + 1)..];
        var section = name[..Math.Max(dot, 0)];
        while (!RecipeKeys.Sections.ContainsKey(section)) section = section[..Math.Max(section.LastIndexOf('.'), 0)];
        var names = RecipeKeys.All.Select(key => key.Name).ToArray();
        var suggestion = NearMiss.Find(name, names.Concat(RecipeKeys.Sections.Keys.Where(path => path is not "")))
            ?? Array.Find(names, key => key.EndsWith("." + child, StringComparison.OrdinalIgnoreCase));
        var place = section is "" ? "a recipe" : $"'{section}'";
        Report(line, name, child, $"a key of {place}, which has {string.Join(", ", RecipeKeys.Sections[section])}", suggestion);
    }

    /// <summary>
    /// The recipe, if nothing is wrong with its keys, with their combination and, before a run has begun, with the paths it names.
    /// </summary>
    /// <exception cref="RecipeException">Something is wrong.</exception>
    public Recipe Build()
    {
        // A combination of values is only looked at when each value is right: one mistake, one message.
        if (_problems.Count == 0) ReportBroken(RecipeRules.Broken(_recipe));
        if (_problems.Count == 0) ReportBroken(RecipeRules.Retired(_recipe).Where(rule => !hasBegun || _lines[rule.Keys[0]] == 0));
        if (_problems.Count == 0 && !hasBegun) ReportBroken(RecipeRules.Unfit(_recipe));
        if (_problems.Count == 0 && !hasBegun) ReportBroken(RecipeRules.MissingPaths(_recipe));
        if (_problems.Count == 0 && !hasBegun) ReportBroken(RecipeRules.TooLongForTheModel(_recipe));
        if (_problems.Count == 0) return _recipe;
        throw new RecipeException([.. _problems.OrderBy(problem => problem.Line == 0).ThenBy(problem => problem.Line)]);
    }

    /// <summary>What a run that has begun does where its text does not name a key, because there was none yet.</summary>
    static Recipe BeforeItsKeys()
    {
        var recipe = new Recipe();
        foreach (var key in RecipeKeys.All)
            if (key.BeforeThisKey is { } value) key.TrySet(ref recipe, value, forNewRun: false);
        return recipe;
    }

    // A rule is broken by whoever spoke last: an override first, then the first of the rule's keys that the file gives.
    void ReportBroken(IEnumerable<BrokenRule> rules)
    {
        foreach (var rule in rules)
        {
            var given = Array.FindAll(rule.Keys, _lines.ContainsKey);
            var line = given.Any(key => _lines[key] == 0) ? 0 : _lines[given[0]];
            Report(line, rule.Keys[0], RecipeKeys.ByName[rule.Keys[0]].Value(_recipe), rule.Expected);
        }
    }
}
