using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace ActorRlhf.Host.Tests.Architecture;

/// <summary>A type, as far as a folder is concerned: its assembly and its namespace.</summary>
/// <param name="Assembly">Simple name.</param>
/// <param name="Namespace">Empty for what the compiler makes.</param>
readonly record struct Place(string Assembly, string Namespace);

/// <summary>Which places the code of an assembly uses: in signatures, fields, bodies and attributes, as the compiler left them.</summary>
static class CompiledReferences
{
    /// <summary>Pairs of the place of a type and a place that it uses, each once.</summary>
    public static IReadOnlySet<(Place From, Place To)> Of(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var found = new HashSet<(Place, Place)>();
        var here = metadata.GetString(metadata.GetAssemblyDefinition().Name);
        foreach (var handle in metadata.TypeDefinitions)
        {
            var uses = new Uses(metadata, here);
            uses.Of(metadata.GetTypeDefinition(handle), file);
            var from = uses.PlaceOf(handle);
            if (from.Namespace.Length == 0) continue;
            foreach (var to in uses.Found)
                if (to.Namespace.Length > 0 && to != from) found.Add((from, to));
        }
        return found;
    }

    sealed class Uses(MetadataReader metadata, string here) : ISignatureTypeProvider<Place, object?>
    {
        static readonly ImmutableArray<OpCode?> s_short = Codes(0x00), s_long = Codes(0xfe00);

        public HashSet<Place> Found { get; } = [];

        public void Of(TypeDefinition type, PEReader file)
        {
            Add(type.BaseType);
            foreach (var implemented in type.GetInterfaceImplementations()) Add(metadata.GetInterfaceImplementation(implemented).Interface);
            foreach (var field in type.GetFields()) metadata.GetFieldDefinition(field).DecodeSignature(this, null);
            foreach (var handle in type.GetMethods())
            {
                var method = metadata.GetMethodDefinition(handle);
                method.DecodeSignature(this, null);
                if (method.RelativeVirtualAddress == 0) continue;
                var body = file.GetMethodBody(method.RelativeVirtualAddress);
                if (!body.LocalSignature.IsNil) metadata.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(this, null);
                foreach (var region in body.ExceptionRegions) Add(region.CatchType);
                Code(body.GetILBytes()!);
            }
        }

        public Place PlaceOf(EntityHandle handle) => handle.Kind switch
        {
            HandleKind.TypeDefinition when metadata.GetTypeDefinition((TypeDefinitionHandle)handle) is var type =>
                type.GetDeclaringType() is { IsNil: false } outer ? PlaceOf(outer) : new Place(here, metadata.GetString(type.Namespace)),
            HandleKind.TypeReference when metadata.GetTypeReference((TypeReferenceHandle)handle) is var type =>
                type.ResolutionScope.Kind switch
                {
                    HandleKind.TypeReference => PlaceOf(type.ResolutionScope),
                    HandleKind.AssemblyReference => new Place(
                        metadata.GetString(metadata.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name),
                        metadata.GetString(type.Namespace)),
                    _ => new Place(here, metadata.GetString(type.Namespace)),
                },
            _ => throw new ArgumentOutOfRangeException(nameof(handle), handle.Kind, "a type"),
        };

        void Code(byte[] code)
        {
            for (var at = 0; at < code.Length;)
            {
                const byte twoBytes = 0xfe;
                var operation = (code[at] == twoBytes ? s_long[code[++at]] : s_short[code[at]])!.Value;
                at++;
                switch (operation.OperandType)
                {
                    case OperandType.InlineMethod or OperandType.InlineField
                        or OperandType.InlineType or OperandType.InlineTok:
                        Add((EntityHandle)MetadataTokens.Handle(BitConverter.ToInt32(code, at)));
                        at += 4;
                        break;
                    case OperandType.InlineNone: break;
                    case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI
                        or OperandType.ShortInlineVar:
                        at++;
                        break;
                    case OperandType.InlineVar: at += 2; break;
                    case OperandType.InlineI8 or OperandType.InlineR: at += 8; break;
                    case OperandType.InlineSwitch: at += 4 + 4 * BitConverter.ToInt32(code, at); break;
                    default: at += 4; break;
                }
            }
        }

        void Add(EntityHandle handle)
        {
            if (handle.IsNil) return;
            switch (handle.Kind)
            {
                case HandleKind.TypeDefinition or HandleKind.TypeReference:
                    Found.Add(PlaceOf(handle));
                    break;
                case HandleKind.TypeSpecification:
                    metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(this, null);
                    break;
                case HandleKind.MethodDefinition when metadata.GetMethodDefinition((MethodDefinitionHandle)handle) is var method:
                    Add(method.GetDeclaringType());
                    method.DecodeSignature(this, null);
                    break;
                case HandleKind.FieldDefinition when metadata.GetFieldDefinition((FieldDefinitionHandle)handle) is var field:
                    Add(field.GetDeclaringType());
                    field.DecodeSignature(this, null);
                    break;
                case HandleKind.MemberReference when metadata.GetMemberReference((MemberReferenceHandle)handle) is var member:
                    Add(member.Parent);
                    if (member.GetKind() is MemberReferenceKind.Method) member.DecodeMethodSignature(this, null);
                    else member.DecodeFieldSignature(this, null);
                    break;
                case HandleKind.MethodSpecification when metadata.GetMethodSpecification((MethodSpecificationHandle)handle) is var generic:
                    Add(generic.Method);
                    generic.DecodeSignature(this, null);
                    break;
            }
        }

        static ImmutableArray<OpCode?> Codes(int high)
        {
            var codes = new OpCode?[256];
            foreach (var field in typeof(OpCodes).GetFields())
                if (field.GetValue(null) is OpCode code && ((ushort)code.Value & 0xff00) == high) codes[code.Value & 0xff] = code;
            return [.. codes];
        }

        Place Seen(EntityHandle handle)
        {
            var place = PlaceOf(handle);
            Found.Add(place);
            return place;
        }

        public Place GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => Seen(handle);
        public Place GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => Seen(handle);
        public Place GetTypeFromSpecification(MetadataReader reader, object? context, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, context);
        public Place GetPrimitiveType(PrimitiveTypeCode typeCode) => default;
        public Place GetSZArrayType(Place elementType) => elementType;
        public Place GetArrayType(Place elementType, ArrayShape shape) => elementType;
        public Place GetByReferenceType(Place elementType) => elementType;
        public Place GetPointerType(Place elementType) => elementType;
        public Place GetPinnedType(Place elementType) => elementType;
        public Place GetModifiedType(Place modifier, Place unmodifiedType, bool isRequired) => unmodifiedType;
        public Place GetFunctionPointerType(MethodSignature<Place> signature) => default;
        public Place GetGenericInstantiation(Place genericType, ImmutableArray<Place> typeArguments) => genericType;
        public Place GetGenericMethodParameter(object? genericContext, int index) => default;
        public Place GetGenericTypeParameter(object? genericContext, int index) => default;
    }
}
