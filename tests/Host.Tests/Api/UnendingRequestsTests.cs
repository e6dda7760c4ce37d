using ActorRlhf.Host.Api;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ActorRlhf.Host.Tests.Api;

/// <summary>Requests that have no end of their own.</summary>
public sealed class UnendingRequestsTests
{
    [Fact]
    public async Task Host_Stops_RequestIsEndedSoon()
    {
        using var stopping = new CancellationTokenSource();
        var lifetime = new Lifetime();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        var request = new UnendingRequests(stopping.Token).EndAsync(context, _ => lifetime.Aborted.Task);
        Assert.False(request.IsCompleted);

        await stopping.CancelAsync();

        await request.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Host_StopsBehindTheRequest_AbortsNothing()
    {
        using var stopping = new CancellationTokenSource();
        var lifetime = new Lifetime();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);

        await new UnendingRequests(stopping.Token).EndAsync(context, _ => Task.CompletedTask);
        await stopping.CancelAsync();

        Assert.False(lifetime.Aborted.Task.IsCompleted);
    }

    sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public TaskCompletionSource Aborted { get; } = new();

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => Aborted.TrySetResult();
    }
}
