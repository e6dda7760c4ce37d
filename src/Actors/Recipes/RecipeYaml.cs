using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace ActorRlhf.Actors.Recipes;

/// <summary>
/// Reads the YAML of a recipe into a <see cref="RecipeBuilder"/>: sections of keys with plain values, and nothing else of YAML.
/// </summary>
/// <remarks>
/// It goes over the parser's events rather than over a document, so that every problem knows its line and a hostile text costs no memory:
/// anchors, aliases and tags are refused where they stand, and nothing is ever expanded.
/// </remarks>
sealed class RecipeYaml
{
    const int MostDepth = 16;
    readonly Dictionary<string, int> _lines = []; // of every key so far
    readonly RecipeBuilder _recipe;
    readonly Parser _parser;

    RecipeYaml(string text, RecipeBuilder recipe) => (_parser, _recipe) = (new Parser(new StringReader(text)), recipe);

    /// <summary>Reads a whole text. Problems go to the builder; after a mistake in the YAML itself the rest is not read.</summary>
    public static void Read(string text, RecipeBuilder recipe)
    {
        var yaml = new RecipeYaml(text, recipe);
        try { yaml.ReadStream(); }
        catch (YamlException failure) { recipe.Report(Line(failure.Start), "", null, $"not valid YAML: {failure.Message}"); }
        catch (InvalidOperationException)
        {
            // YamlDotNet 18.1.0 fails like this, without a place, when a bracket is still open where a line begins with a key.
            recipe.Report(
                Line(yaml._parser.Current?.End ?? Mark.Empty), "", null, "not valid YAML: a bracket that was opened here is not closed");
        }
    }

    void ReadStream()
    {
        _parser.Consume<StreamStart>();
        if (_parser.TryConsume<DocumentStart>(out var first)) ReadSection("", Line(first.Start));
        else _recipe.Report(1, "", null, "the recipe is empty; give at least a name");
        if (_recipe.IsHopeless || !_parser.TryConsume<DocumentEnd>(out _)) return;
        if (_parser.Accept<DocumentStart>(out var second))
            _recipe.Report(Line(second.Start), "", null, "a recipe is one YAML document; remove what follows '---'");
    }

    void ReadSection(string section, int line)
    {
        if (!_parser.TryConsume<MappingStart>(out var start))
        {
            // A section whose keys are all commented out is a section of defaults; a whole recipe like that is a mistake.
            var (scalar, keys) = (Next() as Scalar, $"a section of keys ({string.Join(", ", RecipeKeys.Sections[section])})");
            if (scalar is null) _recipe.Report(line, section, null, $"{keys} is expected here");
            else if (IsNull(scalar) && section is "") _recipe.Report(line, "", null, "the recipe is empty; give at least a name");
            else if (IsNull(scalar) && scalar.Value is not "")
                _recipe.Report(line, section, null, $"the value is missing; give {keys}, or leave it out for the defaults");
            else if (!IsNull(scalar)) _recipe.Report(line, section, scalar.Value, keys);
            Skip();
            return;
        }
        RefuseDecoration(start, section, line);
        while (!_recipe.IsHopeless && !_parser.TryConsume<MappingEnd>(out _)) ReadEntry(section);
    }

    void ReadEntry(string section)
    {
        var line = Line(Next().Start);
        if (!_parser.TryConsume<Scalar>(out var key))
        {
            _recipe.Report(line, section, null, "a key is a word, written as 'key: value'");
            Skip();
            Skip();
            return;
        }
        // After an empty key YamlDotNet 18.1.0 takes the next key for its value, and nothing that follows is what it seems.
        if (key.Value is "") throw new SemanticErrorException(key.Start, key.End, "a key is missing before ':'");
        var name = section is "" ? key.Value : $"{section}.{key.Value}";
        RefuseDecoration(key, name, line);
        if (!_lines.TryAdd(name, line))
        {
            _recipe.Report(
                line, name, null, FormattableString.Invariant($"the key is already given on line {_lines[name]}; remove one of them"));
            Skip();
        }
        else if (key.Value.Contains('.'))
        {
            _recipe.Report(line, name, key.Value, "a key; where the reference says 'a.b', write 'a:' and 'b:' indented on the line below");
            Skip();
        }
        else if (RecipeKeys.Sections.ContainsKey(name)) ReadSection(name, line);
        else if (RecipeKeys.ByName.TryGetValue(name, out var known)) ReadValue(known, line);
        else
        {
            _recipe.ReportUnknown(line, name);
            Skip();
        }
    }

    void ReadValue(RecipeKey key, int line)
    {
        if (!_parser.TryConsume<Scalar>(out var scalar))
        {
            var found = Next() switch { AnchorAlias => "an alias ('*')", SequenceStart => "a list", _ => "a section of keys" };
            _recipe.Report(line, key.Name, null, $"{key.Allowed} is expected here, not {found}");
            Skip();
            return;
        }
        RefuseDecoration(scalar, key.Name, line);
        // Block texts end with the line break that ends their last line.
        _recipe.Set(line, key.Name, IsNull(scalar) ? null : scalar.Value.TrimEnd('\n'), quoted: scalar.Style is not ScalarStyle.Plain);
    }

    static bool IsNull(Scalar scalar) => scalar.Style is ScalarStyle.Plain && scalar.Value is "" or "null" or "~";

    void RefuseDecoration(NodeEvent node, string name, int line)
    {
        if (!node.Anchor.IsEmpty) _recipe.Report(line, name, null, "anchors ('&') are not allowed; write each value out");
        if (!node.Tag.IsEmpty) _recipe.Report(line, name, null, "tags ('!') are not allowed; remove it");
    }

    // Passes over one value, whatever is in it.
    void Skip()
    {
        var depth = 0;
        do
        {
            var node = _parser.Consume<ParsingEvent>();
            depth += node.NestingIncrease;
            if (depth > MostDepth) throw new SemanticErrorException(node.Start, node.End, "lists and sections are nested too deeply");
        }
        while (depth > 0);
    }

    ParsingEvent Next()
    {
        _parser.Accept<ParsingEvent>(out var next);
        return next!;
    }

    static int Line(Mark mark) => (int)Math.Max(mark.Line, 1);
}
