using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace ActorRlhf.Host.Scoring;

/// <summary>
/// Reads Parquet, a row group at a time: what its writer put into one group is in memory together, and the next one is read meanwhile.
/// </summary>
/// <remarks>Texts, numbers and booleans are columns; what has lists, dates or columns inside is left out.</remarks>
sealed class ParquetRows
{
    readonly ParquetReader _reader;
    readonly DataField[] _fields;

    /// <param name="stream">The file.</param>
    // The library has asynchronous calls only, and a file is read in one piece.
    public ParquetRows(Stream stream)
    {
        _reader = ParquetReader.CreateAsync(stream, new ParquetOptions { TreatByteArrayAsString = true }).GetAwaiter().GetResult();
        _fields = [.. _reader.Schema.Fields.OfType<DataField>().Where(field => !field.IsArray && Reader(field) is not null)];
        Columns = [.. _fields.Select(field => field.Name)];
    }

    /// <summary>Names of the columns.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>The rows, numbered from 1.</summary>
    public IEnumerable<FileRow> Read()
    {
        var number = 0L;
        var next = _reader.RowGroupCount == 0 ? null : Task.Run(() => ReadAsync(0));
        for (var g = 0; next is not null; g++)
        {
            var (rows, columns) = next.GetAwaiter().GetResult();
            var following = g + 1;
            next = following == _reader.RowGroupCount ? null : Task.Run(() => ReadAsync(following));
            for (var row = 0; row < rows; row++)
                yield return new FileRow(++number, Array.ConvertAll(columns, column => column[row]));
        }
    }

    async Task<(long Rows, FileCell[][] Columns)> ReadAsync(int number)
    {
        using var group = _reader.OpenRowGroupReader(number);
        var columns = new FileCell[_fields.Length][];
        for (var i = 0; i < columns.Length; i++) columns[i] = await Reader(_fields[i])!(group, _fields[i]).ConfigureAwait(false);
        return (group.RowCount, columns);
    }

    static Func<ParquetRowGroupReader, DataField, Task<FileCell[]>>? Reader(DataField field) =>
        field.ClrType == typeof(ReadOnlyMemory<char>) ? TextsAsync            // how the library calls a text
        : field.ClrType == typeof(bool) ? (group, one) => PlainAsync<bool>(group, one, value => value ? "true" : "false")
        : field.ClrType == typeof(int) ? NumbersAsync<int>
        : field.ClrType == typeof(long) ? NumbersAsync<long>
        : field.ClrType == typeof(double) ? NumbersAsync<double>
        : field.ClrType == typeof(float) ? NumbersAsync<float>
        : field.ClrType == typeof(decimal) ? NumbersAsync<decimal>
        : field.ClrType == typeof(byte) ? NumbersAsync<byte>
        : field.ClrType == typeof(sbyte) ? NumbersAsync<sbyte>
        : field.ClrType == typeof(short) ? NumbersAsync<short>
        : field.ClrType == typeof(ushort) ? NumbersAsync<ushort>
        : field.ClrType == typeof(uint) ? NumbersAsync<uint>
        : field.ClrType == typeof(ulong) ? NumbersAsync<ulong>
        : null;

    static async Task<FileCell[]> TextsAsync(ParquetRowGroupReader group, DataField field)
    {
        var texts = new string?[group.RowCount];
        await group.ReadAsync(field, texts.AsMemory()).ConfigureAwait(false);
        return Array.ConvertAll(texts, text => text is null
            ? new FileCell(field.Name, CellKind.None)
            : new FileCell(field.Name, CellKind.Text, text));
    }

    static Task<FileCell[]> NumbersAsync<T>(ParquetRowGroupReader group, DataField field) where T : struct, IFormattable =>
        PlainAsync<T>(group, field, value => value.ToString(null, CultureInfo.InvariantCulture));

    static async Task<FileCell[]> PlainAsync<T>(ParquetRowGroupReader group, DataField field, Func<T, string> spell) where T : struct
    {
        if (!field.IsNullable)
        {
            var whole = new T[group.RowCount];
            await group.ReadAsync<T>(field, whole.AsMemory()).ConfigureAwait(false);
            return Array.ConvertAll(whole, value => new FileCell(field.Name, CellKind.Plain, spell(value)));
        }
        var values = new T?[group.RowCount];
        await group.ReadAsync<T>(field, values.AsMemory()).ConfigureAwait(false);
        return Array.ConvertAll(values, value => value is { } given
            ? new FileCell(field.Name, CellKind.Plain, spell(given))
            : new FileCell(field.Name, CellKind.None));
    }
}
