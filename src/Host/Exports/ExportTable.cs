namespace ActorRlhf.Host.Exports;

/// <summary>What the cells of a column are.</summary>
enum ExportKind
{
    /// <summary>An <see cref="int"/>, never null.</summary>
    Integer,
    /// <summary>A <see cref="double"/>, or null where there is none or it is not finite.</summary>
    Number,
    /// <summary>A <see cref="string"/>, never null.</summary>
    Text,
}

/// <summary>A column.</summary>
/// <param name="Name">Its name, the same in every format.</param>
/// <param name="Kind">What its cells are.</param>
sealed record ExportColumn(string Name, ExportKind Kind);

/// <summary>A table for pandas, DuckDB and the like.</summary>
/// <param name="Name">File name without its extension.</param>
/// <param name="Rows">A cell for each column; made as they are asked for.</param>
sealed record ExportTable(string Name, IReadOnlyList<ExportColumn> Columns, IEnumerable<object?[]> Rows);
