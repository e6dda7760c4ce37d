using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using ActorRlhf.Actors.Log.Chain;

namespace ActorRlhf.Actors.Tests.Transfer;

/// <summary>
/// An archive in the hands of somebody who knows the format: changes what he likes and makes sizes, hashes and seal fit again.
/// </summary>
sealed class Forgery
{
    internal sealed record Row(long Sequence, string Manifest, byte[] Message);

    internal const string ManifestName = "manifest.json";
    readonly string _folder = Temporary.NewDirectory();

    Forgery(string file)
    {
        using var zip = ZipFile.OpenRead(file);
        foreach (var entry in zip.Entries)
        {
            using var bytes = new MemoryStream();
            using (var content = entry.Open()) content.CopyTo(bytes);
            Entries.Add((entry.FullName, bytes.ToArray()));
        }
        Manifest = JsonNode.Parse(Content(ManifestName))!.AsObject();
    }

    internal static Forgery Of(string file) => new(file);

    /// <summary>Name and content, in order; the manifest's content is taken from <see cref="Manifest"/>.</summary>
    internal List<(string Name, byte[] Content)> Entries { get; } = [];

    internal JsonObject Manifest { get; }

    internal JsonArray Streams => Manifest["streams"]!.AsArray();

    internal JsonArray Artefacts => Manifest["artefacts"]!.AsArray();

    /// <summary>Something to do to each entry of the zip.</summary>
    internal Action<ZipArchiveEntry>? Touch { get; set; }

    /// <summary>How an entry is stored.</summary>
    internal Func<string, CompressionLevel> Compression { get; set; } = _ => CompressionLevel.NoCompression;

    internal byte[] Content(string name) => Entries.First(entry => entry.Name == name).Content;

    internal void Replace(string name, byte[] content) => Entries[Entries.FindIndex(entry => entry.Name == name)] = (name, content);

    internal void Remove(string name) => Entries.RemoveAll(entry => entry.Name == name);

    internal JsonObject Stream(string stream) => Streams.Single(one => (string)one!["stream"]! == stream)!.AsObject();

    internal List<Row> Rows(string stream)
    {
        var rows = new List<Row>();
        using var reader = new BinaryReader(new MemoryStream(Content($"streams/{stream}")));
        while (reader.BaseStream.Position < reader.BaseStream.Length)
            rows.Add(new Row(
                reader.ReadInt64(),
                Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadInt32())),
                reader.ReadBytes(reader.ReadInt32())));
        return rows;
    }

    /// <summary>Replaces the rows of a stream; size, hash, count and head in the manifest follow.</summary>
    internal void SetRows(string stream, List<Row> rows)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        foreach (var row in rows)
        {
            writer.Write(row.Sequence);
            foreach (var field in (byte[][])[Encoding.UTF8.GetBytes(row.Manifest), row.Message])
            {
                writer.Write(field.Length);
                writer.Write(field);
            }
        }
        Replace($"streams/{stream}", bytes.ToArray());
        State(stream);
        Stream(stream)["events"] = rows.Count;
        Stream(stream)["head"] = $"{rows.Count}:{StoredEvent.Parse(rows[^1].Manifest, rows[^1].Message).Hash}";
    }

    /// <summary>Links rows anew, from a sequence number on, as somebody would who changed one.</summary>
    internal static List<Row> Relink(
        string stream, IEnumerable<(string Manifest, byte[] Payload)> events, ContentHash origin, Func<byte[]> envelope)
    {
        var (rows, previous) = (new List<Row>(), origin);
        foreach (var (manifest, payload) in events)
        {
            var hash = EventChain.Hash(stream, rows.Count + 1, manifest, envelope(), payload, previous);
            rows.Add(new Row(rows.Count + 1, manifest, new StoredEvent(manifest, envelope(), payload, previous, hash).ToBytes()));
            previous = hash;
        }
        return rows;
    }

    /// <summary>The manifest's size and hash of a stream are those of the entry.</summary>
    internal void State(string stream)
    {
        var content = Content($"streams/{stream}");
        (Stream(stream)["bytes"], Stream(stream)["sha256"]) = (content.Length, ContentHash.Of(content).ToString());
    }

    internal string Write()
    {
        Replace(ManifestName, Encoding.UTF8.GetBytes(Manifest.ToJsonString()));
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.zip");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            zip.Comment = new string('0', 64);
            foreach (var (name, content) in Entries)
            {
                var entry = zip.CreateEntry(name, Compression(name));
                Touch?.Invoke(entry);
                using var to = entry.Open();
                to.Write(content);
            }
        }
        var bytes = File.ReadAllBytes(path);
        Seal(bytes);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    internal static void Seal(byte[] archive) =>
        Encoding.ASCII.GetBytes(ContentHash.Of(archive.AsSpan(0, archive.Length - 64)).ToString()).CopyTo(archive, archive.Length - 64);
}
