using System.Globalization;

/// <summary>
/// Run by .NET in a child process that names this assembly in <c>DOTNET_STARTUP_HOOKS</c>:
/// proves on stderr in which surroundings the child is.
/// </summary>
static class StartupHook
{
    public static void Initialize() => Console.Error.WriteLine(
        Line(
            CultureInfo.CurrentCulture.Name, $"{1.5}", "i".ToUpper(CultureInfo.CurrentCulture),
            TimeZoneInfo.Local.BaseUtcOffset, Environment.ProcessorCount));

    /// <summary>The line.</summary>
    internal static string Line(string culture, string oneAndAHalf, string capitalI, TimeSpan zone, int threads) =>
        string.Create(CultureInfo.InvariantCulture, $"{culture}; {oneAndAHalf}; {capitalI}; {zone}; {threads}");
}
