using ActorRlhf.Models.Files;

namespace ActorRlhf.Actors.Runs.Witnessing;

/// <summary>
/// Tells those outside, witnesses and webhooks: lines are added to files, durable, and letters sent to addresses, one after the other, on
/// no actor's thread.
/// </summary>
/// <remarks>
/// Failure policy: safe. What a file does not take waits in memory and is tried again with its next line, what an address does not take
/// after a pause; no run stops or waits for it. One instance a process, so that runs with one witness do not mix their lines.
/// </remarks>
/// <param name="time">Clock of the pauses.</param>
public sealed class Witnesses(TimeProvider time)
{
    readonly Lock _lock = new();
    readonly Dictionary<string, Queue> _files = new(StringComparer.Ordinal);
    readonly Dictionary<MailAddress, Mailbox> _mailboxes = [];

    /// <summary>Adds a line behind all that were added before.</summary>
    /// <param name="file">The file; its folder exists.</param>
    /// <param name="line">What it is told.</param>
    /// <returns>Why the line, and those that wait before it, are not in the file; null when they are. The task never fails.</returns>
    internal Task<Exception?> Add(string file, WitnessLine line)
    {
        lock (_lock)
        {
            if (!_files.TryGetValue(file, out var queue)) _files.Add(file, queue = new Queue());
            queue.Waiting.Add(line.ToBytes());
            return queue.Last = queue.Last.ContinueWith(_ => Write(file, queue), TaskScheduler.Default);
        }
    }

    /// <summary>Sends a letter behind all that were sent there before; returns at once.</summary>
    /// <param name="to">The address.</param>
    /// <param name="body">JSON.</param>
    /// <param name="onLate">Told if it is not taken at once, and what becomes of it then; on any thread, and must not throw.</param>
    internal void Send(MailAddress to, byte[] body, Action<LetterFate, string> onLate)
    {
        Mailbox? mailbox;
        lock (_lock) if (!_mailboxes.TryGetValue(to, out mailbox)) _mailboxes.Add(to, mailbox = new Mailbox(to, time));
        mailbox.Add(body, onLate);
    }

    /// <summary>
    /// Waits until every line was tried, or for as long as the caller can; a disk or a network that hangs must not keep a host from ending.
    /// </summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        Task[] files, addresses;
        lock (_lock)
        {
            files = [.. _files.Values.Select(queue => queue.Last)];
            addresses = [.. _mailboxes.Values.Select(mailbox => mailbox.CloseAsync(patience))];
        }
        await Task.WhenAny(Task.WhenAll(files), Task.Delay(patience)).ConfigureAwait(false);
        await Task.WhenAll(addresses).ConfigureAwait(false);
    }

    Exception? Write(string file, Queue queue)
    {
        byte[][] waiting;
        lock (_lock) waiting = [.. queue.Waiting];
        if (waiting.Length == 0) return null;         // an earlier call had it written
        try
        {
            byte[] separator = EndsWithinALine(file) ? [(byte)'\n'] : [];
            AppendedFile.Append(file, [.. separator, .. waiting.SelectMany(line => line)], followsLinks: true, durable: true);
        }
        catch (Exception refused) { return refused; } // whatever it is: no reason to stop a run
        lock (_lock) queue.Waiting.RemoveRange(0, waiting.Length);
        return null;
    }

    /// <summary>Whether a full disk or a power loss has cut the last line off.</summary>
    static bool EndsWithinALine(string file)
    {
        if (!File.Exists(file) || FileKind.WhyNotRegular(file) is not null) return false;
        using var there = File.OpenHandle(file, share: FileShare.ReadWrite);
        Span<byte> last = stackalloc byte[1];
        return RandomAccess.GetLength(there) is > 0 and var length && RandomAccess.Read(there, last, length - 1) == 1 && last[0] != '\n';
    }

    sealed class Queue
    {
        public List<byte[]> Waiting { get; } = [];
        public Task<Exception?> Last { get; set; } = Task.FromResult<Exception?>(null);
    }
}
