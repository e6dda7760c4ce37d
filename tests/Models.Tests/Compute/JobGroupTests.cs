using ActorRlhf.Models.Compute;

namespace ActorRlhf.Models.Tests.Compute;

public sealed class JobGroupTests : IDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    readonly ComputePool _pool = new(2);
    readonly ComputeWorkers _workers;

    public JobGroupTests() => _workers = _pool.Share(2);

    public void Dispose()
    {
        _pool.Dispose();
        _workers.Dispose();
    }

    [Fact]
    public void TryAdd_ThreadHasNothingToDo_RunsTheJobBesideItsOwnAndTheCallerWaitsForBoth()
    {
        var ended = false;
        using var begun = new ManualResetEventSlim();
        using var areBothUnderWay = new ManualResetEventSlim();
        _workers.Run(1, (_, jobs) =>
        {
            Assert.True(jobs.IsThreadFree);
            Assert.True(jobs.TryAdd(() =>
            {
                begun.Set();
                Assert.True(areBothUnderWay.Wait(s_patience));
                ended = true;
            }));
            Assert.True(begun.Wait(s_patience));
            areBothUnderWay.Set();
        });
        Assert.True(ended);
    }

    [Fact]
    public void TryAdd_AllThreadsAreBusy_AddsNothing()
    {
        var (added, ran) = (0, 0);
        using var both = new Barrier(2);
        _workers.Run(2, (_, jobs) =>
        {
            both.SignalAndWait(s_patience);
            if (jobs.IsThreadFree || jobs.TryAdd(() => Interlocked.Increment(ref ran))) Interlocked.Increment(ref added);
            both.SignalAndWait(s_patience);
        });
        Assert.Equal((0, 0), (added, ran));
    }

    [Fact]
    public void TryAdd_ThreadIsNotOfTheShare_AddsNothing()
    {
        var added = true;
        _pool.Share(1).Run(1, (_, jobs) => added = jobs.IsThreadFree || jobs.TryAdd(() => { }));
        Assert.False(added);
    }

    [Fact]
    public async Task TryAdd_AnotherShareHasTheThread_AddsNothing()
    {
        using var taken = new ManualResetEventSlim();
        using var asked = new ManualResetEventSlim();
        var other = Task.Run(() => _pool.Share(2).Run(1, (_, _) =>
        {
            taken.Set();
            asked.Wait(s_patience);
        }));
        Assert.True(taken.Wait(s_patience));
        var added = true;
        _workers.Run(1, (_, jobs) =>
        {
            added = jobs.IsThreadFree || jobs.TryAdd(() => { });
            asked.Set();
        });
        await other;
        Assert.False(added);
    }

    [Fact]
    public void Run_AddedJobThrows_ThrowsUnlessAnEarlierOneDid()
    {
        void Run(bool alsoTheFirst) => _workers.Run(1, (_, jobs) =>
        {
            // A thread counts as busy for a moment after the caller has heard that its job is done.
            Assert.True(SpinWait.SpinUntil(() => jobs.IsThreadFree, s_patience));
            Assert.True(jobs.TryAdd(() => throw new InvalidOperationException("added")));
            if (alsoTheFirst) throw new InvalidOperationException("first");
        });
        Assert.Equal("added", Assert.Throws<InvalidOperationException>(() => Run(alsoTheFirst: false)).Message);
        Assert.Equal("first", Assert.Throws<InvalidOperationException>(() => Run(alsoTheFirst: true)).Message);
    }
}
