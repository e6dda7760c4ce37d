using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Mismatch;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Host.Report.Content;

namespace ActorRlhf.Host.Tests.Report;

/// <summary>Contents of reports: those of a real run, and the same with texts that somebody wrote to do harm.</summary>
static class SomeReport
{
    /// <summary>Texts that must neither do anything nor hide anything.</summary>
    public static readonly string[] Hostile =
    [
        "</script><script>window.pwned = 1; alert(1)</script>", "<img src=x onerror=\"window.pwned = 1\">",
            "\"' onmouseover='window.pwned = 1",
        "--><!-- ]]> </style> </textarea> {{7*7}} ${7*7}", "right\u202Eto left\u2066", "nul\0bell\a", "half \uD800 and \uDC00",
            "\x1B[31mred\x1B]0;title\a",
        "zero\u200Bwidth\u00AD\uFEFF", "[link](javascript:alert(1)) | cell | `code` **bold**", "=1+1", "line\r\nbreak\rand\u2028separator",
    ];

    /// <summary>What a report shows of a run.</summary>
    public static RunContent Of(string folder, string run)
    {
        using var data = DataDirectory.OpenForReading(folder);
        var record = new RunReader(data.Store).Open(run);
        var stamp = new ReportStamp.OfRun(record.Id.Value, record.Head.ToString(), record.EvaluationHead.ToString());
        return RunContent.Of(data.Store, record.AsOf(record.Head, record.EvaluationHead)!, stamp, 1);
    }

    /// <summary>The same with hostile texts wherever a text comes from the log.</summary>
    public static RunContent WithHostileTexts(RunContent content)
    {
        var all = string.Join(" ", Hostile);
        var ledger = content.Ledger;
        return content with
        {
            Ledger = ledger with
            {
                Recipe = all,
                Verdict = ledger.Verdict with { Sentence = all },
                Missing = [.. Hostile.Select(text => new MissingFigure(text, text))],
                Attribution = ledger.Attribution! with
                {
                    Moved = [.. Hostile.Select((text, i) => new MismatchAttribution.MovedPrompt(i, text, text, text, text, 0, 1, 1, 0))],
                },
                PolicyToEvaluation = [.. ledger.PolicyToEvaluation.Select(curve
                    => curve with { Series = $"eval/{Hostile[0]}/{Hostile[1]}" })],
            },
            Completions = content.Completions with
            {
                Prompts = [.. Hostile.Select(text => new ShownCompletions.Prompt(
                    text, text, [.. content.Completions.Steps.Select(_ => new ShownCompletions.Answer(text, .5, null, 3, 1))]))],
            },
            Origin = content.Origin with { Recipe = all, Device = all, Build = all },
        };
    }

    /// <summary>A stamp for a content.</summary>
    public static ReportStamp Stamp(RunContent content, string make = "html")
        => new(ReportStamp.CurrentFormat, make, null, [content.Stamp]);
}
