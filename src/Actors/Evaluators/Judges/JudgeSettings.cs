using System.Globalization;

namespace ActorRlhf.Actors.Evaluators.Judges;

/// <summary>What was said of a judge, as <c>name=value</c>.</summary>
/// <param name="Model">What the server calls the model.</param>
/// <param name="Mode">What it is asked.</param>
/// <param name="Least">The worst score; of <see cref="JudgeMode.Absolute"/>.</param>
/// <param name="Most">The best score.</param>
/// <param name="Template">Path of the template; null for the mode's own.</param>
/// <param name="Temperature">Of the model's draws, 0 to 2.</param>
/// <param name="MaxTokens">Of an answer.</param>
/// <param name="RequestsPerMinute">Requests begin evenly spread; null for as fast as they are answered.</param>
/// <param name="BudgetRequests">Of one batch, those that are sent again included; null for as many as it takes.</param>
/// <param name="KeyVariable">The host's environment variable with the API key; null for no key.</param>
/// <param name="Timeout">Of one request.</param>
/// <param name="Concurrency">Requests at once.</param>
public sealed record JudgeSettings(
    string Model, JudgeMode Mode, double Least, double Most, string? Template, double Temperature, int MaxTokens,
    int? RequestsPerMinute, int? BudgetRequests, string? KeyVariable, TimeSpan Timeout, int Concurrency)
{
    /// <summary>What stands before the path of a template.</summary>
    public const string TemplateSetting = "template=";

    /// <summary>
    /// What the name of a key's variable begins with: whoever may bring an evaluator over the API names the variable and the address, and
    /// must not be able to send the host's other secrets there.
    /// </summary>
    public const string KeyPrefix = "ACTORRLHF_JUDGE_";

    static readonly string[] s_names =
    [
        "model", "mode", "scale", "template", "temperature", "maxTokens", "requestsPerMinute", "budgetRequests", "keyVariable",
        "timeoutSeconds", "concurrency",
    ];

    /// <summary>Reads them.</summary>
    /// <exception cref="JudgeSettingException">A name is unknown or there twice, a value is not in its range, or no model.</exception>
    public static JudgeSettings Parse(IEnumerable<string> arguments)
    {
        var given = new Dictionary<string, string>();
        foreach (var argument in arguments)
        {
            if (argument.IndexOf('=') is not (> 0 and var at) || at == argument.Length - 1
                || !given.TryAdd(argument[..at], argument[(at + 1)..]))
                throw new JudgeSettingException($"'{argument}' is no setting of a judge, expected name=value, each name once");
            if (!s_names.Contains(argument[..at]))
                throw new JudgeSettingException($"a judge has no setting '{argument[..at]}'; there are {string.Join(", ", s_names)}");
        }
        if (!given.TryGetValue("model", out var model)) throw new JudgeSettingException("a judge needs the setting model=NAME");
        var mode = given.GetValueOrDefault("mode", "absolute") switch
        {
            "absolute" => JudgeMode.Absolute,
            "pairwise" => JudgeMode.Pairwise,
            var other => throw new JudgeSettingException($"mode is '{other}', expected absolute or pairwise"),
        };
        if (mode is JudgeMode.Pairwise && given.ContainsKey("scale")) throw new JudgeSettingException("scale belongs to mode=absolute");
        var (least, most) = ParseScale(given.GetValueOrDefault("scale", "1..10"));
        return new JudgeSettings(
            model, mode, least, most, given.GetValueOrDefault("template"), Number(given, "temperature", 0, 2) ?? 0,
            Whole(given, "maxTokens", 16, 4096) ?? 512, Whole(given, "requestsPerMinute", 1, 60_000),
            Whole(given, "budgetRequests", 1, 1_000_000), ParseKeyVariable(given.GetValueOrDefault("keyVariable")),
            TimeSpan.FromSeconds(Number(given, "timeoutSeconds", .1, 3600) ?? 60), Whole(given, "concurrency", 1, 64) ?? 4);
    }

    static (double, double) ParseScale(string text) =>
        text.Split("..") is [var least, var most] && TryNumber(least, out var from) && TryNumber(most, out var to) && from < to
            ? (from, to)
            : throw new JudgeSettingException($"scale is '{text}', expected two numbers such as 1..10, the better one last");

    static string? ParseKeyVariable(string? name) =>
        name is null
        || (name.StartsWith(KeyPrefix, StringComparison.Ordinal) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            // With two of them it would be a setting of the host, and none that it knows.
            && !name.Contains("__", StringComparison.Ordinal))
            ? name
            // What is no such name may be a key that somebody took for one: it is not repeated.
            : throw new JudgeSettingException(
                $"keyVariable is no name that begins with {KeyPrefix} and has no __: put the key into such a variable, and give its name");

    static int? Whole(Dictionary<string, string> given, string name, int least, int most) =>
        Number(given, name, least, most) switch
        {
            null => null,
            var number when number == Math.Floor(number.Value) => (int)number,
            _ => throw Wrong(given, name, $"a whole number from {least} to {most}"),
        };

    static double? Number(Dictionary<string, string> given, string name, double least, double most) =>
        !given.TryGetValue(name, out var text) ? null
        : TryNumber(text, out var number) && number >= least && number <= most ? number
        : throw Wrong(given, name, string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}"));

    static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    static JudgeSettingException Wrong(Dictionary<string, string> given, string name, string expected) =>
        new($"{name} is '{given[name]}', expected {expected}");
}
