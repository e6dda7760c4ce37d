using System.Globalization;
using System.Threading.Channels;
using ActorRlhf.Actors.Recipes;
using ActorRlhf.Actors.Runs.Deciding;
using ActorRlhf.Actors.Runs.Pipeline;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace ActorRlhf.Host.Display;

/// <summary>A run as a live picture in a terminal: bars, rates, the time that is left, and the last figures of RL.</summary>
/// <param name="console">A terminal that can move its cursor.</param>
/// <param name="recipe">The run's recipe.</param>
/// <param name="state">Where the run stands.</param>
/// <param name="behind">News from before that, whose figures are shown.</param>
sealed class LiveTraining(IAnsiConsole console, Recipe recipe, RunState state, IReadOnlyList<object> behind) : ITrainingDisplay
{
    const int WidestBar = 24, WidthOfTheRest = 71, LinesOfTheRest = 4;
    static readonly TimeSpan s_redraw = TimeSpan.FromMilliseconds(200);

    /// <inheritdoc/>
    public async Task<RunNews> FollowAsync(ChannelReader<object> news, CancellationToken ct)
    {
        var picture = new TrainingPicture(recipe, state);
        foreach (var one in behind) picture.Recall(one);
        picture.Begin(TimeProvider.System.GetUtcNow());
        IRenderable Now() => Render(picture, TimeProvider.System.GetUtcNow(), console.Profile.Width, console.Profile.Height);
        return await console.Live(Now()).StartAsync(async live =>
        {
            for (var arriving = news.WaitToReadAsync(ct).AsTask(); ;)
            {
                // Redrawn also when nothing happens, so that clocks go on.
                await Task.WhenAny(arriving, Task.Delay(s_redraw, ct)).ConfigureAwait(false);
                ct.ThrowIfCancellationRequested();
                RunNews? end = null;
                while (end is null && news.TryRead(out var item))
                {
                    picture.Add(item, TimeProvider.System.GetUtcNow());
                    end = item is RunEnded or RunLost ? (RunNews)item : null;
                }
                live.UpdateTarget(Now());
                if (end is not null) return end;
                if (!arriving.IsCompleted) continue;
                await arriving.ConfigureAwait(false); // what broke the news off is told
                arriving = news.WaitToReadAsync(ct).AsTask();
            }
        }).ConfigureAwait(false);
    }

    /// <summary>The picture as it is drawn.</summary>
    /// <param name="picture">What there is to show.</param>
    /// <param name="now">For rates and clocks.</param>
    /// <param name="width">Of the terminal, in characters; bars give way first.</param>
    /// <param name="height">Of the terminal, in lines; where they do not suffice, there are no curves.</param>
    public static IRenderable Render(TrainingPicture picture, DateTimeOffset now, int width, int height)
    {
        var barWidth = Math.Clamp(width - WidthOfTheRest, 0, WidestBar);
        var grid = new Grid();
        for (var column = 0; column < 6; column++)
        {
            var side = column is 2 or 3 or 4 ? Justify.Right : Justify.Left;
            grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0), Alignment = side });
        }
        foreach (var row in picture.Rows)
            grid.AddRow(
                new Markup(Markup.Escape(row.Name), row.Began is null ? new Style(Color.Grey) : Style.Plain), Bar(row, barWidth),
                new Text(row.Total > 0 ? string.Create(CultureInfo.InvariantCulture, $"{row.Done}/{row.Total}") : ""),
                new Text(row.Total > 0 && row.Rate(now) is { } rate ? $"{Readable.Rough(rate)} {row.Unit}/s" : ""),
                new Text(row.Remaining(now) is { } left
                    ? $"eta {Readable.Clock(left)}"
                    : row.Began is null ? "" : Readable.Clock(row.Elapsed(now))),
                new Text(row.Detail));
        List<IRenderable> parts = [grid];
        var curves = picture.Evaluations.Count > 1 ? HeldoutPlot.Lines(picture.Evaluations) : [];
        if (picture.Rows.Count + curves.Count + LinesOfTheRest <= height && curves.All(line => line.Length <= width))
            parts.AddRange(curves.Select(line => new Text(line)));
        if (picture.Evaluation is { } evaluation) parts.Add(new Text($"held-out, step {evaluation.Step}: {Readable.Of(evaluation)}"));
        if (picture.Step is { } step) parts.Add(new Text(Step(step, picture.EpisodesPerSecond(now))));
        if (picture.Alarm is { } alarm) parts.Add(new Text($"alarm: {Tables.OneLine(alarm)}", new Style(Color.Red)));
        if (picture.Warning is { } warning) parts.Add(new Text($"warning: {Tables.OneLine(warning)}", new Style(Color.Red)));
        return new Rows(parts);
    }

    static Markup Bar(StageRow row, int width)
    {
        var filled = (int)(row.Share * width);
        var colour = row.Ended is null ? "yellow" : "green";
        return new Markup($"[{colour}]{new string('━', filled)}[/][grey]{new string('━', width - filled)}[/]");
    }

    static string Step(Actors.Runs.Reading.StepMetrics step, double? episodesPerSecond)
    {
        string Metric(string name) => step.Values.TryGetValue(name, out var value) ? Readable.Of(value) : "–";
        return $"training, step {step.Step}: scores {Metric("objective/scores")}, KL {Metric("objective/kl")} nats, "
            + $"length {Metric("length/mean")} tokens"
            + (episodesPerSecond is { } rate ? $", {Readable.Rough(rate)} episodes/s" : "");
    }
}
