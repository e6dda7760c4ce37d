using ActorRlhf.Host.Contracts;

namespace ActorRlhf.Host.Tests.Reproduction;

public sealed class ReproduceCommandTests
{
    [Theory]
    [InlineData("goa")]
    [InlineData("gao", "--seeds", "0")]
    [InlineData("gao", "--parallel", "none")]
    public async Task Reproduce_WhatIsNoStudyOrNumber_IsRefused(params string[] args)
    {
        var result = await App.RunAsync(["reproduce", .. args]);
        Assert.Equal((ExitCode.Usage, ""), (result.Code, result.Out));
        Assert.Contains(args[^1], result.Error, StringComparison.Ordinal);
    }
}
