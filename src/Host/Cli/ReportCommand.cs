using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using ActorRlhf.Actors.Log.Storage;
using ActorRlhf.Host.Contracts;
using ActorRlhf.Host.Display;
using ActorRlhf.Host.Report.Charts;
using ActorRlhf.Host.Report.Checking;
using ActorRlhf.Host.Report.Content;
using ActorRlhf.Host.Report.Making;
using ActorRlhf.Models.Files;

namespace ActorRlhf.Host.Cli;

/// <summary><c>report</c>: one file that says what went wrong in a run, and the proof that it says what the log says;
/// <c>docs/report.md</c>.</summary>
static class ReportCommand
{
    static readonly string[] s_formats = ["html", "md", "svg", "png"];

    public static Command Create()
    {
        var names = new Argument<string[]>("RUN")
        {
            Description = "Runs: for each its id, the beginning of it, or latest.",
            Arity = ArgumentArity.ZeroOrMore,
            HelpName = "RUN",
        };
        names.CompletionSources.Add(RunNames.Of);
        var output = new Option<string?>("-o", "--output")
        {
            Description = "The file to write, replaced if it is there.",
            HelpName = "FILE"
        };
        var format = new Option<string?>("--format")
        {
            Description = "What to write; guessed from the file's name unless "
            + "given."
        }.OneOf(s_formats);
        var figure = new Option<string?>("--figure")
        {
            Description = "The single figure that svg and png are; score-steps unless given, of several runs overlay.",
            HelpName = "NAME",
        };
        var verify = new Option<string?>("--verify")
        {
            Description = "Makes a report again from the log, compares every number with the file, and names what differs.",
            HelpName = "FILE",
        };
        var (data, json) = (Options.Data(), Options.Json());
        var command = new Command(
            "report",
            "Writes one file about a run, or several, that opens anywhere without a network: what went wrong, when, which checkpoint to "
                + "take, "
                + "the figures, and what the policy said. Or verifies one.")
        {
            names, output, format, figure, verify, data, json,
        };
        command.Validators.Add(result => Check(result, names, output, format, figure, verify));
        command.SetAction(parse => parse.GetValue(verify) is { } file
            ? Verify(file, parse.GetValue(data), parse.GetValue(json))
            : Make(
                parse.GetRequiredValue(names), parse.GetRequiredValue(output)!,
                    parse.GetValue(format) ?? FormatOf(parse.GetRequiredValue(output)!)!,
                parse.GetValue(figure), parse.GetValue(data), parse.GetValue(json)));
        return command;
    }

    static void Check(
        CommandResult result, Argument<string[]> names, Option<string?> output, Option<string?> format, Option<string?> figure,
            Option<string?> verify)
    {
        string? Of(Option<string?> option) => result.GetResult(option) is { Tokens: [var token] } ? token.Value : null;
        var runs = result.GetResult(names)?.Tokens.Count ?? 0;
        if (Of(verify) is not null)
        {
            if (runs > 0 || Of(output) is not null || Of(format) is not null || Of(figure) is not null)
                result.AddError("--verify FILE stands alone: the file says which runs it is of, and how it was made");
            return;
        }
        if (runs == 0) result.AddError("report needs a RUN, or --verify FILE");
        if (Of(output) is not { } path) result.AddError("report needs -o FILE, such as -o report.html");
        else if ((Of(format) ?? FormatOf(path)) is not { } kind)
            result.AddError($"-o: '{path}' does not say what to write: expected a name that ends in .{string.Join(", .", s_formats)}, "
                + "or --format");
        else if (Of(figure) is not null && kind is "html" or "md") result.AddError($"--figure belongs to svg and png, not to {kind}");
    }

    static int Make(string[] names, string output, string format, string? figure, string? data, bool json)
    {
        var path = Path.GetFullPath(output);
        if (!Directory.Exists(Path.GetDirectoryName(path)))
            return Talk.Refuse(ExitCode.Usage, $"-o: there is no folder {Path.GetDirectoryName(path)}: make it, or name another file");
        if (format == "png" && !PngFigure.HasFonts())
            return Talk.Refuse(ExitCode.Failed,
                "--format png: this machine has no font to write with: install one, such as fonts-dejavu-core, or use svg");
        using var directory = DataDirectory.OpenForReading(data);
        OutputPath.ThrowIfIn(directory, path);
        using var held = directory.Store.Journal.Hold();
        var maker = new ReportMaker(directory.Store);
        var stamp = maker.Stamp(names, format, figure);
        var bytes = format == "png" ? maker.Png(stamp) : Encoding.UTF8.GetBytes(maker.Text(stamp));
        try { DurableFile.Write(path, stream => stream.Write(bytes)); }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            return Talk.Refuse(ExitCode.Failed, $"-o: {path} cannot be written: {refused.Message}");
        }
        Say(stamp, path, bytes.Length, json);
        return ExitCode.Done;
    }

    static void Say(ReportStamp stamp, string path, int bytes, bool json)
    {
        if (json) JsonOutput.Write(new { File = path, Format = stamp.Make, Bytes = bytes, stamp.Runs });
        else
            Tables.Write(["", ""],
            [
                ["file", $"{path} ({Readable.Bytes(bytes)})"],
                .. stamp.Runs.Select(run => (string[])["run", $"{run.Run}, head {run.Training}"]),
                .. stamp.Make == "png" ? (string[][])[] : [["verify", $"actorrlhf report --verify {path}"]],
            ]);
    }

    static int Verify(string file, string? data, bool json)
    {
        if (!Path.Exists(file)) return Talk.Refuse(ExitCode.NotFound, $"--verify: there is no file {file}");
        if (FileKind.WhyNotRegular(file) is { } kind)
            return Talk.Refuse(ExitCode.Usage, $"--verify: {file} is {kind}; expected the one file that 'report' wrote");
        using var directory = DataDirectory.OpenForReading(data);
        using var held = directory.Store.Journal.Hold();
        var check = ReportCheck.Of(file, directory.Store);
        foreach (var run in check.Runs.Where(run => run.GoneOn))
            Talk.Say(run.Step == run.StepNow
                ? $"run {run.Run} was evaluated further since: this report is of what was known then"
                : $"run {run.Run} has gone on since: this report is of step {Figures.Of(run.Step)}, the run is at step "
                    + Figures.Of(run.StepNow));
        if (json) JsonOutput.Write(check);
        else if (check.Agrees) Console.Out.Write(SafeText.Of($"{file} agrees with the log in each of its {Figures.Of(check.Numbers)} "
            + "numbers\n"));
        else
        {
            Tables.Write(["differs", "the file says", "the log says"],
                check.Differences.Select(one => (string[])[one.Place, one.File, one.Log]));
            if (check.LeftOut > 0) Console.Out.Write($"and {Figures.Of(check.LeftOut)} more\n");
        }
        return check.Agrees ? ExitCode.Done : Talk.Refuse(ExitCode.Failed, $"{file} does not say what the log says");
    }

    static string? FormatOf(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".html" or ".htm" => "html",
        ".md" or ".markdown" => "md",
        ".svg" => "svg",
        ".png" => "png",
        _ => null,
    };
}
