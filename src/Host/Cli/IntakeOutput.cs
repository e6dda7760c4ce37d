using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Host.Display;
using ActorRlhf.Models.Wording;

namespace ActorRlhf.Host.Cli;

/// <summary>What <c>import</c> and <c>restore</c> say of what they took in.</summary>
static class IntakeOutput
{
    public static void Write(Intake intake, string directory, bool json)
    {
        if (json)
            JsonOutput.Write(new
            {
                intake.Run,
                intake.Changed,
                intake.Streams,
                intake.Artefacts,
                intake.Mended,
                DataDirectory = directory,
            });
        else
            Tables.Write(["stream", ">events before", ">added"], intake.Streams.Select(stream =>
                new[] { stream.Stream, Figures.Of(stream.Before), Figures.Of(stream.Added) }));
        Talk.Say(intake.Changed
            ? $"{Counted.Of(intake.Streams.Sum(stream => stream.Added), "event")} and "
                + $"{Counted.Of(intake.Artefacts, "artefact")} were added to {directory}"
                + (intake.Mended == 0 ? ""
                    : $", {Counted.Of(intake.Mended, "damaged artefact there was", "damaged artefacts there were")} replaced")
            : $"everything in the file is in {directory} already; nothing was changed");
    }
}
