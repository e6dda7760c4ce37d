using System.Buffers.Binary;
using ActorRlhf.Evaluation.Randomness;
using ActorRlhf.Models.Randomness;
using ActorRlhf.Models.Safetensors;

namespace ActorRlhf.Models.Tests.Safetensors;

public class FuzzTests
{
    const int Mutations = 20_000;

    static readonly byte[] s_valid = SafetensorsWriter.Serialize(
    [
        NamedTensor.Of("model.embed_tokens.weight", [3, 2], new float[] { 1, 2, 3, 4, 5, 6 }),
        NamedTensor.Of("steps", [], new long[] { 7 }),
        NamedTensor.Of("lossMask", [3], new[] { true, false, true }),
        NamedTensor.Of("empty", [0, 4], Array.Empty<double>()),
        NamedTensor.Of("lengths", [2], new[] { -1, 1 }),
    ], new Dictionary<string, string> { ["format"] = "pt" });

    [Fact]
    public void Open_ThousandsOfMutations_AreReadInFullOrRefused()
    {
        int read = 0, refused = 0;
        for (var i = 0u; i < Mutations; i++)
        {
            var bytes = Mutate(s_valid, Purpose.Generate.Draws(24, i));
            try
            {
                ReadEverything(bytes);
                read++;
            }
            catch (SafetensorsException) { refused++; } // anything else fails the test
        }
        Assert.InRange(read, Mutations / 100, Mutations);
        Assert.InRange(refused, Mutations / 2, Mutations);
    }

    static void ReadEverything(byte[] bytes)
    {
        using var file = SafetensorsFile.FromBytes(bytes, "mutation");
        var covered = 0L;
        foreach (var tensor in file.Tensors)
        {
            Assert.Equal(covered, tensor.Begin);
            covered = tensor.End;
            switch (tensor.Type)
            {
                case TensorType.F64: file.ReadDoubles(tensor.Name); break;
                case TensorType.I32: file.ReadInts(tensor.Name); break;
                case TensorType.I64: file.ReadLongs(tensor.Name); break;
                case TensorType.U8: file.ReadBytes(tensor.Name); break;
                case TensorType.BOOL: file.ReadBools(tensor.Name); break;
                default: file.ReadFloats(tensor.Name); break;
            }
        }
        Assert.Equal(bytes.Length, 8 + (long)BinaryPrimitives.ReadUInt64LittleEndian(bytes) + covered);
    }

    static byte[] Mutate(byte[] valid, PhiloxStream random)
    {
        var bytes = valid.ToList();
        for (var changes = 1 + random.Integer(3); changes > 0 && bytes.Count > 0; changes--)
        {
            var at = random.Integer(bytes.Count);
            switch (random.Integer(7))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Integer(8)); break;
                case 1: bytes[at] = (byte)random.Integer(256); break;
                case 2: bytes.Insert(at, random.Pick("{}[]\",:0-9eE\\u"u8.ToArray())); break;
                case 3: bytes.RemoveAt(at); break;
                case 4: bytes.RemoveRange(at, bytes.Count - at); break;
                case 5: bytes.InsertRange(at, bytes.GetRange(at, random.Integer(bytes.Count - at))); break;
                case 6: bytes[random.Integer(Math.Min(8, bytes.Count))] = (byte)random.Integer(256); break;
            }
        }
        return [.. bytes];
    }
}
