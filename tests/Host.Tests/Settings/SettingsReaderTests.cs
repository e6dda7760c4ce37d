using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Settings;
using ActorRlhf.Host.Tests.Cli;

namespace ActorRlhf.Host.Tests.Settings;

/// <summary>The host's settings: where they are said, which counts, and what is wrong with one that is none.</summary>
public sealed class SettingsReaderTests : IDisposable
{
    static readonly Dictionary<string, string> s_none = [];
    readonly string _folder = Directory.CreateTempSubdirectory("actorrlhf-settings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void BuiltIn_Always_HasEverySettingAndNoOther()
    {
        var settings = SettingsReader.Read(File("{}"), s_none);

        Assert.Equal(new Uri("http://127.0.0.1:8423"), settings.Address);
        Assert.Equal((2, Environment.ProcessorCount, null), (settings.Concurrent, settings.Threads, settings.Files));
        using var builtIn = new StreamReader(SettingsReader.BuiltIn());
        var text = builtIn.ReadToEnd();
        Assert.All(HostSettings.All, setting => Assert.Contains($"\"{setting.Name.Split('.')[1]}\": ", text));
    }

    [Fact]
    public void Read_FileAndOptions_OptionsCount()
    {
        var file = File("""{ "serve": { "concurrent": 3, "threads": 5, "behindProxy": true, "hosts": ["a.example", "b.example"] } }""");

        var settings = SettingsReader.Read(
            file, new Dictionary<string, string> { ["serve.threads"] = "7", ["serve.urls"] = "http://0.0.0.0:1" });

        Assert.Equal((3, 7, "http://0.0.0.0:1/"), (settings.Concurrent, settings.Threads, settings.Address.ToString()));
        Assert.Equal(["a.example", "b.example"], settings.Hosts);
    }

    [Theory]
    [InlineData("""{ "serve": { "concurrent": 65 } }""", "serve.concurrent: '65' is not a whole number from 1 to 64")]
    [InlineData("""{ "serve": { "behindProxy": "yes" } }""", "serve.behindProxy: 'yes' is not true or false")]
    [InlineData("""{ "serve": { "concurent": 2 } }""", "serve.concurent is no setting; did you mean serve.concurrent?")]
    [InlineData("""{ "concurrent": 2 }""", "concurrent is no setting")]
    [InlineData("""{ "serve": { "witnesses": ["https://witness.example", "http://witness.example"] } }""",
        "serve.witnesses: 'https://witness.example,http://witness.example' is not addresses such as https://witness.example/runs")]
    [InlineData("""{ "serve": { "files": "/nowhere/at/all" } }""", "serve.files: '/nowhere/at/all' is not a directory that is there")]
    [InlineData("""{ "serve": { "urls": "https://127.0.0.1" } }""", "serve.urls: 'https://127.0.0.1' is not an address such as")]
    [InlineData("""{ "serve": """, "FILE: ")]
    public void Read_FileThatIsWrong_SaysWhereAndWhatWasExpected(string json, string expected)
    {
        var file = File(json);

        var problem = Assert.Single(Assert.Throws<SettingsException>(() => SettingsReader.Read(file, s_none)).Problems);

        Assert.StartsWith(file, problem, StringComparison.Ordinal);
        Assert.Contains(expected.Replace("FILE", file, StringComparison.Ordinal), problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "serve": { "urls": "http://0.0.0.0:1" } }""", "serve.urls: 'http://0.0.0.0:1' can be reached from other machines")]
    [InlineData("""{ "serve": { "behindProxy": true } }""", "serve.hosts: none is given")]
    [InlineData("""{ "serve": { "hosts": "a.example" } }""", "which needs serve.behindProxy: true")]
    public void Read_SettingsThatOpenADoorByHalf_AreRefused(string json, string expected) => Assert.Contains(
        expected, Assert.Single(Assert.Throws<SettingsException>(() => SettingsReader.Read(File(json), s_none)).Problems));

    [Fact]
    public async Task Serve_EnvironmentAndOptions_EachIsNamedWhereItWasSaid()
    {
        var environment = new Dictionary<string, string>
        {
            ["ACTORRLHF_Serve__Concurrent"] = "none",
            ["ACTORRLHF_Serve__File"] = "x",
            ["ACTORRLHF_SERVER"] = "http://127.0.0.1:1",     // not the host's
        };

        var result = await TrainProcess.RunCommandAsync(environment, "serve", "--data", Path.Combine(_folder, "data"), "--threads", "1e3");

        Assert.Equal(ExitCode.Usage, result.Code);
        Assert.Equal(
            [
                "ACTORRLHF_Serve__File is no setting; did you mean serve.files?",
                "ACTORRLHF_serve__concurrent: 'none' is not a whole number from 1 to 64",
                "--threads: '1e3' is not a whole number from 0 to 1024",
            ],
            result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    string File(string json)
    {
        var path = Path.Combine(_folder, "settings.json");
        System.IO.File.WriteAllText(path, json);
        return path;
    }
}
