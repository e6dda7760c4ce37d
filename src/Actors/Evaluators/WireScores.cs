using System.Text.Json;
using ActorRlhf.Evaluation.Contract;

namespace ActorRlhf.Actors.Evaluators;

/// <summary>Reads what an evaluator answers: the message <c>scores</c>.</summary>
/// <remarks>Fields and metrics that nobody asked for are passed over; whatever was asked for must be there, once.</remarks>
ref struct WireScores
{
    const int MostDepth = 16;

    readonly ReadOnlySpan<byte> _line;
    readonly IReadOnlyList<EvaluationItem> _items;
    readonly IReadOnlyList<Metric> _metrics;
    readonly ItemResult?[] _results;
    Dictionary<string, int>? _byId;            // only where the answers are not in the items' order
    Utf8JsonReader _reader;
    int _read;

    WireScores(ReadOnlySpan<byte> line, IReadOnlyList<EvaluationItem> items, IReadOnlyList<Metric> metrics)
    {
        _line = line;
        (_items, _metrics) = (items, metrics);
        _results = new ItemResult?[items.Count];
        _reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MostDepth });
    }

    /// <summary>Reads one message.</summary>
    /// <param name="line">Without its end.</param>
    /// <param name="batch">The number that was asked.</param>
    /// <param name="items">Those that were asked.</param>
    /// <param name="metrics">Those that it declared.</param>
    /// <returns>One result for each item, in the items' order.</returns>
    /// <exception cref="WireFormatException">It is not the answer to what was asked.</exception>
    public static IReadOnlyList<ItemResult> Read(
        ReadOnlySpan<byte> line, int batch, IReadOnlyList<EvaluationItem> items, IReadOnlyList<Metric> metrics)
    {
        var message = new WireScores(line, items, metrics);
        try { message.ReadMessage(batch); }
        // Of the reader's own messages, the first for what is no JSON, the second for bytes that are no text.
        catch (Exception cause) when (cause is JsonException or InvalidOperationException)
        {
            throw new WireFormatException(
                $"it answered batch {batch} with '{WireFormatException.Beginning(line)}', which cannot be read: {cause.Message}");
        }
        return message._results!;
    }

    void ReadMessage(int batch)
    {
        bool isScores = false, isBatch = false, hasItems = false;
        if (!_reader.Read() || _reader.TokenType is not JsonTokenType.StartObject) throw Other(batch);
        while (_reader.Read() && _reader.TokenType is JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("type"u8)) isScores = Next() is JsonTokenType.String && _reader.ValueTextEquals("scores"u8);
            else if (_reader.ValueTextEquals("batch"u8))
            {
                isBatch = Next() is JsonTokenType.Number && _reader.TryGetInt32(out var number) && number == batch;
                if (!isBatch) throw new WireFormatException($"it answered batch {Value()}, expected {batch}");
            }
            else if (_reader.ValueTextEquals("items"u8))
            {
                if (hasItems) throw new WireFormatException($"its answer to batch {batch} has items twice");
                hasItems = true;
                ReadItems(batch);
            }
            else Pass();
        }
        if (_reader.Read()) throw Other(batch);
        if (!isScores || !isBatch || !hasItems) throw Other(batch);
    }

    void ReadItems(int batch)
    {
        if (Next() is not JsonTokenType.StartArray)
            throw new WireFormatException($"its items of batch {batch} are {Value()}, expected an array");
        while (_reader.Read() && _reader.TokenType is not JsonTokenType.EndArray) ReadItem();
        if (_read != _items.Count) throw new WireFormatException($"it gave {_read} results for the {_items.Count} items of batch {batch}");
    }

    void ReadItem()
    {
        if (_reader.TokenType is not JsonTokenType.StartObject) throw new WireFormatException($"an item is {Value()}, expected an object");
        var at = -1;
        string? error = null;
        Dictionary<string, Score>? scores = null;
        while (_reader.Read() && _reader.TokenType is JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("id"u8))
            {
                if (at >= 0) throw new WireFormatException($"an item has two ids, '{_items[at].Id}' and another");
                at = ReadId();
            }
            else if (_reader.ValueTextEquals("error"u8))
            {
                if (Next() is not (JsonTokenType.String or JsonTokenType.Null))
                    throw new WireFormatException($"an error is {Value()}, expected a text");
                error = _reader.GetString();
            }
            else if (_reader.ValueTextEquals("scores"u8))
            {
                if (scores is not null) throw new WireFormatException("an item has scores twice");
                scores = ReadScores();
            }
            else Pass();
        }
        if (at < 0) throw new WireFormatException($"item {_read} of an answer has no id");
        var id = _items[at].Id;
        if (_results[at] is not null) throw new WireFormatException($"there are two results for item '{id}'");
        if (error is null)
            foreach (var metric in _metrics)
                if (scores is null || !scores.ContainsKey(metric.Name))
                    throw new WireFormatException($"item '{id}' has no score for the metric '{metric.Name}'");
        _results[at] = error is null ? new ScoredItem(id, scores!) : new FailedItem(id, error);
        _read++;
    }

    int ReadId()
    {
        if (Next() is not JsonTokenType.String) throw new WireFormatException($"the id of an item is {Value()}, expected a text");
        if (_read < _items.Count && _reader.ValueTextEquals(_items[_read].Id)) return _read;
        _byId ??= _items.Index().ToDictionary(item => item.Item.Id, item => item.Index);
        return _byId.TryGetValue(_reader.GetString()!, out var at)
            ? at
            : throw new WireFormatException($"there is a result for item {Value()}, which is none of this batch");
    }

    Dictionary<string, Score> ReadScores()
    {
        var scores = new Dictionary<string, Score>(_metrics.Count);
        if (Next() is not JsonTokenType.StartObject) throw new WireFormatException($"scores are {Value()}, expected an object");
        while (_reader.Read() && _reader.TokenType is JsonTokenType.PropertyName)
        {
            var metric = MetricHere();
            if (metric is null) Pass();
            else if (!scores.TryAdd(metric, ReadScore(metric)))
                throw new WireFormatException($"an item has two scores for the metric '{metric}'");
        }
        return scores;
    }

    readonly string? MetricHere()
    {
        foreach (var metric in _metrics)
            if (_reader.ValueTextEquals(metric.Name)) return metric.Name;
        return null;
    }

    Score ReadScore(string metric)
    {
        if (Next() is not JsonTokenType.StartObject) return new Score(ReadNumber(metric));
        double? value = null;
        var hasValue = false;
        string? extracted = null, reason = null;
        while (_reader.Read() && _reader.TokenType is JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("value"u8))
            {
                if (hasValue) throw new WireFormatException($"a score for the metric '{metric}' has two values");
                hasValue = true;
                Next();
                value = ReadNumber(metric);
            }
            else if (_reader.ValueTextEquals("extracted"u8)) extracted = ReadText("extracted");
            else if (_reader.ValueTextEquals("reason"u8)) reason = ReadText("reason");
            else Pass();
        }
        return hasValue
            ? new Score(value, extracted, reason)
            : throw new WireFormatException($"a score for the metric '{metric}' is an object without a value");
    }

    readonly double? ReadNumber(string metric) => _reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.Number when _reader.TryGetDouble(out var number) && double.IsFinite(number) => number,
        _ => throw new WireFormatException($"a score for the metric '{metric}' is {Value()}, expected a finite number or null"),
    };

    string? ReadText(string field) => Next() is JsonTokenType.String or JsonTokenType.Null
        ? _reader.GetString()
        : throw new WireFormatException($"{field} of a score is {Value()}, expected a text");

    JsonTokenType Next() => _reader.Read() ? _reader.TokenType : JsonTokenType.None;

    void Pass()
    {
        _reader.Read();
        _reader.Skip();
    }

    /// <summary>The value at which the reader is.</summary>
    readonly string Value() => _reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.String => $"'{WireFormatException.Beginning(_reader.ValueSpan)}'",
        _ => WireFormatException.Beginning(_reader.ValueSpan),
    };

    readonly WireFormatException Other(int batch) => new(
        $"it answered batch {batch} with '{WireFormatException.Beginning(_line)}', expected a message of the type scores");
}
