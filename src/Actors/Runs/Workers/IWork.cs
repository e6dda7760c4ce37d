namespace ActorRlhf.Actors.Runs.Workers;

/// <summary>A piece of computing that a run asks for. It is data, so that whoever does it may be anywhere.</summary>
/// <typeparam name="TReply">What it gives.</typeparam>
public interface IWork<TReply>;
