using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace ActorRlhf.Benchmarks;

/// <summary>
/// How fast <c>evaluate --file --json</c> scores 100,000 completions, start of the program included, and how much more memory that takes
/// than a tenth of them: next to nothing where memory is flat.
/// </summary>
static class FileScoringSpeed
{
    const int Lines = 100_000, Part = 10_000, Samples = 4, RowsInAGroup = 10_000;

    static readonly string[] s_words =
        "first we count what is in every box and add it up before we say how many there are in all , please".Split(' ');

    /// <summary>Prints a row for each format and evaluator.</summary>
    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("actorrlhf-evaluate-").FullName;
        try
        {
            Console.WriteLine("| format | evaluator | lines/s | peak MB | of it beyond 10,000 lines |");
            Console.WriteLine("| --- | --- | --- | --- | --- |");
            foreach (var format in (string[])["jsonl", "csv", "parquet"])
            {
                var (whole, part) = (Path.Combine(folder, $"whole.{format}"), Path.Combine(folder, $"part.{format}"));
                await WriteAsync(whole, Lines).ConfigureAwait(false);
                await WriteAsync(part, Part).ConfigureAwait(false);
                foreach (var evaluator in (string[])["refusal", "verbosity", "gsm8k"])
                {
                    var (_, little) = await ScoreAsync(part, evaluator).ConfigureAwait(false);
                    var (seconds, peak) = await ScoreAsync(whole, evaluator).ConfigureAwait(false);
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"| {format} | {evaluator} | {Lines / seconds:0} | {peak:0} | {peak - little:0} |"));
                }
            }
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static async Task<(double Seconds, double PeakMegabytes)> ScoreAsync(string file, string evaluator)
    {
        var clock = Stopwatch.StartNew();
        var program = Path.Combine(AppContext.BaseDirectory, "actorrlhf.dll");
        string[] command = [program, "evaluate", "--file", file, "--evaluator", evaluator, "--json"];
        using var process = Process.Start(new ProcessStartInfo("dotnet", command) { RedirectStandardOutput = true })!;
        var drained = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        var peak = 0L;
        while (!process.WaitForExit(20))
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException) { } // it ended between the two looks
        await drained.ConfigureAwait(false);
        if (process.ExitCode != 0) throw new InvalidOperationException($"evaluate ended with exit code {process.ExitCode}");
        return (clock.Elapsed.TotalSeconds, peak / 1e6);
    }

    static async Task WriteAsync(string path, int lines)
    {
        var rows = Enumerable.Range(0, lines).Select(Row);
        switch (Path.GetExtension(path))
        {
            case ".jsonl":
                await File.WriteAllLinesAsync(path, rows.Select(row => JsonSerializer.Serialize(new
                {
                    prompt = row.Prompt,
                    completion = row.Completion,
                    reference = row.Reference,
                    family = row.Family,
                }))).ConfigureAwait(false);
                break;
            case ".csv":
                await File.WriteAllLinesAsync(path, rows.Select(row =>
                    $"\"{row.Prompt}\",\"{row.Completion}\",{row.Reference},{row.Family}").Prepend("prompt,completion,reference,family"))
                    .ConfigureAwait(false);
                break;
            default:
                await WriteParquetAsync(path, rows).ConfigureAwait(false);
                break;
        }
    }

    static async Task WriteParquetAsync(string path, IEnumerable<(string Prompt, string Completion, string Reference, string Family)> rows)
    {
        var schema = new ParquetSchema(
            new DataField<string>("prompt"), new DataField<string>("completion"), new DataField<string>("reference"),
            new DataField<string>("family"));
        using var file = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, file).ConfigureAwait(false);
        foreach (var some in rows.Chunk(RowsInAGroup))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(schema.DataFields[0], some.Select(row => row.Prompt).ToArray()).ConfigureAwait(false);
            await group.WriteAsync(schema.DataFields[1], some.Select(row => row.Completion).ToArray()).ConfigureAwait(false);
            await group.WriteAsync(schema.DataFields[2], some.Select(row => row.Reference).ToArray()).ConfigureAwait(false);
            await group.WriteAsync(schema.DataFields[3], some.Select(row => row.Family).ToArray()).ConfigureAwait(false);
        }
    }

    /// <summary>20 to 79 words that no two rows share in this order, and a number.</summary>
    static (string Prompt, string Completion, string Reference, string Family) Row(int i)
    {
        var text = new StringBuilder();
        for (var word = 0; word < 20 + i * 7919L % 60; word++)
            text.Append(s_words[(i * 31 + word * (17 + i % 5)) % s_words.Length]).Append(' ');
        text.Append(CultureInfo.InvariantCulture, $". #### {i % 97}");
        return (FormattableString.Invariant($"Question {i / Samples}: how many apples are there?"), text.ToString(),
            FormattableString.Invariant($"#### {i % 89}"), ((string[])["a", "b", "c"])[i % 3]);
    }
}
