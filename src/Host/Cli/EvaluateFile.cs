using System.CommandLine;
using System.CommandLine.Parsing;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Runs.Judging;
using ActorRlhf.Evaluation.Catalogue;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Scoring;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>evaluate --file</c>: the options that belong to a file of completions, and how it is scored.</summary>
sealed class EvaluateFile
{
    const EvaluatorNeeds Given = EvaluatorNeeds.Text | EvaluatorNeeds.Group | EvaluatorNeeds.LogProbs | EvaluatorNeeds.Pairs;
    const int FailuresShown = 10;
    static readonly Dictionary<string, string> s_noSlices = [];

    readonly Option<string?> _file = new("--file")
    {
        Description = "A file of completions instead of a run: JSON lines, CSV or Parquet, the first two also with .gz.",
        HelpName = "FILE",
    };
    readonly Option<string[]> _fields = Pairs(
        "--field", "field=column", "Which column a field is, where it has another name; may be repeated.");
    readonly Option<string[]> _settings = Pairs(
        "--setting", "name=value", "A setting of an evaluator of the catalogue; may be repeated.");
    readonly Option<int?> _lengthBins = Options.OptionalNumber(
        "--length-bins", "WORDS", "Also by length of the completions, in bins of so many words: any metric at equal length.", 1, 1_000_000);

    /// <summary>Gives the command these options.</summary>
    public void AddTo(Command command)
    {
        command.Add(_file);
        command.Add(_fields);
        command.Add(_settings);
        command.Add(_lengthBins);
    }

    /// <summary>Lets either a run or a file be given, each with its own options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="run">The run.</param>
    /// <param name="ofRuns">Names of the options that belong to a run.</param>
    public void Validate(Command command, Argument<string?> run, params string[] ofRuns) => command.Validators.Add(result =>
    {
        var (isRun, isFile) = (result.GetResult(run) is { Tokens.Count: > 0 }, result.GetResult(_file) is { Implicit: false });
        if (isRun == isFile) result.AddError(isRun ? "give RUN or --file, not both" : "give RUN, whose log is judged, or --file FILE");
        foreach (var name in isFile ? ofRuns : [_fields.Name, _settings.Name, _lengthBins.Name])
            if (result.Children.OfType<OptionResult>().Any(one => one.Option.Name == name && !one.Implicit))
                result.AddError($"{name} belongs to {(isFile ? "RUN" : "--file")}");
    });

    /// <summary>Whether a file was given.</summary>
    public bool IsAsked(ParseResult parse) => parse.GetValue(_file) is not null;

    /// <summary>Scores the file.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="evaluator">Who judges.</param>
    /// <param name="data">The directory whose registry has it; null for the catalogue alone.</param>
    /// <param name="json">Whether lines are printed, or a table.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(ParseResult parse, string evaluator, string? data, bool json, CancellationToken ct)
    {
        using var directory = data is null ? null : DataDirectory.OpenForReading(data);
        await using var brought = directory is null ? null : RunHost.EvaluatorsOf(directory);
        var settings = Read(_settings, parse);
        var found = brought?.Registry.Find(evaluator)?.Evaluator.Description;
        if (found is not null && settings.Count > 0)
            throw new EvaluatorSettingException($"--setting: '{evaluator}' was brought and has its settings already, expected none");
        var judge = found is null
            ? new BuiltInJudge((BuiltInEvaluators.Find(evaluator) ?? throw new EvaluatorUnknownException(evaluator)).With(settings))
            : brought!.Find(found)!;
        var (id, _, _, needs, metrics) = judge.Description;
        if ((needs & ~Given) is not 0 and var lacking) throw new EvaluatorNeedsException(id, lacking);

        var fields = new ItemFields(Read(_fields, parse), needs);
        using var file = CompletionFile.Open(parse.GetRequiredValue(_file)!, fields.LogProbsColumn);
        var items = new FileItems(file, fields, parse.GetValue(_lengthBins)).Read();
        var batches = needs.HasFlag(EvaluatorNeeds.Group) ? FileBatches.OfGroups(items) : FileBatches.Of(items);
        var (totals, failures) = (new FileTotals(metrics), new List<string>());
        var atOnce = judge is BuiltInJudge ? Math.Max(2, Environment.ProcessorCount) : 1;
        await new FileScoring(judge, atOnce, json).RunAsync(batches, batch => Take(batch, totals, failures), ct).ConfigureAwait(false);

        if (totals.Items == 0) throw new CompletionFileException(file.Path, "it has no completions, so there is nothing to score");
        TotalsOutput.Write(totals, json);
        if (totals.Failed == 0) return ExitCode.Done;
        if (!json) foreach (var failure in failures) Talk.Say(failure);
        return Talk.Refuse(ExitCode.Failed, FormattableString.Invariant($"{totals.Failed} of {totals.Items} items could not be scored"));
    }

    static void Take(ScoredBatch batch, FileTotals totals, List<string> failures)
    {
        if (batch.Lines is not null) Console.Out.Write(batch.Lines);
        for (var i = 0; i < batch.Items.Count; i++)
        {
            totals.Add(batch.Items[i].Item?.Slices ?? s_noSlices, batch.Results[i]);
            if (batch.Results[i] is FailedItem failed && failures.Count < FailuresShown)
                failures.Add(FormattableString.Invariant($"item {batch.Items[i].Index}: {failed.Error}"));
        }
    }

    static Option<string[]> Pairs(string name, string placeholder, string description)
    {
        var option = new Option<string[]>(name) { Description = description, HelpName = placeholder, DefaultValueFactory = _ => [] };
        option.Validators.Add(result =>
        {
            var seen = new HashSet<string>();
            foreach (var token in result.Tokens)
                if (token.Value.IndexOf('=') is not (> 0 and var at) || !seen.Add(token.Value[..at]))
                    result.AddError($"{name}: '{token.Value}' is not {placeholder}, each {placeholder.Split('=')[0]} once");
        });
        return option;
    }

    static Dictionary<string, string> Read(Option<string[]> pairs, ParseResult parse) =>
        parse.GetValue(pairs)!.ToDictionary(pair => pair[..pair.IndexOf('=')], pair => pair[(pair.IndexOf('=') + 1)..]);
}
