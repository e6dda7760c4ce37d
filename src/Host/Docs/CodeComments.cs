using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ActorRlhf.Actors.Log.Events;

namespace ActorRlhf.Host.Docs;

/// <summary>
/// The documentation comments of an assembly as the compiler wrote them beside it, so that pages made of them cannot go stale.
/// </summary>
sealed partial class CodeComments
{
    readonly Assembly _assembly;
    readonly Dictionary<string, XElement> _members;

    /// <param name="assembly">One that is built with its documentation file.</param>
    /// <exception cref="FileNotFoundException">The file is not beside the assembly.</exception>
    public CodeComments(Assembly assembly)
    {
        var file = Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(file))
            throw new FileNotFoundException(
                $"the documentation file {file} is missing; build with GenerateDocumentationFile, or copy it beside the assembly", file);
        _assembly = assembly;
        _members = XDocument.Load(file).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!);
    }

    /// <summary>Summary of a type, in Markdown.</summary>
    public string Of(Type type) => Summary($"T:{type.FullName}");

    /// <summary>Summary of a property, in Markdown; of a record's, the comment of its parameter.</summary>
    public string Of(PropertyInfo property) => Summary($"P:{property.DeclaringType!.FullName}.{property.Name}");

    string Summary(string member) => _members.TryGetValue(member, out var comment) && comment.Element("summary") is { } summary
        ? Spaces().Replace(string.Concat(summary.Nodes().Select(Markdown)), " ").Trim().Replace("|", "\\|", StringComparison.Ordinal)
        : throw new KeyNotFoundException($"{member} has no summary in the documentation file");

    string Markdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement element when element.Attribute("cref") is { } to => $"`{Name(to.Value)}`",
        // A parameter goes by its name in JSON.
        XElement element when element.Attribute("name") is { } name => $"`{char.ToLowerInvariant(name.Value[0])}{name.Value[1..]}`",
        XElement element => string.Concat(element.Nodes().Select(Markdown)),
        _ => "",
    };

    /// <summary>An event goes by its manifest, anything else by the last part of its name.</summary>
    string Name(string reference) =>
        _assembly.GetType(reference[2..])?.GetCustomAttribute<EventNameAttribute>()?.Manifest
            ?? reference[(reference.LastIndexOf('.') + 1)..];

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}
