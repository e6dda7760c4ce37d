using System.Buffers.Binary;
using System.Text;

namespace ActorRlhf.Models.Tests.Safetensors;

/// <summary>Headers that lie. Every one is refused before memory for a tensor is allocated.</summary>
public class HeaderHazardTests
{
    [Fact]
    public void Open_LengthBeyondTheFile_NamesBothLengths()
    {
        var bytes = RawFile.OneTensor("F32", "[1]", "[0,4]", 4);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, 1000);
        Assert.Contains($"the header's length is 1000, but only {bytes.Length - 8} bytes follow", RawFile.Refusal(bytes));
    }

    [Theory]
    [InlineData(1UL << 63)]
    [InlineData(ulong.MaxValue)]
    [InlineData(0UL)]
    [InlineData((16UL << 20) + 1)]
    public void Open_LengthOutsideTheCap_IsRefused(ulong length)
    {
        var bytes = RawFile.OneTensor("F32", "[1]", "[0,4]", 4);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        Assert.Contains($"the header's length is {length}; expected 2 to 16777216 bytes", RawFile.Refusal(bytes));
    }

    [Fact]
    public void Open_HeaderOfSixteenMebibytes_IsRead()
    {
        var header = new byte[16 << 20];
        header.AsSpan().Fill((byte)' ');
        "{}"u8.CopyTo(header);
        Assert.Empty(RawFile.Open(RawFile.Of(header)).Tensors);
    }

    [Fact]
    public void Open_HeaderOverTheCap_IsRefused()
    {
        var header = new byte[(16 << 20) + 1];
        header.AsSpan().Fill((byte)' ');
        "{}"u8.CopyTo(header);
        Assert.Contains("the header's length is 16777217", RawFile.Refusal(RawFile.Of(header)));
    }

    [Fact]
    public void Open_BadUtf8_IsRefused() =>
        Assert.Contains("not valid UTF-8", RawFile.Refusal(RawFile.Of([.. "{\"__metadata__\":{\"a\":\""u8, 0xC3, 0x28, .. "\"}}"u8])));

    [Fact]
    public void Open_LoneSurrogateInAName_IsRefused() =>
        Assert.Contains("lone surrogate", RawFile.Refusal(RawFile.Of("""{"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""")));

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[2],"shape":[1],"data_offsets":[0,1]}}""")]
    [InlineData("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0061":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""")]
    public void Open_DuplicateKeys_AreRefused(string header) =>
        Assert.Contains("is there for the second time", RawFile.Refusal(RawFile.Of(header, 0)));

    [Fact]
    public void Open_OverlappingTensors_NamesTheSecond() => Assert.Contains(
        "tensor 'b' at byte 1 overlaps the tensor before it; expected byte 2",
        RawFile.Refusal(RawFile.Of(
            """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 0, 0, 0)));

    [Fact]
    public void Open_TwoTensorsInOnePlace_AreRefused() => Assert.Contains(
        "overlaps",
        RawFile.Refusal(RawFile.Of(
            """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 0, 0)));

    [Fact]
    public void Open_HoleBetweenTensors_NamesTheTensorBehindIt() => Assert.Contains(
        "tensor 'b' at byte 2 leaves a hole before it; expected byte 1",
        RawFile.Refusal(RawFile.Of(
            """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}""", 0, 0, 0)));

    [Fact]
    public void Open_HoleBeforeTheFirstTensor_IsRefused() =>
        Assert.Contains("leaves a hole", RawFile.Refusal(RawFile.OneTensor("U8", "[1]", "[1,2]", 2)));

    [Fact]
    public void Open_TrailingBytes_AreCounted() =>
        Assert.Contains("3 bytes follow the last tensor", RawFile.Refusal(RawFile.OneTensor("F32", "[1]", "[0,4]", 7)));

    [Fact]
    public void Open_DataCutOff_NamesBothLengths() =>
        Assert.Contains("the tensors need 4 bytes, but only 3 follow", RawFile.Refusal(RawFile.OneTensor("F32", "[1]", "[0,4]", 3)));

    [Theory]
    [InlineData("[-1]")]
    [InlineData("[-2,-2]")]
    [InlineData("[1.0]")]
    [InlineData("[1e0]")]
    [InlineData("[9223372036854775808]")]
    [InlineData("[\"1\"]")]
    [InlineData("1")]
    [InlineData("null")]
    public void Open_ShapeOfOtherThanNaturalNumbers_IsRefused(string shape) =>
        Assert.Contains("expected an array of integers from 0", RawFile.Refusal(RawFile.OneTensor("U8", shape, "[0,4]", 4)));

    [Theory]
    [InlineData("[4294967296,4294967296]")]
    [InlineData("[9223372036854775807,9223372036854775807]")]
    [InlineData("[4294967296,4294967297,0]")]
    public void Open_ShapeThatOverflows_IsRefused(string shape) =>
        Assert.Contains("fits 63 bits", RawFile.Refusal(RawFile.OneTensor("F32", shape, "[0,0]", 0)));

    [Fact]
    public void Open_ShapeWhoseBytesOverflow_IsRefused() => // 2⁶² elements of 4 bytes are 2⁶⁴, which is 0 when the product wraps
        Assert.Contains("room for 4611686018427387904 elements of 4 bytes",
            RawFile.Refusal(RawFile.OneTensor("F32", "[4611686018427387904]", "[0,0]", 0)));

    [Theory]
    [InlineData("[0,3]")]
    [InlineData("[0,8]")]
    [InlineData("[0,5]")]
    public void Open_OffsetsThatDoNotFitShapeAndDtype_AreRefused(string offsets) =>
        Assert.Contains("room for 1 element of 4 bytes", RawFile.Refusal(RawFile.OneTensor("F32", "[1]", offsets, 8)));

    [Theory]
    [InlineData("[4,0]")]
    [InlineData("[-4,0]")]
    [InlineData("[0]")]
    [InlineData("[0,4,4]")]
    [InlineData("[0,18446744073709551616]")]
    [InlineData("{}")]
    public void Open_OffsetsOfAnotherForm_AreRefused(string offsets) =>
        Assert.Contains("expected two integers from 0", RawFile.Refusal(RawFile.OneTensor("F32", "[1]", offsets, 4)));

    [Theory]
    [InlineData("f32")]
    [InlineData("")]
    [InlineData("0")]
    public void Open_UnknownDtype_IsNamedWithTheKnownOnes(string dtype) =>
        Assert.Contains($"'a.dtype' is \"{dtype}\"; expected one of F32, F16, BF16, F64, I32, I64, U8, BOOL",
            RawFile.Refusal(RawFile.OneTensor(dtype, "[1]", "[0,4]", 4)));

    [Theory]
    [InlineData("F8_E4M3")]
    [InlineData("F4")]
    [InlineData("I8")]
    [InlineData("U64")]
    public void Open_LegalDtypeThatIsNotRead_IsNotCalledDamaged(string dtype)
    {
        var message = RawFile.Refusal(RawFile.OneTensor(dtype, "[1]", "[0,4]", 4));
        Assert.Contains($"'a.dtype' is \"{dtype}\"; expected one of F32, F16, BF16", message);
        Assert.Contains("The format allows this dtype, but it is not read here", message);
        Assert.DoesNotContain("damaged", message);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[0]}}""")]
    [InlineData("""{"a":{"dtype":"U8","data_offsets":[0,0]}}""")]
    [InlineData("""{"a":{"shape":[0],"data_offsets":[0,0]}}""")]
    public void Open_KeyOfATensorMissing_IsNamed(string header) => Assert.Contains("is missing", RawFile.Refusal(RawFile.Of(header)));

    [Fact]
    public void Open_UnknownKeyOfATensor_IsRefused() =>
        Assert.Contains("'a.stride' is 1",
            RawFile.Refusal(RawFile.Of("""{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"stride":1}}""")));

    [Theory]
    [InlineData("""{"__metadata__":1}""")]
    [InlineData("""{"__metadata__":{"a":1}}""")]
    [InlineData("""{"__metadata__":{"a":null}}""")]
    public void Open_MetadataOfOtherThanTexts_IsRefused(string header) =>
        Assert.Contains("__metadata__", RawFile.Refusal(RawFile.Of(header)));

    [Fact]
    public void Open_DeepJson_IsRefused()
    {
        var deep = string.Concat(Enumerable.Repeat("[", 100_000));
        Assert.Contains("the header cannot be read: byte 8: more than 3 levels of brackets",
            RawFile.Refusal(RawFile.Of($$"""{"a":{{deep}}""")));
        Assert.Contains("the header cannot be read",
            RawFile.Refusal(RawFile.Of("""{"a":{"dtype":"U8","shape":[[0]],"data_offsets":[0,0]}}""")));
    }

    [Theory]
    [InlineData(" {}")]
    [InlineData("[]")]
    [InlineData("\ufeff{}")]
    public void Open_HeaderThatDoesNotStartWithABrace_IsRefused(string header) =>
        Assert.Contains("expected '{'", RawFile.Refusal(RawFile.Of(header)));

    [Theory]
    [InlineData("{} x")]
    [InlineData("{}{}")]
    [InlineData("{")]
    [InlineData("{/* */}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("{\"a\":1}")]
    public void Open_HeaderThatIsNotOneObject_IsRefused(string header) => Assert.NotEmpty(RawFile.Refusal(RawFile.Of(header)));

    [Fact]
    public void Open_ManyTensorsInOneHeader_StaysFast() // a header of 3 MB; quadratic code would need minutes
    {
        var header = new StringBuilder("{");
        for (var i = 0; i < 50_000; i++)
            header.Append($$"""{{(i > 0 ? "," : "")}}"t{{i}}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}""");
        Assert.Equal(50_000, RawFile.Open(RawFile.Of(header.Append('}').ToString())).Tensors.Count);
    }
}
