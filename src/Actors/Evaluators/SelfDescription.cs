using System.Text.Json;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>What an evaluator says it is: the message <c>evaluator</c>.</summary>
/// <param name="Metrics">In its order; the wire knows no roles, and here each is <see cref="MetricRole.Development"/>.</param>
sealed record SelfDescription(string Id, string Version, EvaluatorNeeds Needs, IReadOnlyList<Metric> Metrics)
{
    /// <summary>Bytes of the message.</summary>
    public const int MostBytes = 1 << 20;

    const int MostMetrics = 100, LongestText = 2000;
    static readonly JsonDocumentOptions s_options = new() { MaxDepth = 16, AllowDuplicateProperties = false };

    /// <summary>Reads the message.</summary>
    /// <exception cref="WireFormatException">It is another message, or none.</exception>
    public static SelfDescription Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, s_options);
            var message = document.RootElement;
            if (message.ValueKind is not JsonValueKind.Object || Text(message, "type") is not "evaluator")
                throw new WireFormatException(
                    $"it answered hello with '{WireFormatException.Beginning(line.Span)}', expected a message of the type evaluator");
            return new SelfDescription(Name(message, "id"), Name(message, "version"), ReadNeeds(message), [.. ReadMetrics(message)]);
        }
        catch (JsonException cause)
        {
            throw new WireFormatException(
                $"it answered hello with '{WireFormatException.Beginning(line.Span)}', which is no JSON object: {cause.Message}");
        }
    }

    /// <summary>How it differs from what it said when it was injected; null if it does not. Roles are no part of what it says.</summary>
    public string? DifferenceFrom(EvaluatorDescription then)
    {
        static string Ends(MetricRange? range) =>
            range is var (least, most) ? FormattableString.Invariant($", {least} to {most}") : "";
        static string All(IEnumerable<Metric> metrics) => string.Join("; ", metrics.Select(metric =>
            $"{metric.Name}, {metric.Direction}, {metric.Description}{Ends(metric.Range)}"));
        return Id != then.Id ? $"it calls itself '{Id}', and was '{then.Id}' when it was injected"
            : Version != then.Version ? $"its version is '{Version}', and was '{then.Version}' when it was injected"
            : Needs != then.Needs ? $"it needs {Needs}, and needed {then.Needs} when it was injected"
            : All(Metrics) != All(then.Metrics)
                ? $"its metrics are [{All(Metrics)}], and were [{All(then.Metrics)}] when it was injected"
            : null;
    }

    static string Name(JsonElement message, string field) =>
        Text(message, field) is { } name && EvaluatorName.IsValid(name)
            ? name
            : throw new WireFormatException($"its {field} is {Raw(message, field)}, {EvaluatorName.Rule}");

    static EvaluatorNeeds ReadNeeds(JsonElement message)
    {
        var needs = EvaluatorNeeds.Text;
        if (!message.TryGetProperty("needs", out var list)) return needs;
        if (list.ValueKind is not JsonValueKind.Array)
            throw new WireFormatException($"its needs are {Raw(message, "needs")}, expected an array such as [\"text\"]");
        foreach (var need in list.EnumerateArray())
            needs |= WireNames.Find<EvaluatorNeeds>(need.ValueKind is JsonValueKind.String ? need.GetString() : null)
                ?? throw new WireFormatException($"it needs {Short(need.GetRawText())}, expected {WireNames.All<EvaluatorNeeds>()}");
        return needs;
    }

    static IEnumerable<Metric> ReadMetrics(JsonElement message)
    {
        if (!message.TryGetProperty("metrics", out var metrics) || metrics.ValueKind is not JsonValueKind.Object
            || metrics.GetPropertyCount() is 0 or > MostMetrics)
            throw new WireFormatException($"its metrics are {Raw(message, "metrics")}, expected an object with 1 to {MostMetrics} of them");
        foreach (var metric in metrics.EnumerateObject())
        {
            if (!EvaluatorName.IsValid(metric.Name))
                throw new WireFormatException($"a metric is called '{Short(metric.Name)}', {EvaluatorName.Rule}");
            if (metric.Value.ValueKind is not JsonValueKind.Object)
                throw new WireFormatException($"the metric {metric.Name} is {Short(metric.Value.GetRawText())}, expected an object");
            var direction = WireNames.Find<MetricDirection>(Text(metric.Value, "direction")) ?? throw new WireFormatException(
                $"the direction of the metric {metric.Name} is {Raw(metric.Value, "direction")}, "
                    + $"expected {WireNames.All<MetricDirection>()}");
            yield return new Metric(
                metric.Name, direction, MetricRole.Development, Short(Text(metric.Value, "description") ?? ""), ReadRange(metric));
        }
    }

    static MetricRange? ReadRange(JsonProperty metric)
    {
        if (!metric.Value.TryGetProperty("range", out var range) || range.ValueKind is JsonValueKind.Null) return null;
        if (range.ValueKind is JsonValueKind.Array && range.GetArrayLength() == 2
            && range[0].ValueKind is JsonValueKind.Number && range[1].ValueKind is JsonValueKind.Number
            && range[0].TryGetDouble(out var least) && range[1].TryGetDouble(out var most) && least < most && double.IsFinite(most - least))
            return new MetricRange(least, most);
        throw new WireFormatException(
            $"the range of the metric {metric.Name} is {Short(range.GetRawText())}, expected its lowest and highest value, as in [0, 1]");
    }

    static string? Text(JsonElement message, string field)
    {
        try { return message.TryGetProperty(field, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null; }
        catch (InvalidOperationException) { return null; } // half a character is no text
    }

    static string Raw(JsonElement message, string field) =>
        message.TryGetProperty(field, out var value) ? Short(value.GetRawText()) : "missing";

    static string Short(string text) => text.Length <= LongestText ? text : text[..LongestText] + "…";
}
