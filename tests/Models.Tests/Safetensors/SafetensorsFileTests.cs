using ActorRlhf.Models.Safetensors;
using ActorRlhf.Models.Tests.Files;

namespace ActorRlhf.Models.Tests.Safetensors;

public sealed class SafetensorsFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Refusal(string path)
    {
        var refusal = Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path));
        Assert.Equal(path, refusal.Path);
        Assert.StartsWith(path, refusal.Message);
        return refusal.Message;
    }

    [Fact]
    public void Open_LinkToAFile_IsFollowed()
    {
        File.CreateSymbolicLink(_folder.File("link"), _folder.Write("a", RawFile.OneTensor("F32", "[1]", "[0,4]", 4)));
        using var file = SafetensorsFile.Open(_folder.File("link"));
        Assert.Single(file.Tensors);
    }

    [Fact]
    public void Open_LinkToNothing_NamesWhatIsNotThere()
    {
        File.CreateSymbolicLink(_folder.File("link"), "../blobs/gone");
        Assert.Contains("this is a symbolic link that leads to no file: '../blobs/gone'", Refusal(_folder.File("link")));
    }

    [Fact]
    public void Open_NamedPipe_IsRefusedWithoutWaiting() =>
        Assert.Contains("this is a named pipe", Refusal(NamedPipe.Create(_folder.File("pipe"))));

    [Fact]
    public void Open_Folder_IsRefused() => Assert.Contains("this is a folder", Refusal(_folder.Path));

    [Fact]
    public void Open_Device_IsRefused() => Assert.Contains("this is a device", Refusal("/dev/zero"));

    [Fact]
    public void Open_NoFile_SaysSo() => Assert.Contains("there is no such file", Refusal(_folder.File("none")));

    [Fact]
    public void Open_EmptyFile_IsRefused() => Assert.Contains("this is an empty file", Refusal(_folder.Write("a", "")));

    [Fact]
    public void Open_FileOfSevenBytes_IsRefused() => Assert.Contains("the file has 7 bytes", Refusal(_folder.Write("a", "1234567")));

    [Fact]
    public void Open_Pickle_SaysThatItLooksLikeOne() =>
        Assert.Contains("this is a Python pickle",
            Refusal(_folder.Write("a", [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E])));

    [Fact]
    public void Open_Zip_SaysSo() => Assert.Contains("this is a zip archive",
        Refusal(_folder.Write("a", "PK\x03\x04 and the rest of torch.save's archive")));

    [Fact]
    public void Open_LfsPointer_SaysThatItLooksLikeOne() =>
        Assert.Contains("this is a Git LFS pointer, not the file itself; expected a safetensors file. Get the file itself; in a clone",
            Refusal(_folder.Write("a", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")));

    [Fact]
    public void Open_LyingHeaderOfAHugeFile_AllocatesNothingOfTensorSize()
    {
        using (var file = File.Create(_folder.File("a")))
        {
            file.Write(RawFile.OneTensor("F32", "[268435456]", "[0,1073741824]", 0));
            file.SetLength(1L << 30); // sparse; some bytes short of what the header says
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("the tensors need 1073741824 bytes", Refusal(_folder.File("a")));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void ReadWeights_FileShortenedWhileOpen_IsRefused()
    {
        var path = _folder.Write("a", RawFile.OneTensor("F32", "[4]", "[0,16]", 16));
        using var file = SafetensorsFile.Open(path);
        using (var other = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) other.SetLength(other.Length - 8);
        Assert.Contains("while it was read", Assert.Throws<SafetensorsException>(() => file.ReadWeights("a", new float[4])).Message);
    }

    [Theory]
    [InlineData("F32", new byte[] { 0, 0, 0x80, 0x3F, 0, 0, 0x20, 0xC0 })] // 1 and −2.5
    [InlineData("F16", new byte[] { 0, 0x3C, 0, 0xC1 })]                   // 0x3C00 and 0xC100
    [InlineData("BF16", new byte[] { 0x80, 0x3F, 0x20, 0xC0 })]            // 0x3F80 and 0xC020
    public void ReadWeights_FloatTypes_WidenExactly(string dtype, byte[] data)
    {
        using var file = RawFile.Open(
            RawFile.Of($$$"""{"a":{"dtype":"{{{dtype}}}","shape":[2],"data_offsets":[0,{{{data.Length}}}]}}""", data));
        var values = new float[2];
        file.ReadWeights("a", values);
        Assert.Equal([1f, -2.5f], values);
        Assert.Equal(values, file.ReadFloats("a"));
    }

    [Theory]
    [InlineData("F32", new byte[] { 0, 0, 0, 0, 0, 0, 0xC0, 0x7F }, "NaN")]
    [InlineData("F16", new byte[] { 0, 0, 0, 0x7C }, "Infinity")]
    [InlineData("BF16", new byte[] { 0, 0, 0x80, 0xFF }, "-Infinity")]
    public void ReadWeights_NotFinite_NamesTensorAndIndex(string dtype, byte[] data, string value)
    {
        using var file = RawFile.Open(
            RawFile.Of($$$"""{"a":{"dtype":"{{{dtype}}}","shape":[2],"data_offsets":[0,{{{data.Length}}}]}}""", data));
        var refusal = Assert.Throws<SafetensorsException>(() => file.ReadWeights("a", new float[2]));
        Assert.Contains($"tensor 'a' element 1 is {value}; expected finite weights", refusal.Message);
        Assert.Equal(value, file.ReadFloats("a")[1].ToString());
    }

    [Fact]
    public void ReadWeights_OtherDtype_NamesBoth()
    {
        using var file = RawFile.Open(RawFile.OneTensor("I64", "[1]", "[0,8]", 8));
        Assert.Contains("tensor 'a' has dtype I64; expected F32 or F16 or BF16",
            Assert.Throws<SafetensorsException>(() => file.ReadWeights("a", new float[1])).Message);
        Assert.Contains("tensor 'a' has dtype I64; expected F64", Assert.Throws<SafetensorsException>(() => file.ReadDoubles("a")).Message);
    }

    [Fact]
    public void ReadWeights_OtherNumberOfElements_NamesBoth()
    {
        using var file = RawFile.Open(RawFile.OneTensor("F32", "[2]", "[0,8]", 8));
        Assert.Contains("tensor 'a' has 2 elements; expected 3",
            Assert.Throws<SafetensorsException>(() => file.ReadWeights("a", new float[3])).Message);
    }

    [Fact]
    public void ReadInts_NoSuchTensor_NamesIt()
    {
        using var file = RawFile.Open(RawFile.OneTensor("I32", "[1]", "[0,4]", 4));
        Assert.Contains("there is no tensor 'b'", Assert.Throws<SafetensorsException>(() => file.ReadInts("b")).Message);
    }

    [Fact]
    public void ReadBools_ByteOfTwo_NamesTheElement()
    {
        using var file = RawFile.Open(RawFile.Of("""{"a":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}""", 0, 1, 2));
        Assert.Contains("tensor 'a' element 2 is the byte 2; expected 0 or 1",
            Assert.Throws<SafetensorsException>(() => file.ReadBools("a")).Message);
    }

    [Fact]
    public void Open_TensorsNotInTheOrderOfTheirData_AreFound()
    {
        const string header = """{"b":{"dtype":"U8","shape":[],"data_offsets":[1,2]},"a":"""
            + """{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"empty":{"dtype":"U8","shape":[0,7],"data_offsets":[1,1]}}""";
        using var file = RawFile.Open(RawFile.Of(header, 5, 6));
        Assert.Equal(["a", "empty", "b"], file.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([6], file.ReadBytes("b"));
        Assert.Empty(file.ReadBytes("empty"));
    }

    public void Dispose() => _folder.Dispose();
}
