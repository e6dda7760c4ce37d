using System.Text.Json;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Host.Failures;
using ActorRlhf.Host.Serving;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.Memory;

namespace ActorRlhf.Host.Settings;

/// <summary>
/// Reads the host's settings: the defaults that are built in, above them a file, above that the environment, above that the command line.
/// </summary>
static class SettingsReader
{
    /// <summary>The file that is read unless another is named, where it is there; relative to the current directory.</summary>
    public const string UsualFile = "config/appsettings.json";

    /// <summary>What variables of the environment begin with; <c>ACTORRLHF_Serve__Concurrent</c> is <c>serve.concurrent</c>.</summary>
    public const string Prefix = "ACTORRLHF_";

    /// <summary>Reads them.</summary>
    /// <param name="file">The file; null for the usual one.</param>
    /// <param name="options">What the command line says, by names of settings.</param>
    /// <exception cref="SettingsException">Something is no setting, or has a value that is none.</exception>
    public static ServeSettings Read(string? file, IReadOnlyDictionary<string, string> options)
    {
        if (file is not null && !File.Exists(file)) throw new SettingsException([$"--config: there is no file '{file}'"]);
        var path = file ?? (File.Exists(UsualFile) ? UsualFile : null);
        List<Layer> layers =
        [
            new(Json("the built-in defaults", BuiltIn()), name => $"the built-in defaults: {name}"),
            .. path is null ? [] : new[] { new Layer(Json(path, File.OpenRead(path)), name => $"{path}: {name}") },
            new(Environment(), name => Prefix + name.Replace(".", "__", StringComparison.Ordinal)),
            new(Options(options), name => $"--{name[(name.IndexOf('.') + 1)..]}"),
        ];
        List<string> problems = [.. layers.SelectMany(Unknown)];
        var settings = new ServeSettings(new Uri("http://localhost"), 1, 1, null);
        foreach (var setting in HostSettings.All)
        {
            var (text, layer) = layers.AsEnumerable().Reverse()
                .Select(layer => (Text: layer.Find(setting.Name), layer)).First(found => found.Text is not null);
            if (setting.Apply(settings, text!) is { } applied) settings = applied;
            else problems.Add($"{layer.Place(setting.Name)}: '{text}' is not {setting.Expected}");
        }
        if (problems.Count == 0) problems.AddRange(HostSettings.Problems(settings));
        return problems.Count == 0 ? settings : throw new SettingsException(problems);
    }

    /// <summary>The defaults, as the file that <c>config/</c> has.</summary>
    public static Stream BuiltIn() => typeof(SettingsReader).Assembly.GetManifestResourceStream("appsettings.json")!;

    static JsonStreamConfigurationProvider Json(string place, Stream stream)
    {
        using var closed = stream;
        var provider = new JsonStreamConfigurationProvider(new JsonStreamConfigurationSource { Stream = stream });
        try { provider.Load(); }
        catch (Exception malformed) when (malformed is FormatException or InvalidDataException or JsonException)
        {
            throw new SettingsException([$"{place}: {malformed.GetBaseException().Message}"]);
        }
        return provider;
    }

    static EnvironmentVariablesConfigurationProvider Environment()
    {
        var provider = new EnvironmentVariablesConfigurationProvider(Prefix);
        provider.Load();
        return provider;
    }

    static MemoryConfigurationProvider Options(IReadOnlyDictionary<string, string> options) => new(new MemoryConfigurationSource
    {
        InitialData = options.Select(one => KeyValuePair.Create(one.Key.Replace('.', ':'), (string?)one.Value)),
    });

    /// <summary>What a layer says that is no setting. A variable without a section is somebody else's.</summary>
    static IEnumerable<string> Unknown(Layer layer) => layer.Names()
        .Where(name => !HostSettings.All.Any(setting => IsOf(name, setting)))
        .Where(name => layer.Provider is not EnvironmentVariablesConfigurationProvider || name.Contains('.', StringComparison.Ordinal))
        .Select(name => $"{layer.Place(name)} is no setting"
            + (NearMiss.Find(name, HostSettings.All.Select(setting => setting.Name)) is { } near ? $"; did you mean {near}?" : ""));

    /// <summary>Whether a name is a setting's, or that of an element of its list.</summary>
    static bool IsOf(string name, HostSetting setting) => string.Equals(name, setting.Name, StringComparison.OrdinalIgnoreCase)
        || name.StartsWith(setting.Name + '.', StringComparison.OrdinalIgnoreCase)
            && int.TryParse(name.AsSpan(setting.Name.Length + 1), out _);

    /// <summary>One place where settings are said.</summary>
    /// <param name="Provider">Knows them.</param>
    /// <param name="Place">What to call a setting there, for people.</param>
    sealed record Layer(ConfigurationProvider Provider, Func<string, string> Place)
    {
        /// <summary>The text of a setting, of a list with commas between its elements; null where nothing is said.</summary>
        public string? Find(string name)
        {
            var key = name.Replace('.', ':');
            if (Provider.TryGet(key, out var text) && text is not null) return text;
            var elements = Provider.GetChildKeys([], key).Select(index => Provider.TryGet($"{key}:{index}", out var one) ? one : null);
            return string.Join(',', elements) is { Length: > 0 } list ? list : null;
        }

        /// <summary>Every setting that is said.</summary>
        public IEnumerable<string> Names() => Below(null);

        IEnumerable<string> Below(string? path)
        {
            foreach (var name in Provider.GetChildKeys([], path).Distinct(StringComparer.OrdinalIgnoreCase))
            {
                var key = path is null ? name : $"{path}:{name}";
                if (Provider.TryGet(key, out _)) yield return key.Replace(':', '.');
                foreach (var below in Below(key)) yield return below;
            }
        }
    }
}
