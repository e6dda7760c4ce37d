namespace ActorRlhf.Host.Exports;

/// <summary>A format of tables.</summary>
/// <param name="Extension">Of its files, and its name on the command line.</param>
/// <param name="Write">Writes a table and returns how many rows it has.</param>
sealed record ExportFormat(string Extension, Func<ExportTable, Stream, long> Write)
{
    /// <summary>The formats there are.</summary>
    public static IReadOnlyList<ExportFormat> All { get; } =
        [new("jsonl", JsonLinesTable.Write), new("parquet", ParquetTable.Write), new("csv", CsvTable.Write)];
}
