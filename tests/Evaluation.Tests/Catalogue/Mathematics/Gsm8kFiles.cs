using ActorRlhf.Evaluation.Catalogue.Mathematics;
using ActorRlhf.Host.Tests;

namespace ActorRlhf.Evaluation.Tests.Catalogue.Mathematics;

/// <summary>GSM8K as published, among the real data.</summary>
static class Gsm8kFiles
{
    public static string Of(string file) => Path.Combine(RealData.Folder!, "gsm8k", file);

    public static IReadOnlyList<Gsm8kExample> Read(string file) => [.. Gsm8kExample.Read(File.ReadLines(Of(file)))];
}
