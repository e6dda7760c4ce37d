using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Failures;

namespace ActorRlhf.Host.Scoring;

/// <summary>Which column of a file is which field of an item.</summary>
sealed class ItemFields
{
    /// <summary>Names of the fields.</summary>
    public const string Prompt = "prompt", Completion = "completion", Reference = "reference", StopReason = "stopReason",
        TokenCount = "tokenCount", PromptId = "promptId", Sample = "sample", LogProbs = "logProbs", OtherCompletion = "otherCompletion";

    const int LookAhead = 1_000; // lines of a file without a header in which a column must occur

    static readonly string[] s_all = [Prompt, Completion, Reference, StopReason, TokenCount, PromptId, Sample, LogProbs, OtherCompletion];

    readonly Dictionary<string, string> _columns;     // by field
    readonly Dictionary<string, string> _fields;      // by column
    readonly string[] _required;
    readonly EvaluatorNeeds _needs;

    /// <param name="renamed">Columns by field, where they have other names.</param>
    /// <param name="needs">What the evaluator must be given.</param>
    /// <exception cref="QueryException">There is no such field, or two have one column.</exception>
    public ItemFields(IReadOnlyDictionary<string, string> renamed, EvaluatorNeeds needs)
    {
        if (renamed.Keys.FirstOrDefault(field => !s_all.Contains(field)) is { } unknown)
            throw new QueryException("--field", unknown, $"one of {string.Join(", ", s_all)}");
        if (renamed.Values.GroupBy(column => column).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new QueryException("--field", twice.Key, "the column of two fields");
        _needs = needs;
        _columns = s_all.ToDictionary(field => field, field => renamed.GetValueOrDefault(field, field));
        _fields = _columns.GroupBy(pair => pair.Value).ToDictionary(
            group => group.Key,
            group => group.Count() == 1
                ? group.First().Key
                : group.FirstOrDefault(pair => renamed.ContainsKey(pair.Key)).Key);
        _required = [.. renamed.Values.Append(_columns[Completion]).Concat(NeedsLogProbs ? [_columns[LogProbs]] : []).Distinct()];
    }

    /// <summary>The column of log-probs; null where nobody needs them.</summary>
    public string? LogProbsColumn => NeedsLogProbs ? _columns[LogProbs] : null;

    bool NeedsLogProbs => _needs.HasFlag(EvaluatorNeeds.LogProbs);

    /// <summary>The field of a column; null for one that is none.</summary>
    public string? FieldOf(string column) => _fields.GetValueOrDefault(column);

    /// <summary>A field with its column, for people.</summary>
    public string Named(string field) => _columns[field] == field ? field : $"{field} (column {_columns[field]})";

    /// <summary>The rows of a file, once it is certain that it has the columns that must be there.</summary>
    /// <exception cref="CompletionFileException">It has not; where each line says its own, the first thousand have not.</exception>
    public IEnumerable<FileRow> Checked(CompletionFile file)
    {
        if (file.Columns is { } known) Check(file, known);
        using var rows = file.Rows().GetEnumerator();
        var first = new List<FileRow>();
        while (file.Columns is null && first.Count < LookAhead && rows.MoveNext()) first.Add(rows.Current);
        var readable = first.FindAll(row => row.Problem is null);
        if (readable.Count > 0) Check(file, [.. readable.SelectMany(row => row.Cells).Select(cell => cell.Column).Distinct()]);
        foreach (var row in first) yield return row;
        first.Clear();
        while (rows.MoveNext()) yield return rows.Current;
    }

    void Check(CompletionFile file, IReadOnlyList<string> columns)
    {
        if (_required.FirstOrDefault(column => !columns.Contains(column)) is { } missing)
            throw new CompletionFileException(file.Path,
                $"it has no column '{missing}', expected {string.Join(", ", _required)}; it has "
                + $"{(columns.Count == 0 ? "none" : string.Join(", ", columns))}. --field {_fields[missing]}=COLUMN names another");
        if (_needs.HasFlag(EvaluatorNeeds.Pairs) && !columns.Contains(_columns[OtherCompletion]) && !columns.Contains(_columns[Reference]))
            throw new CompletionFileException(file.Path,
                $"the evaluator compares two completions, expected a column {_columns[OtherCompletion]} or {_columns[Reference]}; "
                + $"it has {string.Join(", ", columns)}. --field {OtherCompletion}=COLUMN names another");
        if (_needs.HasFlag(EvaluatorNeeds.Group) && !columns.Contains(_columns[Prompt]) && !columns.Contains(_columns[PromptId]))
            throw new CompletionFileException(file.Path,
                $"the evaluator looks at all samples of a prompt together, expected a column {_columns[Prompt]} or {_columns[PromptId]}; "
                + $"it has {string.Join(", ", columns)}. --field {PromptId}=COLUMN names another");
    }
}
