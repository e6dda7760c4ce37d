using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorRlhf.Host.Exports;

/// <summary>JSON lines: UTF-8, an object a line with every column, null where there is no number.</summary>
static class JsonLinesTable
{
    static readonly JsonWriterOptions s_format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a table and returns how many rows it has.</summary>
    public static long Write(ExportTable table, Stream to)
    {
        var rows = 0L;
        using var json = new Utf8JsonWriter(to, s_format);
        foreach (var row in table.Rows)
        {
            json.WriteStartObject();
            for (var i = 0; i < row.Length; i++)
            {
                json.WritePropertyName(table.Columns[i].Name);
                switch (row[i])
                {
                    case int whole: json.WriteNumberValue(whole); break;
                    case double number: json.WriteNumberValue(number); break;
                    case string text: json.WriteStringValue(text); break;
                    default: json.WriteNullValue(); break;
                }
            }
            json.WriteEndObject();
            json.Flush();
            json.Reset();
            to.WriteByte((byte)'\n');
            rows++;
        }
        return rows;
    }
}
