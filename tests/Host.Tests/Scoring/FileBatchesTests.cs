using System.Globalization;
using ActorRlhf.Evaluation.Contract;
using ActorRlhf.Host.Scoring;

namespace ActorRlhf.Host.Tests.Scoring;

public sealed class FileBatchesTests
{
    [Fact]
    public void OfGroups_RowsOfOnePrompt_AreInOneBatch()
    {
        var batches = FileBatches.OfGroups(Items(3_000, i => i / 7)).ToArray();
        Assert.Equal(Enumerable.Range(0, 3_000), batches.SelectMany(batch => batch).Select(item => item.Index));
        Assert.InRange(batches.Length, 5, 6);
        var prompts = batches.SelectMany((batch, number) => batch.Select(item => (item.Item!.Prompt, number))).Distinct().ToArray();
        Assert.Equal(prompts.Length, prompts.DistinctBy(one => one.Prompt).Count());
    }

    /// <summary>An evaluator takes rows of one prompt together wherever they stand in a batch.</summary>
    [Fact]
    public void OfGroups_PromptThatComesAgain_IsInAnotherBatch()
    {
        var batches = FileBatches.OfGroups(Items(800, i => i % 100)).ToArray();
        Assert.Equal(Enumerable.Repeat(100, 8), batches.Select(batch => batch.Count));
        Assert.Equal([3, 2], FileBatches.OfGroups(Items(5, i => i is 2 ? 1 : 0)).Select(batch => batch.Count));
    }

    [Fact]
    public void OfGroups_RowThatFailedAmongThem_EndsNoGroup()
    {
        var items = Items(600, i => i < 100 ? 0 : 1).ToArray();
        items[520] = new FileItem(520, null, "broken");
        Assert.Equal([600], FileBatches.OfGroups(items).Select(batch => batch.Count));
    }

    [Fact]
    public void OfGroups_GroupThatIsTooLarge_FailsAsAWhole()
    {
        var items = FileBatches.OfGroups(Items(6_000, i => i is < 10 or >= 5_990 ? i : -1)).SelectMany(batch => batch).ToArray();
        Assert.Equal(6_000, items.Length);
        Assert.Equal(5_980, items.Count(item => item.Error is not null));
        Assert.All(items, item => Assert.Equal(item.Index is >= 10 and < 5_990, item.Error is not null));
    }

    [Fact]
    public void Of_Items_HasFullBatchesAndARest() =>
        Assert.Equal([512, 512, 176], FileBatches.Of(Items(1_200, i => 0)).Select(batch => batch.Count));

    static IEnumerable<FileItem> Items(int count, Func<int, int> prompt) => Enumerable.Range(0, count).Select(i => new FileItem(
        i, new EvaluationItem(i.ToString(CultureInfo.InvariantCulture), prompt(i).ToString(CultureInfo.InvariantCulture), "x"), null));
}
