using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Reproduction;
using ActorRlhf.Host.Training;

namespace ActorRlhf.Host.Cli;

/// <summary><c>reproduce NAME</c>: trains the runs of a study, and says whether a published finding shows up here.</summary>
static class ReproduceCommand
{
    const int UsualSeeds = 5, MostSeeds = 1000, UsualParallel = 2, MostParallel = 64;

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = $"The study: {string.Join(", ", Studies.Names)}." };
        name.CompletionSources.Add(Studies.Names);
        name.Validators.Add(result =>
        {
            if (!Studies.Names.Contains(result.Tokens[0].Value))
                result.AddError($"NAME: '{result.Tokens[0].Value}' is not one of {string.Join(", ", Studies.Names)}");
        });
        var seeds = Options.Number("--seeds", "N", "Seeds under each condition: 0 to N - 1.", UsualSeeds, 1, MostSeeds);
        var parallel = Options.Number("--parallel", "N", "Most runs at once, each on one core.", UsualParallel, 1, MostParallel);
        var folder = new Option<string?>("-o", "--output")
        {
            Description = "Also writes NAME.md and NAME.svg into this folder; remarks at the end of a page that is there are kept.",
            HelpName = "FOLDER",
        };
        var (acceptBuild, data, json) = (Options.AcceptBuild(), Options.Data(), Options.Json());
        var command = new Command(
            "reproduce",
            "Trains a study: a published finding, its conditions and some seeds; then says from the logs whether it shows up. "
                + "What is trained already is not trained again, so it goes on where it was cut off.")
        {
            name, seeds, parallel, folder, acceptBuild, data, json,
        };
        command.SetAction((parse, _) => ExecuteAsync(
            Studies.All.Single(study => study.Name == parse.GetRequiredValue(name)), parse.GetValue(seeds), parse.GetValue(parallel),
            parse.GetValue(folder), parse.GetValue(acceptBuild), parse.GetValue(data), parse.GetValue(json)));
        return command;
    }

    static async Task<int> ExecuteAsync(
        Study study, int seeds, int parallel, string? folder, bool acceptBuild, string? directory, bool json)
    {
        using var interruption = new Interruption();
        using var data = DataDirectory.OpenForWriting(directory, TimeProvider.System);
        var (runs, done) = (study.Runs(seeds), 0);
        StudyReport report;
        try
        {
            await new StudyTraining(data, parallel, acceptBuild).TrainAsync(
                runs, run => Talk.Say($"run {run.Id} has ended, {Interlocked.Increment(ref done)} by now"), () => interruption.ForRest,
                interruption.Token).ConfigureAwait(false);
            report = await StudyReport.ReadAsync(study, seeds, data.Store, interruption.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Talk.Say("interrupted: what is trained is kept; the same command goes on");
            return ExitCode.Interrupted;
        }
        foreach (var (run, stands) in report.Missing) Talk.Say($"run {run.Id} is left out: {stands}");
        if (report.Outcome is not { } outcome) return Talk.Refuse(ExitCode.Failed, "no run came to its end");
        if (folder is not null) Talk.Say($"written: {StudyPage.Write(folder, report)}");
        if (json)
            JsonOutput.Write(new
            {
                Study = study.Name,
                Seeds = seeds,
                Runs = report.Runs.All.Select(run => run.Run.Id.Value),
                Missing = report.Missing.Select(one => one.Run.Id.Value),
                report.Builds,
                outcome.Claims,
                outcome.Columns,
                outcome.Rows,
            });
        else Print(outcome);
        return report.Missing.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    static void Print(StudyOutcome outcome)
    {
        Tables.Write(["claim", "measured", "bound", "shown"], outcome.Claims.Select(claim => (string[])
            [claim.Says, StudyPage.Cell(claim.Value), claim.Bound, claim.Shown]));
        // By condition a table of two columns: all figures beside each other would need a very wide screen.
        foreach (var row in outcome.Rows)
            Tables.Write([row.Condition, ""], outcome.Columns.Zip(row.Figures, (name, value) => (string[])[name, StudyPage.Cell(value)]));
    }
}
