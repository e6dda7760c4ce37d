using System.CommandLine;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Reading;
using ActorRlhf.Actors.Runs.Recomputing;
using ActorRlhf.Actors.Runs.Transfer;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Exports;

namespace ActorRlhf.Host.Cli;

/// <summary><c>export</c>: a run in one file, for another machine; as tables or as a model for other programs.</summary>
static class ExportCommand
{
    const string Model = "model";

    public static Command Create()
    {
        var (run, data, json) = (Options.Run(), Options.Data(), Options.Json());
        var output = Options.Output(
            "PATH",
            "The file to write, in the place of an earlier archive of that name; with --format a directory that is "
                + "new, empty or, for tables, holds an earlier export.");
        var format = new Option<string?>("--format")
        {
            Description = "Writes tables instead, steps and completions: JSON lines, Parquet or CSV; "
                + "or the policy after a step as a model folder.",
        }.OneOf([.. ExportFormat.All.Select(one => one.Extension), Model]);
        var at = Options.OptionalNumber(
            "--at", "STEP", "The step after which the policy is written, 0 is before RL; the newest unless given.", 0, int.MaxValue);
        var acceptBuild = Options.AcceptBuild();
        var command = new Command(
            "export",
            "Writes a run into one file (events, artefacts and head) that 'import' takes in, as tables, or as a model; "
                + "also while it goes on.")
        {
            run, output, format, at, acceptBuild, data, json,
        };
        command.Validators.Add(result =>
        {
            if (result.GetResult(format) is not { Tokens: [{ Value: Model }] }
                && (result.GetResult(at) is { Implicit: false } || result.GetResult(acceptBuild) is { Implicit: false }))
                result.AddError($"--at and --accept-build belong to --format {Model}");
        });
        command.SetAction((parse, ct) => parse.GetValue(format) is Model
            ? ExecuteAsync(
                new RunPolicyName(parse.GetRequiredValue(run), parse.GetValue(at)),
                parse.GetRequiredValue(output), parse.GetValue(acceptBuild),
                parse.GetValue(data), parse.GetValue(json), ct)
            : Task.FromResult(Execute(
                parse.GetRequiredValue(run),
                parse.GetRequiredValue(output),
                ExportFormat.All.SingleOrDefault(one => one.Extension == parse.GetValue(format)),
                parse.GetValue(data),
                parse.GetValue(json))));
        return command;
    }

    static int Execute(string name, string output, ExportFormat? format, string? data, bool json)
    {
        using var directory = DataDirectory.OpenForReading(data);
        OutputPath.ThrowIfIn(directory, output);
        var run = new RunReader(directory.Store).Open(name);
        if (format is null) ArchiveOutput.Write(RunArchive.Export(directory.Store, run.Id, output), run.Id, json);
        else Write(TableExport.Write([RunTables.Steps(run), RunTables.Completions(run)], format, output), json);
        return ExitCode.Done;
    }

    static async Task<int> ExecuteAsync(
        RunPolicyName policy, string output, bool acceptBuild, string? data, bool json, CancellationToken ct)
    {
        using var directory = DataDirectory.OpenForReading(data);
        OutputPath.ThrowIfIn(directory, output);
        var (run, step) = RunModel.Find(new RunReader(directory.Store), policy);
        Talk.Say($"policy of run {run.Id} after step {step}{StepsAgain.Of(run, step)}");
        var model = await ExportedModel.WriteAsync(run, step, output, acceptBuild, ct).ConfigureAwait(false);
        if (json) JsonOutput.Write(model);
        else
            Tables.Write(["", ""],
                [["folder", model.Folder], ["run", model.Run], ["step", Figures.Of(model.Step)], ["weights", model.Weights]]);
        return ExitCode.Done;
    }

    static void Write(IReadOnlyList<ExportedTable> tables, bool json)
    {
        if (json) foreach (var table in tables) JsonOutput.Write(table);
        else Tables.Write(["file", ">rows"], tables.Select(table => new[] { table.File, Figures.Of(table.Rows) }));
    }
}
