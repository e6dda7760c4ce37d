using ActorRlhf.Actors.Runs.Workers;
using Akka.Actor;

namespace ActorRlhf.Actors.Live.Workers;

/// <summary>
/// Owns the K reward models, one child each, and gathers their answers in the order of the members. Supervised by its run,
/// persists nothing. A member that throws is restarted and the request fails: whoever asked decides whether to ask again. A member
/// that is gone for good takes the ensemble with it (a death pact: its end is watched and not handled).
/// </summary>
public class RewardEnsembleActor : ReceiveActor
{
    readonly IActorRef[] _members;
    readonly CancellationTokenSource _ending = new();

    /// <param name="members">K.</param>
    /// <param name="member">How to create one of them.</param>
    public RewardEnsembleActor(int members, Props member)
    {
        _members = [.. Enumerable.Range(0, members).Select(i => Context.Watch(Context.ActorOf(member, $"member-{i}")))];
        Receive<TrainRewardModel>(message => _members[message.Member].Forward(message));
        Receive<ScoreCompletions>(OnScore);
    }

    /// <summary>How to create one.</summary>
    public static Props Props(int members, Props member) => Akka.Actor.Props.Create(() => new RewardEnsembleActor(members, member));

    /// <inheritdoc/>
    protected override void PostStop() => _ending.Cancel();

    /// <summary>A member that throws is restarted; one that cannot even be created is the run's affair.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(reason =>
        reason is ActorInitializationException ? Directive.Escalate : Akka.Actor.SupervisorStrategy.DefaultDecider.Decide(reason));

    void OnScore(ScoreCompletions message)
    {
        var asked = message.Members.Select((weights, i) =>
            _members[i].AskAsync<MemberScored>(new ScoreByMember(weights, message.Sequences), _ending.Token));
        Task.WhenAll(asked).PipeTo(Sender, Self, replies => new Scored([.. replies.Select(reply => reply.Scores)]), WorkFailure.Of);
    }
}
