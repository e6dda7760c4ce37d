using System.Globalization;
using System.Text.Json;
using ActorRlhf.Host.Contracts;
using Parquet;

namespace ActorRlhf.Host.Tests.Cli;

[Collection(TrainedRunsCollection.Name)]
public sealed class TableExportTests(TrainedRuns runs) : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-tables-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Export_JsonLines_HasWhatMetricsAndCompletionsPrint()
    {
        var printed = await ExportAsync("jsonl");

        Assert.Equal([File("steps.jsonl"), File("completions.jsonl")], printed.Select(line => line.GetProperty("file").GetString()!));
        var steps = Lines("steps.jsonl");
        var metrics = (await App.RunAsync("metrics", TrainedRuns.Done, "--data", runs.Data, "--json")).Lines();
        Assert.Equal((metrics.Length, metrics.Length), (steps.Length, printed[0].GetProperty("rows").GetInt32()));
        foreach (var (step, metric) in steps.Zip(metrics))
        {
            Assert.Equal(steps[0].Names(), step.Names());
            Assert.Equal(metric.GetProperty("step").GetInt32(), step.GetProperty("step").GetInt32());
            foreach (var value in step.EnumerateObject().Skip(1))
                Assert.Equal(
                    metric.GetProperty("metrics").TryGetProperty(value.Name, out var there) ? there.GetRawText() : "null",
                    value.Value.GetRawText());
        }
        var rows = Lines("completions.jsonl");
        var completions = (await App.RunAsync("completions", TrainedRuns.Done, "--data", runs.Data, "--json")).Lines();
        Assert.Equal((completions.Length, completions.Length), (rows.Length, printed[1].GetProperty("rows").GetInt32()));
        foreach (var (row, completion) in rows.Zip(completions))
        {
            string[] names = ["step", "set", "promptId", "sample", "prompt", "completion", "reward", "kl", "length", "stopReason"];
            foreach (var name in names)
                Assert.Equal(completion.GetProperty(name).ToString(), row.GetProperty(name).ToString());
            foreach (var score in completion.GetProperty("scores").EnumerateObject())
                Assert.Equal(score.Value.GetRawText(), row.GetProperty($"score/{score.Name}").GetRawText());
        }
    }

    [Theory]
    [InlineData("steps")]
    [InlineData("completions")]
    public async Task Export_Parquet_ReadsBackAsTheJsonLines(string table)
    {
        await ExportAsync("jsonl");
        var lines = Lines($"{table}.jsonl");
        Directory.Delete(_folder, recursive: true);
        await ExportAsync("parquet");

        await using var file = System.IO.File.OpenRead(File($"{table}.parquet"));
        await using var reader = await ParquetReader.CreateAsync(file);
        Assert.Equal(lines[0].Names(), reader.Schema.DataFields.Select(field => field.Name));
        using var group = reader.OpenRowGroupReader(0);
        Assert.Equal((1, lines.Length), (reader.RowGroupCount, (int)group.RowCount));
        foreach (var field in reader.Schema.DataFields)
        {
            var json = lines.Select(line => line.GetProperty(field.Name)).ToArray();
            if (field.ClrType == typeof(int))
            {
                var values = new int[lines.Length];
                await group.ReadAsync<int>(field, values.AsMemory());
                Assert.Equal(json.Select(value => value.GetInt32()), values);
            }
            else if (field.ClrType == typeof(double))
            {
                Assert.True(field.IsNullable);
                var values = new double?[lines.Length];
                await group.ReadAsync<double>(field, values.AsMemory());
                Assert.Equal(json.Select(value => value.ValueKind is JsonValueKind.Null ? (double?)null : value.GetDouble()), values);
            }
            else
            {
                Assert.False(field.IsNullable);
                var values = new string?[lines.Length];
                await group.ReadAsync(field, values.AsMemory());
                Assert.Equal(json.Select(value => value.GetString()), values);
            }
        }
    }

    [Fact]
    public async Task Export_Csv_HasTheNumbersOfTheJsonLinesInAForeignCulture()
    {
        await ExportAsync("jsonl");
        var lines = Lines("steps.jsonl");
        Directory.Delete(_folder, recursive: true);
        var before = CultureInfo.CurrentCulture;
        var foreign = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (foreign.NumberFormat.NumberDecimalSeparator, foreign.NumberFormat.NegativeSign) = (",", "−");
        try
        {
            CultureInfo.CurrentCulture = foreign;
            await ExportAsync("csv");
        }
        finally { CultureInfo.CurrentCulture = before; }

        var rows = (await System.IO.File.ReadAllTextAsync(File("steps.csv"))).Split("\r\n");
        Assert.Equal(lines[0].Names(), rows[0].Split(','));
        Assert.Equal("", rows[^1]);
        Assert.Equal(lines.Length, rows.Length - 2);
        foreach (var (line, row) in lines.Zip(rows.Skip(1)))
        {
            var values = line.EnumerateObject().Select(value => value.Value);
            Assert.Equal(
                values.Select(value => value.ValueKind is JsonValueKind.Null ? (double?)null : value.GetDouble()),
                row.Split(',').Select(cell => cell is "" ? (double?)null : double.Parse(cell, CultureInfo.InvariantCulture)));
        }
    }

    [Fact]
    public async Task Export_Again_ReplacesTheFiles()
    {
        await ExportAsync("csv");
        var before = await System.IO.File.ReadAllBytesAsync(File("completions.csv"));
        await System.IO.File.WriteAllTextAsync(File("completions.csv"), "old");
        await ExportAsync("csv");
        Assert.Equal(before, await System.IO.File.ReadAllBytesAsync(File("completions.csv")));
        Assert.Equal(2, Directory.EnumerateFileSystemEntries(_folder).Count());
    }

    [Fact]
    public async Task Export_DirectoryWithSomethingElse_IsRefusedAndLeftAlone()
    {
        await System.IO.File.WriteAllTextAsync(File("thesis.txt"), "mine");
        var refused = await App.RunAsync("export", TrainedRuns.Done, "--format", "csv", "-o", _folder, "--data", runs.Data);
        Assert.Equal((ExitCode.Failed, ""), (refused.Code, refused.Out));
        Assert.Contains("thesis.txt", refused.Error, StringComparison.Ordinal);
        Assert.Equal(["thesis.txt"], Directory.EnumerateFileSystemEntries(_folder).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Export_UnknownFormat_IsAUsageError()
    {
        var result = await App.RunAsync("export", TrainedRuns.Done, "--format", "xlsx", "-o", _folder, "--data", runs.Data);
        Assert.Equal(ExitCode.Usage, result.Code);
    }

    string File(string name) => Path.Combine(_folder, name);

    JsonElement[] Lines(string name) => [.. System.IO.File.ReadAllLines(File(name)).Select(line => JsonDocument.Parse(line).RootElement)];

    async Task<JsonElement[]> ExportAsync(string format)
    {
        var result = await App.RunAsync("export", TrainedRuns.Done, "--format", format, "-o", _folder, "--data", runs.Data, "--json");
        Assert.Equal((0, ""), (result.Code, result.Error));
        return result.Lines();
    }
}
