using System.Text;
using System.Text.Json;

namespace ActorRlhf.Host.Report.Checking;

/// <summary>The path of what stands at a place in JSON.</summary>
static class JsonPlace
{
    /// <summary>The path, such as <c>/runs/0/ledger/alarm/evidence</c>.</summary>
    /// <param name="json">ASCII.</param>
    /// <param name="offset">The place, from 0.</param>
    public static string Of(string json, int offset)
    {
        var reader = new Utf8JsonReader(Encoding.ASCII.GetBytes(json));
        var path = new Stack<(string Name, int Index)>();   // of each object or array around: the name or place of what is being read in it
        while (reader.Read() && reader.TokenStartIndex <= offset)
        {
            if (reader.TokenType is JsonTokenType.PropertyName)
            {
                path.Pop();
                path.Push((reader.GetString()!, -1));
            }
            else if (reader.TokenType is JsonTokenType.EndArray or JsonTokenType.EndObject) path.Pop();
            else
            {
                if (path.TryPeek(out var around) && around.Index >= -1 && around.Name.Length == 0)
                {
                    path.Pop();
                    path.Push(("", around.Index + 1));
                }
                if (reader.TokenType is JsonTokenType.StartArray) path.Push(("", -1));
                else if (reader.TokenType is JsonTokenType.StartObject) path.Push(("{", -1));
            }
        }
        return string.Concat(path.Reverse().Select(one => one.Name switch
        {
            "" => FormattableString.Invariant($"/{Math.Max(0, one.Index)}"),
            "{" => "",
            _ => "/" + one.Name,
        }));
    }
}
