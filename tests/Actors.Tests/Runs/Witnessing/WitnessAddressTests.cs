using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Witnessing;
using Microsoft.AspNetCore.Http;

namespace ActorRlhf.Actors.Tests.Runs.Witnessing;

/// <summary>Lines to a witness on the network, on real connections.</summary>
public sealed class WitnessAddressTests
{
    static readonly TimeSpan s_short = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Train_FileAndAddress_AreToldTheSameLinesInOrder()
    {
        await using var receiver = await WitnessReceiver.StartAsync();
        var file = Path.Combine(Temporary.NewDirectory(), "witness.jsonl");
        await using (var host = await RunsHost.StartAsync())
            await host.TrainAsync("run", Some.Recipe("checkpoint.every=1", $"witness.file={file}", $"witness.url={receiver.Url}"));

        var got = receiver.Rest().ToArray();
        Assert.True(got.Length > 2, $"{got.Length} lines");
        Assert.Equal(await File.ReadAllTextAsync(file), string.Concat(got.Select(request => request.Body)));
        Assert.All(got, request => Assert.Equal(("application/json", null), (request.ContentType, request.Authorization)));
    }

    [Fact]
    public async Task Train_AddressThatNeverAnswers_EndsAllTheSame()
    {
        var never = new TaskCompletionSource();
        await using var receiver = await WitnessReceiver.StartAsync((_, _) => never.Task);
        await using (var host = await RunsHost.StartAsync())
        {
            var run = await host.TrainAsync("run", Some.Recipe($"witness.url={receiver.Url}"));
            Assert.Equal(RunStatus.Completed, run.State.Status);
            await receiver.NextAsync();
        }

        Assert.Empty(receiver.Rest());                // the host has ended, and the first line is still not answered
        never.SetResult();
    }

    [Fact]
    public async Task Drain_AddressThatNeverAnswers_GivesUpEveryLineAndSaysSo()
    {
        var never = new TaskCompletionSource();
        await using var receiver = await WitnessReceiver.StartAsync((_, _) => never.Task);
        var (witnesses, said) = (new Witnesses(TimeProvider.System), new List<(long, LetterFate, string)>());
        foreach (var line in Lines(2))
            witnesses.Send(new MailAddress(receiver.Url, null), line.ToBytes(), (fate, why) => said.Add((line.Sequence, fate, why)));
        await receiver.NextAsync();

        await witnesses.DrainAsync(TimeSpan.FromMilliseconds(100));

        const string why = "it did not answer, and the process ends";
        Assert.Equal([(1, LetterFate.Lost, why), (2, LetterFate.Lost, why)], said);
        never.SetResult();
    }

    [Fact]
    public async Task Send_ReceiverIsAwayForAWhile_GetsEveryLineInOrderWithGrowingPauses()
    {
        const int Away = 8;
        await using var receiver = await WitnessReceiver.StartAsync((request, context) =>
        {
            if (request < Away) Refuse(request, context);
            return Task.CompletedTask;
        });
        var (time, fates) = (new PassedTime(), new List<LetterFate>());
        var witnesses = new Witnesses(time);
        foreach (var line in Lines(3))
            witnesses.Send(new MailAddress(receiver.Url, null), line.ToBytes(), (fate, _) =>
            {
                lock (fates) fates.Add(fate);
            });

        for (var attempt = 0; attempt < Away; attempt++) Assert.Equal(Body(1), (await receiver.NextAsync()).Body);
        foreach (var line in (int[])[1, 2, 3]) Assert.Equal(Body(line), (await receiver.NextAsync()).Body);
        await witnesses.DrainAsync(s_short);

        Assert.Equal([1, 2, 4, 8, 16, 32, 60, 60], time.Pauses.Select(pause => pause.TotalSeconds));
        Assert.Equal([LetterFate.Waits, LetterFate.ToldLate], fates);
        Assert.Empty(receiver.Rest());

        // A server that answers otherwise, and a connection that breaks.
        static void Refuse(int request, HttpContext context)
        {
            if (request % 2 == 0) context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            else context.Abort();
        }
    }

    [Fact]
    public async Task Send_MoreThanThereIsRoomFor_LosesTheOldestAndSaysSo()
    {
        var away = new TaskCompletionSource();
        await using var receiver = await WitnessReceiver.StartAsync((_, _) => away.Task);
        var (witnesses, lost) = (new Witnesses(TimeProvider.System), new List<long>());
        var (to, lines) = (new MailAddress(receiver.Url, null), Lines(Mailbox.Most + 3));
        void Send(WitnessLine line) => witnesses.Send(to, line.ToBytes(), (fate, _) =>
        {
            if (fate is LetterFate.Lost) lost.Add(line.Sequence);
        });
        Send(lines[0]);
        await receiver.NextAsync();                   // under way, so it takes no room
        foreach (var line in lines[1..]) Send(line);

        Assert.Equal([2, 3], lost);
        away.SetResult();
        foreach (var line in lines[3..]) Assert.Equal(Body(line.Sequence), (await receiver.NextAsync()).Body);
        await witnesses.DrainAsync(s_short);
        Assert.Equal([2, 3], lost);
    }

    [Fact]
    public async Task Send_TokenFileThatAppearsLater_IsReadWithTheNextAttempt()
    {
        await using var receiver = await WitnessReceiver.StartAsync();
        var (witnesses, file) = (new Witnesses(new PassedTime()), Path.Combine(Temporary.NewDirectory(), "token"));
        var reasons = new List<string>();
        witnesses.Send(new MailAddress(receiver.Url, file), Lines(1)[0].ToBytes(), (_, why) =>
        {
            lock (reasons) reasons.Add(why);
            if (!File.Exists(file)) File.WriteAllText(file, "s3cret\n");
        });

        Assert.Equal("Bearer s3cret", (await receiver.NextAsync()).Authorization);
        await witnesses.DrainAsync(s_short);
        Assert.Contains(file, reasons[0], StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", string.Concat(reasons), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Send_AnswerThatLeadsElsewhere_IsNotFollowed()
    {
        await using var elsewhere = await WitnessReceiver.StartAsync();
        await using var receiver = await WitnessReceiver.StartAsync((request, context) =>
        {
            if (request == 0) context.Response.Redirect(elsewhere.Url.AbsoluteUri, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        var (witnesses, reasons) = (new Witnesses(new PassedTime()), new List<string>());
        witnesses.Send(new MailAddress(receiver.Url, null), Lines(1)[0].ToBytes(), (_, why) =>
        {
            lock (reasons) reasons.Add(why);
        });

        for (var attempt = 0; attempt < 2; attempt++) await receiver.NextAsync();
        await witnesses.DrainAsync(s_short);
        Assert.Equal("it answered 307", reasons[0]);
        Assert.Empty(elsewhere.Rest());
    }

    static WitnessLine[] Lines(int count) => [.. Enumerable.Range(1, count).Select(number => Line(number))];

    static WitnessLine Line(long sequence) => new("run", sequence, Some.Hash($"{sequence}"), DateTimeOffset.UnixEpoch);

    static string Body(long sequence) => System.Text.Encoding.UTF8.GetString(Line(sequence).ToBytes());
}
