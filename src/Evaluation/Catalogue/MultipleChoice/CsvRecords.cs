using System.Text;

namespace ActorRlhf.Evaluation.Catalogue.MultipleChoice;

/// <summary>Reads CSV of RFC 4180: commas, and cells in quotes where they hold commas, quotes or line ends.</summary>
/// <remarks>Blank lines are no records.</remarks>
static class CsvRecords
{
    /// <summary>The records of a text with the line on which each begins, from 1.</summary>
    /// <exception cref="FormatException">A quote is never closed; thrown when its record is reached.</exception>
    public static IEnumerable<(int Line, IReadOnlyList<string> Cells)> Read(TextReader text)
    {
        var (cells, cell, line, begin) = (new List<string>(), new StringBuilder(), 1, 1);
        var (isQuoted, isOpen) = (false, false);       // the cell began with a quote; that quote is not closed yet
        var before = '\0';                             // the character before this one; none where it stood inside quotes
        for (var next = text.Read(); next >= 0; next = text.Read())
        {
            var one = (char)next;
            if (one == '\n') line++;
            if (isOpen)
            {
                if (one == '"') isOpen = false;
                else cell.Append(one);
                before = isOpen ? '\0' : one;
                continue;
            }
            if (one == '"' && isQuoted && before == '"')
            {
                cell.Append(one);                      // two of them inside are one
                isOpen = true;
            }
            else if (one == '"' && cell.Length == 0 && !isQuoted) (isQuoted, isOpen) = (true, true);
            else if (one == ',') EndCell();
            else if (one == '\n')
            {
                if (before == '\r') cell.Length--;
                if (End() is { } record) yield return (begin, record);
                begin = line;
            }
            else cell.Append(one);
            before = isOpen ? '\0' : one;
        }
        if (isOpen) throw new FormatException($"the quote that opens in the record of line {begin} is never closed.");
        if (End() is { } last) yield return (begin, last);

        void EndCell()
        {
            cells.Add(cell.ToString());
            cell.Clear();
            isQuoted = false;
        }

        IReadOnlyList<string>? End()
        {
            var isBlank = cells.Count == 0 && cell.Length == 0 && !isQuoted;
            if (isBlank) return null;
            EndCell();
            var record = cells;
            cells = [];
            return record;
        }
    }
}
