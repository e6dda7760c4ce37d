using ActorRlhf.Evaluation.Catalogue.MultipleChoice;

namespace ActorRlhf.Evaluation.Tests.Catalogue.MultipleChoice;

public sealed class ChoiceFileTests
{
    [Theory]
    [InlineData("""{"question":"q","choices":["x","y","z"],"answer":1}""")]
    [InlineData("""{"question":"q","choices":["x","y","z"],"answer":"1"}""")]
    [InlineData("""{"question":"q","choices":["x","y","z"],"answer":"B"}""")]
    [InlineData("""{"question":"q","choices":["x","y","z"],"answer":"y"}""")]
    [InlineData("""{"question":"q","A":"x","B":"y","C":"z","answer":"B"}""")]
    [InlineData("""{"question":"q","choice_1":"x","choice_2":"y","choice_3":"z","answer":"b"}""")]
    [InlineData("question,A,B,C,D,answer\nq,x,y,z,,B")]
    [InlineData("answer,question,choice_1,choice_2,choice_3\r\n1,q,x,y,z\r\n")]
    [InlineData("question,choices,answer\nq,\"[\"\"x\"\",\"\"y\"\",\"\"z\"\"]\",y")]
    [InlineData("q,x,y,z,B\n")]
    public void Read_OneQuestionInEverySpelling_IsTheSame(string text)
    {
        var question = Assert.Single(Read(text)).Question!;

        Assert.Equal(("q", 1), (question.Question, question.Answer));
        Assert.Equal(["x", "y", "z"], question.Choices);
        Assert.Empty(question.Slices);
    }

    [Fact]
    public void Read_CsvOfMmlu_KeepsCommasQuotesAndLineEndsOfItsCells()
    {
        var items = Read("\"Which is\nit, \"\"this\"\"?\",0,\"1, 2\",\"\",3,D\r\n\r\nnext,4,3,2,1,A\r\n");

        Assert.Equal(2, items.Length);
        Assert.Equal("line 1: choice 2 is empty", items[0].Error);
        Assert.Equal(("next", 0), (items[1].Question!.Question, items[1].Question!.Answer));
        var good = Assert.Single(Read("\"Which is\nit, \"\"this\"\"?\",0,\"1, 2\",3,C\r\n")).Question!;
        Assert.Equal("Which is\nit, \"this\"?", good.Question);
        Assert.Equal(["0", "1, 2", "3"], good.Choices);
    }

    [Theory]
    [InlineData("""{"question":"q","choices":["2","4","6"],"answer":"2"}""", "may mean choice 0 or 2")]
    [InlineData("""{"question":"q","choices":["B","A"],"answer":"B"}""", "may mean choice 0 or 1")]
    [InlineData("""{"question":"q","choices":["x","x"],"answer":"x"}""", "may mean choice 0 or 1")]
    [InlineData("""{"question":"q","choices":["x","y"],"answer":2}""", "'answer' is '2', expected an index from 0")]
    [InlineData("""{"question":"q","choices":["x","y"],"answer":"C"}""", "'answer' is 'C'")]
    [InlineData("""{"question":"q","choices":["x","y"]}""", "'answer' is missing")]
    [InlineData("""{"question":"q","choices":["x"],"answer":0}""", "it has 1 choices, expected 2 to 26")]
    [InlineData("""{"question":"q","choices":"x","answer":0}""", "expected a JSON array of texts")]
    [InlineData("""{"question":5,"choices":["x","y"],"answer":0}""", "'question' is missing or no text")]
    [InlineData("""{"question":"q",""", "it is no JSON")]
    [InlineData("question,A,B,answer\nq,x,A", "it has 3 cells, expected 4")]
    [InlineData("what,is,this,file", "'answer' is 'file'")]
    [InlineData("bad,row", "it has 2 cells and there is no header with 'question', expected 4 to 28")]
    public void Read_RowThatIsNoQuestion_FailsAloneAndSaysWhy(string text, string why)
    {
        var item = Read(text)[0];
        Assert.Null(item.Question);
        Assert.Contains(why, item.Error, StringComparison.Ordinal);
        Assert.StartsWith("line ", item.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LettersAsColumns_TakesALetterForAColumnAndANumberForAnIndex()
    {
        Assert.Equal(1, Read("question,A,B,answer\nq,B,A,B")[0].Question!.Answer);
        Assert.Equal(1, Read("""{"question":"q","choices":["1","0"],"answer":1}""")[0].Question!.Answer);
    }

    [Fact]
    public void Read_SubjectOfARow_IsASlice()
    {
        var items = Read("""
            {"question":"q","choices":["x","y"],"answer":0,"subject":"anatomy","id":7}
            {"question":"q","choices":["x"],"answer":0,"subject":"law"}

            {"question":"q","choices":["x","y"],"answer":0}
            """);

        Assert.Equal([0, 1, 2], items.Select(item => item.Index));
        Assert.Equal([new("subject", "anatomy")], items[0].Question!.Slices);
        Assert.StartsWith("line 2: ", items[1].Error, StringComparison.Ordinal);
        Assert.Empty(items[2].Question!.Slices);
    }

    [Theory]
    [InlineData("""[{"question":"q"}]""", "JSON array")]
    [InlineData("question,A,B,answer\n\"q,x,y,A\nq,x,y,A", "the quote that opens in the record of line 2 is never closed")]
    [InlineData("question,A,A,answer\n", "two of its columns have one name")]
    public void Read_FileThatIsNone_Throws(string text, string why) =>
        Assert.Contains(why, Assert.Throws<FormatException>(() => Read(text)).Message, StringComparison.Ordinal);

    static ChoiceItem[] Read(string text) => [.. ChoiceFile.Read(new StringReader(text))];
}
