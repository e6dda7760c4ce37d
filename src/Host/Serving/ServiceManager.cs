using System.Globalization;
using System.Net.Sockets;
using System.Text;
using ActorRlhf.Actors.Live.Supervision;

namespace ActorRlhf.Host.Serving;

/// <summary>
/// Tells systemd, where it started this process as <c>Type=notify</c>, how it is: ready, alive, stopping (<c>sd_notify(3)</c>).
/// </summary>
/// <remarks>Nothing happens where nobody listens, and a manager that cannot be told is no reason to stop: failures are dropped.</remarks>
/// <param name="socket">Where it listens, a path or, with <c>@</c> before it, an abstract name; null where nobody does.</param>
/// <param name="watchdog">Within which time it wants a sign of life; null for none.</param>
/// <param name="time">Clock of the signs of life.</param>
sealed class ServiceManager(string? socket, TimeSpan? watchdog, TimeProvider time)
{
    /// <summary>The one that started this process.</summary>
    public static ServiceManager OfThisProcess() => new(
        Environment.GetEnvironmentVariable("NOTIFY_SOCKET"),
        long.TryParse(Environment.GetEnvironmentVariable("WATCHDOG_USEC"), NumberStyles.None, CultureInfo.InvariantCulture, out var most)
            && most > 0 ? TimeSpan.FromMicroseconds(most) : null,
        TimeProvider.System);

    /// <summary>The host answers.</summary>
    public void Ready() => Tell("READY=1");

    /// <summary>The host begins to stop.</summary>
    public void Stopping() => Tell("STOPPING=1");

    /// <summary>
    /// Gives a sign of life twice in the time within which one is wanted, as long as the journal takes events: a host whose journal does
    /// not come back is started again.
    /// </summary>
    /// <param name="runs">Knows the journal.</param>
    /// <param name="ct">Ends it.</param>
    public async Task WatchAsync(RunSystem runs, CancellationToken ct)
    {
        if (socket is null || watchdog is not { } within) return;
        using var timer = new PeriodicTimer(within / 2, time);
        try
        {
            do
                if ((await runs.JournalAsync(ct).ConfigureAwait(false)).Ready) Tell("WATCHDOG=1");
            while (await timer.WaitForNextTickAsync(ct).ConfigureAwait(false));
        }
        catch (OperationCanceledException) { }
    }

    void Tell(string state)
    {
        if (string.IsNullOrEmpty(socket)) return;
        try
        {
            using var door = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            door.Connect(new UnixDomainSocketEndPoint(socket[0] == '@' ? '\0' + socket[1..] : socket));
            door.Send(Encoding.UTF8.GetBytes(state));
        }
        catch (SocketException) { }
    }
}
