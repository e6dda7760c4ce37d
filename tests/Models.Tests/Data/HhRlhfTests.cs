using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ActorRlhf.Models.Data;
using ActorRlhf.Models.Tests.Files;

namespace ActorRlhf.Models.Tests.Data;

public sealed class HhRlhfTests : IDisposable
{
    const string Good = """{"chosen":"\n\nHuman: Hi\n\nAssistant: Hello.","rejected":"\n\nHuman: Hi\n\nAssistant: No."}""";
    readonly TemporaryFolder _folder = new();

    PreferenceDataset Read(params string[] lines) => HhRlhf.Read(_folder.Write("data.jsonl", string.Join('\n', lines)));

    static string Line(string chosen, string rejected) => JsonSerializer.Serialize(new { chosen, rejected });

    static byte[] Zip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest)) gzip.Write(bytes);
        return zipped.ToArray();
    }

    [Fact]
    public void Read_GoodLine_IsSplitAtTheLastTurn()
    {
        var dialogue = Assert.Single(Read(Line(
            "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: d",
            "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:  e\n")).Dialogues);
        Assert.Equal("\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:", dialogue.Prompt);
        Assert.Equal(("d", " e\n"), (dialogue.Chosen, dialogue.Rejected));
    }

    [Fact]
    public void Read_EmptyAnswer_IsAnAnswer() =>
        Assert.Equal("", Assert.Single(Read(Line("\n\nHuman: a\n\nAssistant: ", "\n\nHuman: a\n\nAssistant: b")).Dialogues).Chosen);

    [Fact]
    public void Read_SamePairInAnotherFile_HasTheSameId()
    {
        Assert.Equal("9bff9fc7b820b899", Assert.Single(Read(Good).Dialogues).Id); // ids are in artefacts: an API
        Assert.Equal("9bff9fc7b820b899", Read(Line("\n\nHuman: x\n\nAssistant: y", "\n\nHuman: x\n\nAssistant: z"), Good).Dialogues[1].Id);
    }

    [Theory]
    [InlineData("{", "byte 2: the JSON breaks off; expected a JSON object")]
    [InlineData("[]", "this is a JSON array; expected a JSON object")]
    [InlineData("""{"chosen" 1}""", "byte 11: '1}' cannot stand there in JSON")]
    [InlineData("chosen", "byte 1: 'chosen' cannot stand there in JSON")]
    [InlineData("3", "there is no '{' at the beginning")]
    [InlineData("""{"chosen":"a","chosen":"b"}""", "byte 15: the key 'chosen' is there for the second time")]
    [InlineData("""{"rejected":"\n\nAssistant: a"}""", "'chosen' is missing")]
    [InlineData("""{"chosen":"\n\nAssistant: a"}""", "'rejected' is missing")]
    [InlineData("""{"chosen":1,"rejected":"\n\nAssistant: a"}""", "'chosen' is 1; expected a text")]
    [InlineData("""{"chosen":"\n\nAssistant: a","rejected":null}""", "'rejected' is null; expected a text")]
    [InlineData("""{"chosen":"\n\nAssistant: \ud800","rejected":"\n\nAssistant: a"}""", "lone surrogate")]
    [InlineData("""{"chosen":"\n\nHuman: a","rejected":"\n\nHuman: a\n\nAssistant: b"}""",
        "'chosen' does not end with a turn of the assistant")]
    [InlineData("""{"chosen":"\n\nHuman: a\n\nAssistant: b","rejected":"\n\nHuman: a\n\nAssistant: c\n\nHuman: d"}""",
        "'rejected' does not end with a turn of the assistant")]
    [InlineData("""{"chosen":"\n\nHuman: a\n\nAssistant: b","rejected":"\n\nHuman: A\n\nAssistant: c"}""",
        "the prompts of 'chosen' and 'rejected' differ")]
    [InlineData("""{"chosen":"\n\nHuman: a\n\nAssistant: b","rejected":"\n\nHuman: a\n\nAssistant: b\n\nAssistant: c"}""",
        "the prompts of 'chosen' and 'rejected' differ")]
    [InlineData("""{"chosen":"\n\nHuman: a\n\nAssistant: b","rejected":"\n\nHuman: a\n\nAssistant: b"}""", "the two answers are identical")]
    [InlineData(Good, "the same pair is on line 1")]
    public void Read_BadLine_IsReportedWithItsNumber(string line, string reason)
    {
        var dataset = Read(Good, line, Line("\n\nHuman: x\n\nAssistant: y", "\n\nHuman: x\n\nAssistant: z"));
        var problem = Assert.Single(dataset.Problems);
        Assert.Equal((_folder.File("data.jsonl"), 2), (problem.File, problem.Line));
        Assert.Contains(reason, problem.Reason);
        Assert.Equal(2, dataset.Dialogues.Count);
    }

    [Fact]
    public void Read_DeepJson_IsReported() => Assert.Contains("more than 8 levels of brackets",
        Assert.Single(Read(Good, "{\"chosen\":" + new string('[', 500_000)).Problems).Reason);

    [Fact]
    public void Read_BadUtf8_IsReported()
    {
        var path = _folder.Write("data.jsonl", [.. Encoding.UTF8.GetBytes(Good), 10, .. "{\"chosen\":\""u8, 0xFF, .. "\"}\n"u8]);
        Assert.Contains("not valid UTF-8", Assert.Single(HhRlhf.Read(path).Problems).Reason);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("")]
    public void Read_EndOfTheLastLine_DoesNotMatter(string end)
    {
        var dataset = HhRlhf.Read(_folder.Write("data.jsonl", "\ufeff" + Good + end));
        Assert.Single(dataset.Dialogues);
        Assert.Empty(dataset.Problems);
    }

    [Fact]
    public void Read_LineOfOneGigabyte_IsReportedAndNeverHeld()
    {
        using (var file = File.Create(_folder.File("data.jsonl")))
        {
            file.SetLength(1L << 30); // sparse: zeros without a line feed
            file.Position = file.Length;
            file.Write(Encoding.UTF8.GetBytes("\n" + Good));
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        var dataset = HhRlhf.Read(_folder.File("data.jsonl"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
        Assert.Equal("the line is longer than 1048576 bytes", Assert.Single(dataset.Problems).Reason);
        Assert.Single(dataset.Dialogues);
    }

    [Fact]
    public void Read_LineAtTheCap_IsRead()
    {
        var padding = new string(' ', (1 << 20) - Good.Length);
        Assert.Single(Read(Good + padding).Dialogues);
        Assert.Equal(2, Assert.Single(Read(Good, Good + padding + " ").Problems).Line);
    }

    [Fact]
    public void Read_Compressed_IsTheSameDataset()
    {
        var text = Encoding.UTF8.GetBytes(Good + "\n");
        var (plain, zipped) = (HhRlhf.Read(_folder.Write("data.jsonl", text)), HhRlhf.Read(_folder.Write("data.jsonl.gz", Zip(text))));
        Assert.Equal(plain.Dialogues, zipped.Dialogues);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(text)), plain.Sha256);
        Assert.Equal(plain.Sha256, zipped.Sha256);
    }

    [Fact]
    public void Read_CompressedDataCutOff_IsRefused() // .NET takes it for a short file
    {
        var lines = Enumerable.Range(0, 1000).Select(i => Line($"\n\nHuman: {i}\n\nAssistant: y", $"\n\nHuman: {i}\n\nAssistant: z"));
        var zipped = Zip(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        foreach (var length in (int[])[zipped.Length - 1, zipped.Length - 4, zipped.Length - 8, zipped.Length / 2])
            Assert.Contains("cut off",
                Assert.Throws<DatasetException>(() => HhRlhf.Read(_folder.Write("data.jsonl.gz", zipped[..length]))).Message);
    }

    [Fact]
    public void Read_CompressedDataDamaged_IsRefused()
    {
        var zipped = Zip(Encoding.UTF8.GetBytes(Good));
        zipped[^6] ^= 1; // in the checksum
        Assert.Contains("damaged", Assert.Throws<DatasetException>(() => HhRlhf.Read(_folder.Write("data.jsonl.gz", zipped))).Message);
    }

    [Theory]
    [InlineData("download-cache-entry")] // content decides, whatever the name says
    [InlineData("data.jsonl")]
    [InlineData("data.jsonl.gz")]
    public void Read_Name_DoesNotSayWhetherItIsCompressed(string name)
    {
        Assert.Single(HhRlhf.Read(_folder.Write(name, Zip(Encoding.UTF8.GetBytes(Good)))).Dialogues);
        Assert.Single(HhRlhf.Read(_folder.Write(name, Good)).Dialogues);
    }

    [Fact]
    public void Read_SeveralMembers_AreOneText() // RFC 1952 §2.2; empty ones end the files of bgzip
    {
        string[] lines = [
            .. Enumerable.Range(0, 3000).Select(i => Line($"\n\nHuman: {i}\n\nAssistant: {i * i}", $"\n\nHuman: {i}\n\nAssistant: no"))];
        var text = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        foreach (var size in (int[])[1, 100, 8192, 8193, 100_000, text.Length])
        {
            byte[][] parts = [.. text.Take(size == 1 ? 2000 : text.Length).Chunk(size)];
            var plain = HhRlhf.Read(_folder.Write("plain", parts.SelectMany(part => part).ToArray()));
            var members = parts.SelectMany(part => Zip(part).Concat(EmptyMember)).ToArray();
            Assert.Equal(plain.Sha256, HhRlhf.Read(_folder.Write("members.gz", members)).Sha256);
            Assert.Equal(plain.Sha256, HhRlhf.Read(_folder.Write("padded.gz", [.. members, .. new byte[777]])).Sha256);
        }
    }

    [Fact]
    public void Read_HeaderWithEveryField_IsPassedOver()
    {
        var zipped = Zip(Encoding.UTF8.GetBytes(Good));
        byte[] header = [0x1F, 0x8B, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 255, 3, 0, 9, 9, 9, .. "name\0"u8, .. "comment\0"u8, 7, 7];
        Assert.Single(HhRlhf.Read(_folder.Write("data.gz", [.. header, .. zipped.AsSpan(10)])).Dialogues);
    }

    [Fact]
    public void Read_MembersAndAnEmptyOneCutOffAnywhere_AreRefusedOrEndBetweenMembers()
    {
        var one = Zip(Encoding.UTF8.GetBytes(Good + "\n"));
        byte[] all = [.. one, .. EmptyMember, .. one];
        // The last byte of an empty member is one of ten zeros: nobody can tell that it is not there, and nothing is lost with it.
        int[] whole = [one.Length, one.Length + EmptyMember.Length - 1, one.Length + EmptyMember.Length, all.Length];
        for (var length = one.Length; length <= all.Length; length++)
        {
            var read = Record.Exception(() => HhRlhf.Read(_folder.Write("cut.gz", all[..length])));
            Assert.Equal(whole.Contains(length), read is null);
        }
    }

    [Fact]
    public void Read_SecondMemberCutOffOrDamaged_IsRefused()
    {
        var one = Zip(Encoding.UTF8.GetBytes(Good + "\n"));
        var two = Zip(Encoding.UTF8.GetBytes(Line("\n\nHuman: x\n\nAssistant: y", "\n\nHuman: x\n\nAssistant: z")));
        for (var length = 2; length < two.Length; length++)
            Assert.Contains($"cut off or damaged in the member that begins at byte {one.Length}",
                Refusal([.. one, .. two.AsSpan(0, length)]));
        two[^8] ^= 1;
        Assert.Contains($"cut off or damaged in the member that begins at byte {one.Length}", Refusal([.. one, .. two]));
        Assert.Contains($"followed by something else, from byte {one.Length}", Refusal([.. one, .. "{}"u8]));
        Assert.Contains("is of a kind that is not in use", Refusal([0x1F, 0x8B, 7, .. one.AsSpan(3)]));
    }

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "a Git LFS pointer")]
    [InlineData("PAR1....", "a Parquet file")]
    [InlineData("PK\u0003\u0004", "a zip archive")]
    [InlineData("BZh91AY", "a bzip2 file")]
    [InlineData("<!doctype html>", "a web page")]
    [InlineData("", "an empty file")]
    public void Read_OtherFormat_IsNamed(string text, string name)
    {
        Assert.Contains($"this is {name}", Refusal(Encoding.UTF8.GetBytes(text)));
        Assert.Contains($"this is {name}", Refusal(Zip(Encoding.UTF8.GetBytes(text))));
    }

    [Fact]
    public void Read_BinaryFormatOrOtherEncoding_IsNamed()
    {
        Assert.Contains("a zstd file", Refusal([0x28, 0xB5, 0x2F, 0xFD, 0]));
        Assert.Contains("an xz file", Refusal([0xFD, .. "7zXZ\0"u8, 0]));
        Assert.Contains("a gzip file", Refusal(Zip(Zip(Encoding.UTF8.GetBytes(Good)))));
        foreach (var encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode])
        {
            Assert.Contains("a text in UTF-16", Refusal(encoding.GetBytes(Good)));
            Assert.Contains("a text in UTF-16", Refusal([.. encoding.Preamble, .. encoding.GetBytes(Good)]));
        }
        Assert.Contains("a text in UTF-32", Refusal([.. Encoding.UTF32.Preamble, .. Encoding.UTF32.GetBytes(Good)]));
        Assert.Contains("a text in UTF-32", Refusal(Encoding.UTF32.GetBytes(Good)));
    }

    [Fact]
    public void Read_BlankLines_DoNotCount()
    {
        var dataset = Read("", Good, " \t\r", "\r", "{}", "");
        Assert.Single(dataset.Dialogues);
        Assert.Equal(5, Assert.Single(dataset.Problems).Line); // the number that an editor shows
        Assert.Contains("no lines but blank ones", Assert.Throws<DatasetException>(() => Read("", " ", "")).Message);
    }

    [Fact]
    public void Read_ByteOrderMarkWhereFilesWereJoined_IsNoPartOfTheLine() =>
        Assert.Empty(HhRlhf.Read(_folder.Write("data.jsonl",
            $"\ufeff{Good}\n\ufeff{Line("\n\nHuman: x\n\nAssistant: y", "\n\nHuman: x\n\nAssistant: z")}")).Problems);

    [Theory]
    [InlineData("[{0},{1}]")]
    [InlineData("\ufeff[{0},\n{1}]\n")]
    [InlineData("[\r\n  {0},\r\n  {1}\r\n]")]
    public void Read_OneJsonArray_SaysHowToMakeLinesOfIt(string format)
    {
        var text = string.Format(CultureInfo.InvariantCulture, format, Good,
            Line("\n\nHuman: x\n\nAssistant: y", "\n\nHuman: x\n\nAssistant: z"));
        string[] refusals = [Refusal(Encoding.UTF8.GetBytes(text)), Refusal(Zip(Encoding.UTF8.GetBytes(text)))];
        Assert.All(refusals, refusal => Assert.EndsWith(
            "this is one JSON array; expected JSON lines, one object a line. Convert it: jq -c '.[]' array.json > pairs.jsonl", refusal));
    }

    [Fact]
    public void Read_ObjectsOverSeveralLines_SaysHowToMakeLinesOfThem() => Assert.EndsWith("jq -c . objects.json > pairs.jsonl",
        Refusal(Encoding.UTF8.GetBytes(Good.Replace("{", "{\n", StringComparison.Ordinal))));

    [Fact]
    public void Read_ArrayAmongGoodLines_IsOneBadLine() => Assert.Single(Read("[", Good).Problems);

    static byte[] EmptyMember => [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    string Refusal(byte[] content) => Assert.Throws<DatasetException>(() => HhRlhf.Read(_folder.Write("refused", content))).Message;

    [Fact]
    public void Read_NothingButBadLines_IsRefused()
    {
        Assert.Contains("this is an empty file", Assert.Throws<DatasetException>(() => Read("")).Message);
        Assert.Contains("no line can be used; the first is line 1: 'chosen' is missing",
            Assert.Throws<DatasetException>(() => Read("{}", "x")).Message);
    }

    [Fact]
    public void Read_EndlessBadLines_EndsEarly()
    {
        var path = _folder.Write("data.jsonl.gz", Zip(Encoding.UTF8.GetBytes(Good + string.Concat(Enumerable.Repeat("\n{}", 1 << 20)))));
        Assert.Contains("more than 10000 lines cannot be used", Assert.Throws<DatasetException>(() => HhRlhf.Read(path)).Message);
    }

    [Fact]
    public void Read_NotARegularFile_IsRefused()
    {
        Assert.Contains("a named pipe",
            Assert.Throws<DatasetException>(() => HhRlhf.Read(NamedPipe.Create(_folder.File("pipe.jsonl")))).Message);
        Assert.Contains("a folder", Assert.Throws<DatasetException>(() => HhRlhf.Read(_folder.Path)).Message);
        Assert.Contains("no such file", Assert.Throws<DatasetException>(() => HhRlhf.Read(_folder.File("none.jsonl"))).Message);
    }

    [RealDataFact]
    public void Read_RealSample_HasTwelveHundredPairsAndNoProblems()
    {
        var dataset = HhRlhf.Read(RealData.Preferences);
        Assert.Equal((1200, 0), (dataset.Dialogues.Count, dataset.Problems.Count));
        Assert.Equal(4, dataset.Dialogues.Count(dialogue => dialogue.Chosen.Length == 0));
        Assert.All(dataset.Dialogues, dialogue => Assert.StartsWith("\n\nHuman:", dialogue.Prompt));
    }

    public void Dispose() => _folder.Dispose();
}
