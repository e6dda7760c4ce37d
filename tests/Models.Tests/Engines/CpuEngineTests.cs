using ActorRlhf.Models.Compute;
using ActorRlhf.Models.Engines.Simd;
using ActorRlhf.Models.Sampling;
using ActorRlhf.Models.Tests.Sampling;

namespace ActorRlhf.Models.Tests.Engines;

public sealed class CpuEngineTests : IDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    readonly ComputePool _pool = new(2);
    readonly ComputeWorkers _workers;
    readonly CpuEngine _engine;

    public CpuEngineTests()
    {
        _workers = _pool.Share(2);
        _engine = new CpuEngine(_workers);
        _engine.Load(Some.Weights(Some.OddShape));
    }

    public void Dispose()
    {
        _engine.Dispose();
        _workers.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public void Run_OtherThreadHasNothingMoreToDo_TakesOverHalfAndChangesNothing()
    {
        var shared = new Greedy(isOtherFree: () => _pool.IsThreadFree(_workers));
        _engine.Run(shared);

        using var single = new ComputeWorkers(1);
        using var engine = new CpuEngine(single);
        engine.Load(Some.Weights(Some.OddShape));
        var alone = new Greedy(isOtherFree: null);
        engine.Run(alone);

        Assert.Equal(Greedy.Long / 2, shared.Threads.Take(Greedy.Long).Count(threads => threads.Count == 2));
        Assert.All(alone.Threads, threads => Assert.Single(threads));
        Assert.Equal(alone.Tokens, shared.Tokens);
    }

    [Fact]
    public void Run_SequencesFailOnBothThreads_NamesTheLowestAndLeavesNoTrace()
    {
        foreach (var failsAt in new[] { 30, 30 })
        {
            var work = new Greedy(isOtherFree: () => _pool.IsThreadFree(_workers), failsAt);
            Assert.Equal(0, Assert.Throws<NonFiniteLogitsException>(() => _engine.Run(work)).Request);
            Assert.Equal(Greedy.Long / 2, work.Threads.Take(Greedy.Long).Count(threads => threads.Count == 2));
            Assert.All(work.Tokens.Take(Greedy.Long), tokens => Assert.Equal(failsAt, tokens.Count));
        }
    }

    /// <summary>
    /// Several long sequences, all of which the thread that asks first gets, and a short one for the other; each is continued with the
    /// most likely token.
    /// </summary>
    /// <param name="isOtherFree">Whether the other thread has nothing more to do; null where there is none.</param>
    /// <param name="failsAt">Length at which a sequence fails.</param>
    sealed class Greedy(Func<bool>? isOtherFree, int failsAt = int.MaxValue) : ITrunkWork
    {
        public const int Long = 8;
        const int Length = 60;
        readonly ManualResetEventSlim _areLongTaken = new(), _hasMoved = new();
        int _first, _taken;

        public int Count => Long + 1;
        public bool IsTaken => Volatile.Read(ref _taken) >= Count;
        public List<int>[] Tokens { get; } = [.. Enumerable.Range(0, Long + 1).Select(index => new List<int> { index, 1 })];
        public HashSet<int>[] Threads { get; } = [.. Enumerable.Range(0, Long + 1).Select(_ => new HashSet<int>())];

        public TrunkSequence? Take()
        {
            if (!IsFirst && isOtherFree is not null) Assert.True(_areLongTaken.Wait(s_patience));
            var index = Interlocked.Increment(ref _taken) - 1;
            if (index == Long - 1) _areLongTaken.Set();
            return index < Count ? new TrunkSequence(index, Tokens[index], 1, index < Long ? Length : 2) : null;
        }

        public NonFiniteLogitsException? Receive(TrunkBatch batch)
        {
            // The other thread is free before the first batch of eight ends, and has begun before the next batch does.
            if (isOtherFree is not null && IsFirst && !_hasMoved.IsSet)
                Assert.True(Tokens[0].Count == 2 ? SpinWait.SpinUntil(isOtherFree, s_patience) : _hasMoved.Wait(s_patience));
            else if (!IsFirst && batch.OutputRow(0).Sequence.Index < Long) _hasMoved.Set();
            NonFiniteLogitsException? first = null;
            for (var output = 0; output < batch.OutputCount; output++)
            {
                var sequence = batch.OutputRow(output).Sequence;
                Threads[sequence.Index].Add(Environment.CurrentManagedThreadId);
                var logits = batch.Output(output).ToArray();
                if (sequence.Tokens.Count == failsAt)
                {
                    first = NonFiniteLogitsException.Earlier(first, new NonFiniteLogitsException(sequence.Index, failsAt));
                    sequence.Stop();
                }
                else if (sequence.Tokens.Count < sequence.MostPositions) sequence.Tokens.Add(Array.IndexOf(logits, logits.Max()));
            }
            return first;
        }

        bool IsFirst
        {
            get
            {
                var me = Environment.CurrentManagedThreadId;
                return Interlocked.CompareExchange(ref _first, me, 0) is var first && (first == 0 || first == me);
            }
        }
    }
}
