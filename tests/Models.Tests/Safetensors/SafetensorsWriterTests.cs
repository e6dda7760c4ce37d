using System.Security.Cryptography;
using System.Text;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Tests.Files;

namespace ActorRlhf.Models.Tests.Safetensors;

public sealed class SafetensorsWriterTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void Serialize_SmallFile_HasExactlyTheseBytes() // bytes on disk are for ever
    {
        var bytes = SafetensorsWriter.Serialize(
            [NamedTensor.Of("b", [2], new float[] { 1, -2.5f }), NamedTensor.Of("a", [], new byte[] { 7 })],
            new Dictionary<string, string> { ["z"] = "1", ["format"] = "pt" });
        const string header = """{"__metadata__":{"format":"pt","z":"1"},"b":"""
            + """{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[],"data_offsets":[8,9]}}""";
        Assert.Equal(RawFile.Of(header.PadRight((header.Length + 7) / 8 * 8), 0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0, 7), bytes);
    }

    [Fact]
    public void Serialize_NoTensors_CanBeReadAgain() => Assert.Empty(RawFile.Open(SafetensorsWriter.Serialize([])).Tensors);

    [Fact]
    public void Serialize_RandomTensors_ComeBackAsTheyWere()
    {
        for (var round = 0u; round < 100; round++)
        {
            var random = Purpose.Generate.Draws(1, round);
            int[] shape = [.. Enumerable.Range(0, random.Integer(4)).Select(_ => random.Integer(5))];
            var count = shape.Aggregate(1, (product, size) => product * size);
            var floats = Draw(i => i % 7 == 6 ? float.NaN : (float)random.Normal());
            var doubles = Draw(_ => random.Normal());
            var ints = Draw(_ => random.Integer(int.MaxValue) - (1 << 30));
            var longs = Draw(_ => (long)random.Integer(int.MaxValue) * -random.Integer(int.MaxValue));
            var bytes = Draw(_ => (byte)random.Integer(256));
            var bools = Draw(_ => random.Chance(.5));

            NamedTensor[] tensors =
            [
                NamedTensor.Of("u8", shape, bytes), NamedTensor.Of("f32", shape, floats), NamedTensor.Of("f64", shape, doubles),
                NamedTensor.Of("i32", shape, ints), NamedTensor.Of("bool", shape, bools), NamedTensor.Of("i64 \"ü\"", shape, longs),
            ];
            var metadata = new Dictionary<string, string> { ["round"] = $"{round} ✓" };
            var serialized = SafetensorsWriter.Serialize(tensors, metadata);
            Assert.Equal(serialized, SafetensorsWriter.Serialize(tensors, metadata));
            using var file = RawFile.Open(serialized);
            Assert.Equal(shape.Select(size => (long)size), file.Tensors[0].Shape);
            Assert.Equal(metadata, file.Metadata);
            Assert.Equal(floats, file.ReadFloats("f32"));
            Assert.Equal(doubles, file.ReadDoubles("f64"));
            Assert.Equal(ints, file.ReadInts("i32"));
            Assert.Equal(longs, file.ReadLongs("i64 \"ü\""));
            Assert.Equal(bytes, file.ReadBytes("u8"));
            Assert.Equal(bools, file.ReadBools("bool"));

            T[] Draw<T>(Func<int, T> draw) => [.. Enumerable.Range(0, count).Select(draw)];
        }
    }

    [Fact]
    public void Write_TensorLargerThanAChunk_EqualsSerializeAndItsHash()
    {
        var values = Enumerable.Range(0, 600_000).Select(i => (float)i).ToArray();
        NamedTensor[] tensors = [NamedTensor.Of("a", [2, 300_000], values)];
        var path = _folder.File("a.safetensors");

        var hash = SafetensorsWriter.Write(path, tensors);

        var bytes = File.ReadAllBytes(path);
        Assert.Equal(SafetensorsWriter.Serialize(tensors), bytes);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), hash);
        Assert.Equal(hash, SafetensorsWriter.Sha256(tensors));
        Assert.Equal([path], Directory.EnumerateFiles(_folder.Path));
        using var file = SafetensorsFile.Open(path);
        Assert.Equal(values, file.ReadFloats("a"));
    }

    [Fact]
    public void Serialize_HeaderLength_IsAMultipleOfEight()
    {
        for (var length = 1; length <= 16; length++)
            Assert.Equal(0, SafetensorsWriter.Serialize([NamedTensor.Of(new string('a', length), [0], Array.Empty<float>())]).Length % 8);
    }

    [Fact]
    public void Serialize_NameTwice_IsRefused() =>
        Assert.Contains("'a'", Assert.Throws<ArgumentException>(() => SafetensorsWriter.Serialize(
            [NamedTensor.Of("a", [0], Array.Empty<int>()), NamedTensor.Of("a", [0], Array.Empty<long>())])).Message);

    [Fact]
    public void Serialize_ReservedName_IsRefused() =>
        Assert.Throws<ArgumentException>(() => SafetensorsWriter.Serialize([NamedTensor.Of("__metadata__", [0], Array.Empty<int>())]));

    [Fact]
    public void Serialize_LoneSurrogate_IsRefused() =>
        Assert.Contains("lone surrogate", Assert.Throws<ArgumentException>(() =>
            SafetensorsWriter.Serialize([], new Dictionary<string, string> { ["a"] = "\ud800" })).Message);

    [Fact]
    public void Serialize_HeaderOverTheCap_IsRefused()
    {
        var metadata = new Dictionary<string, string> { ["a"] = Encoding.ASCII.GetString([.. Enumerable.Repeat((byte)'x', 16 << 20)]) };
        Assert.Contains("at most 16777216", Assert.Throws<ArgumentException>(() => SafetensorsWriter.Serialize([], metadata)).Message);
    }

    [Fact]
    public void Of_ShapeOfAnotherSize_NamesBoth() =>
        Assert.Contains("tensor 'a' has 3 values, but the shape [2, 2]",
            Assert.Throws<ArgumentException>(() => NamedTensor.Of("a", [2, 2], new float[3])).Message);

    public void Dispose() => _folder.Dispose();
}
