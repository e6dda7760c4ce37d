using System.Data.Common;
using ActorRlhf.Actors.Log.Databases;

namespace ActorRlhf.Actors.Log.Storage;

/// <summary>The database of a store did not answer a question.</summary>
/// <param name="cause">What it said.</param>
public sealed class StoreException(DbException cause)
    : Exception($"the journal cannot be read: {cause.Message.TrimEnd('.')}. " + (DatabaseFault.MayPass(cause)
        ? "The database is busy or away; try again"
        : "'doctor' looks at the disk; restore the journal from a backup if it is damaged"), cause)
{
    /// <summary>What the database said.</summary>
    public string Problem { get; } = cause.Message;

    /// <summary>Whether it was busy or away, so that trying again may help.</summary>
    public bool MayPass { get; } = DatabaseFault.MayPass(cause);

    /// <summary>Whether its content is damaged.</summary>
    public bool IsDamage { get; } = DatabaseFault.IsDamage(cause);
}
