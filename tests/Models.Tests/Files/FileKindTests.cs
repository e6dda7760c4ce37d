using ActorRlhf.Models.Data;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Models.Tests.Files;

public sealed class FileKindTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    int _links;

    [Fact]
    public void WhyNotRegular_RegularFile_IsNull() => Assert.Null(FileKind.WhyNotRegular(_folder.Write("a", "text")));

    [Fact]
    public void WhyNotRegular_EmptyFile_IsNull() => Assert.Null(FileKind.WhyNotRegular(_folder.Write("a", "")));

    [Fact]
    public void WhyNotRegular_NoFile_SaysSo() => Assert.Equal("nothing: there is no such file", FileKind.WhyNotRegular(_folder.File("a")));

    [Fact]
    public void WhyNotRegular_Folder_SaysSo() => Assert.Equal("a folder", FileKind.WhyNotRegular(_folder.Path));

    [Fact]
    public void WhyNotRegular_Pipe_SaysSoWithoutOpeningIt() =>
        Assert.Equal("a named pipe", FileKind.WhyNotRegular(NamedPipe.Create(_folder.File("a"))));

    [Fact]
    public void WhyNotRegular_Device_SaysSo() => Assert.Equal("a device", FileKind.WhyNotRegular("/dev/zero"));

    [Fact]
    public void WhyNotRegular_LinkThroughALinkToAFile_IsNull() // as Hugging Face's cache keeps a model
    {
        Directory.CreateDirectory(_folder.File("snapshots"));
        _folder.Write("blob", "text");
        File.CreateSymbolicLink(_folder.File("between"), "blob");
        File.CreateSymbolicLink(_folder.File("snapshots/link"), "../between");
        Assert.Null(FileKind.WhyNotRegular(_folder.File("snapshots/link")));
    }

    [Fact]
    public void WhyNotRegular_LinkToWhatIsNoFile_SaysWhat()
    {
        Assert.Equal("a device", FileKind.WhyNotRegular(Link("/dev/zero")));
        Assert.Equal("a folder", FileKind.WhyNotRegular(Link(_folder.Path)));
        Assert.Equal("a named pipe", FileKind.WhyNotRegular(Link(NamedPipe.Create(_folder.File("pipe")))));
        Assert.Equal("a symbolic link that leads to no file: '../blobs/a'", FileKind.WhyNotRegular(Link("../blobs/a")));
        Assert.Equal("a symbolic link that leads to no file: 'link5'", FileKind.WhyNotRegular(Link("link5"))); // to itself
    }

    [Fact]
    public void Length_Link_IsThatOfTheFile()
    {
        File.CreateSymbolicLink(_folder.File("link"), _folder.Write("a", "seventeen letters"));
        Assert.Equal(17, FileKind.Length(_folder.File("link")));
    }

    [Fact]
    public void Read_DataBehindALink_IsRead()
    {
        _folder.Write("blob", """{"chosen":"\n\nHuman: hi\n\nAssistant: hello","rejected":"\n\nHuman: hi\n\nAssistant: what"}""");
        Assert.Equal("hello", Assert.Single(HhRlhf.Read(Link("blob")).Dialogues).Chosen);
    }

    string Link(string target)
    {
        var path = _folder.File($"link{++_links}");
        File.CreateSymbolicLink(path, target);
        return path;
    }

    public void Dispose() => _folder.Dispose();
}
