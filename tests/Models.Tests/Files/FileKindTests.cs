using ActorRlhf.Models.Files;

namespace ActorRlhf.Models.Tests.Files;

public sealed class FileKindTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void WhyNotRegular_RegularFile_IsNull() => Assert.Null(FileKind.WhyNotRegular(_folder.Write("a", "text")));

    [Fact]
    public void WhyNotRegular_EmptyFile_IsNull() => Assert.Null(FileKind.WhyNotRegular(_folder.Write("a", "")));

    [Fact]
    public void WhyNotRegular_NoFile_SaysSo() => Assert.Equal("nothing: there is no such file", FileKind.WhyNotRegular(_folder.File("a")));

    [Fact]
    public void WhyNotRegular_Folder_SaysSo() => Assert.Equal("a folder", FileKind.WhyNotRegular(_folder.Path));

    [Fact]
    public void WhyNotRegular_Pipe_SaysSoWithoutOpeningIt() => Assert.Equal("a named pipe", FileKind.WhyNotRegular(NamedPipe.Create(_folder.File("a"))));

    [Fact]
    public void WhyNotRegular_Device_SaysSo() => Assert.Equal("a device", FileKind.WhyNotRegular("/dev/zero"));

    [Fact]
    public void WhyNotRegular_LinkToAFile_SaysSo()
    {
        File.CreateSymbolicLink(_folder.File("link"), _folder.Write("a", "text"));
        Assert.Equal("a symbolic link", FileKind.WhyNotRegular(_folder.File("link")));
    }

    public void Dispose() => _folder.Dispose();
}
