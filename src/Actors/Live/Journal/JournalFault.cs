using ActorRlhf.Actors.Log.Databases;
using Akka.Pattern;
using Akka.Persistence;

namespace ActorRlhf.Actors.Live.Journal;

/// <summary>Tells a disk that somebody must look after from a journal that was busy for a moment.</summary>
static class JournalFault
{
    /// <summary>Whether trying again is of no use before a person has done something.</summary>
    public static bool NeedsPerson(Exception cause) => IsOfDisk(cause) || DatabaseFault.IsDamage(cause) || DatabaseFault.IsFenced(cause);

    /// <summary>
    /// Whether the disk or its permissions keep the database from being used, which says nothing against the database itself.
    /// </summary>
    public static bool IsOfDisk(Exception cause) => DatabaseFault.IsOfDisk(cause);

    /// <summary>Whether the journal was busy or did not answer in time, so that trying again may help.</summary>
    public static bool MayPass(Exception cause) => DatabaseFault.MayPass(cause)
        || DatabaseFault.Causes(cause).Any(one => one is TimeoutException or RecoveryTimedOutException or OpenCircuitException);
}
