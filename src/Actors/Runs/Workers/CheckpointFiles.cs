using ActorRlhf.Actors.Log.Artefacts;
using ActorRlhf.Actors.Log.Chain;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>The files of a checkpoint, each an artefact of its own: whatever the algorithm owns, under its names.</summary>
static class CheckpointFiles
{
    /// <summary>Stores files, which may be longer than an array.</summary>
    public static NamedArtefact[] Put(ArtefactStore artefacts, IEnumerable<(string Name, Action<Stream> Write)> files) =>
        [.. files.Select(file => new NamedArtefact(file.Name, artefacts.Put(file.Write)))];

    /// <summary>What an algorithm makes of stored files.</summary>
    /// <param name="read">Gets the path of each file by its name.</param>
    /// <exception cref="ArtefactMissingException">A file is not there.</exception>
    /// <exception cref="ArtefactDamagedException">A file was changed.</exception>
    public static T Read<T>(
        ArtefactStore artefacts, IReadOnlyList<NamedArtefact> files, Func<IReadOnlyDictionary<string, string>, T> read) =>
        read(files.ToDictionary(file => file.Name, file => artefacts.Read(file.Hash, path => path)));

    /// <summary>The hash of one of them.</summary>
    public static ContentHash HashOf(IReadOnlyList<NamedArtefact> files, string name) => files.First(file => file.Name == name).Hash;
}
