using Parquet;
using Parquet.Schema;

namespace ActorRlhf.Host.Exports;

/// <summary>
/// Apache Parquet: int32, nullable float64 and UTF-8 columns, Snappy,
/// row groups of a fixed number of rows so that memory stays flat.
/// </summary>
static class ParquetTable
{
    const int RowsInAGroup = 16_384;

    /// <summary>Writes a table and returns how many rows it has.</summary>
    // The library has asynchronous calls only, and a file is written in one piece.
    public static long Write(ExportTable table, Stream to) => WriteAsync(table, to).GetAwaiter().GetResult();

    static async Task<long> WriteAsync(ExportTable table, Stream to)
    {
        var rows = 0L;
        DataField[] fields = [.. table.Columns.Select(Field)];
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Snappy };
        var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), to, options).ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            foreach (var group in table.Rows.Chunk(RowsInAGroup))
            {
                using var target = writer.CreateRowGroup();
                for (var i = 0; i < fields.Length; i++)
                    await WriteColumnAsync(target, fields[i], table.Columns[i].Kind, group, i).ConfigureAwait(false);
                rows += group.Length;
            }
        }
        return rows;
    }

    static DataField Field(ExportColumn column) => column.Kind switch
    {
        ExportKind.Integer => new DataField<int>(column.Name),
        ExportKind.Number => new DataField<double?>(column.Name),
        ExportKind.Text => new DataField(column.Name, typeof(string), isNullable: false),
        _ => throw new ArgumentOutOfRangeException(nameof(column), column.Kind, "a kind of column"),
    };

    static async Task WriteColumnAsync(ParquetRowGroupWriter target, DataField field, ExportKind kind, object?[][] rows, int column)
    {
        var task = kind switch
        {
            ExportKind.Integer => target.WriteAsync<int>(field, rows.Select(row => (int)row[column]!).ToArray()),
            ExportKind.Number => target.WriteAsync<double>(field, rows.Select(row => (double?)row[column]).ToArray()),
            _ => target.WriteAsync(field, rows.Select(row => (string)row[column]!).ToArray()),
        };
        await task.ConfigureAwait(false);
    }
}
