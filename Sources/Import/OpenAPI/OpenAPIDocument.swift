import Scenarios

/// An OpenAPI 3 or Swagger 2.0 document, and what its references lead to.
struct OpenAPIDocument {
    /// Which of the two languages it is in.
    enum Dialect {
        case swagger2
        case openAPI3
    }

    /// References in a row at most.
    private static let maximumReferences = 32

    let root: DocumentValue
    /// The file's name in problems.
    let file: String
    let dialect: Dialect
    /// The files that references lead to; nil where none may be followed.
    private let files: ReferencedFiles?

    /// A document; refuses what is none.
    init(_ root: DocumentValue, file: String, files: ReferencedFiles? = nil) throws(InvalidSource) {
        self.root = root
        self.file = file
        self.files = files
        guard root.object != nil else {
            throw InvalidSource("\(file)#", "expected an OpenAPI document, found \(root.kind)")
        }
        if let version = root["swagger"]?.scalarText ?? root["swaggerVersion"]?.scalarText {
            dialect = .swagger2
            guard version == "2.0" || version == "2" else {
                throw InvalidSource(
                    "\(file)#/swagger",
                    "version \(StepNames.fit(version, otherwise: "?")) is not known: expected Swagger 2.0 or OpenAPI 3")
            }
            return
        }
        dialect = .openAPI3
        guard let version = root["openapi"]?.scalarText else {
            throw InvalidSource("\(file)#", "expected an OpenAPI document: the key \"openapi\" is missing")
        }
        guard ["3.0", "3.1", "3.2"].contains(where: { version == $0 || version.hasPrefix("\($0).") }) else {
            throw InvalidSource(
                "\(file)#/openapi",
                "version \(StepNames.fit(version, otherwise: "?")) is not known: expected 3.0, 3.1 or 3.2")
        }
    }

    /// The place of a pointer in problems.
    func location(_ pointer: JSONPointer) -> String { "\(file)#\(pointer)" }

    /// The reference to a schema of the document.
    func schemaReference(named name: String) -> String {
        dialect == .swagger2 ? "#/definitions/\(name)" : "#/components/schemas/\(name)"
    }

    /// The value behind references, and the references that led there.
    ///
    /// - Throws: Why a reference leads nowhere.
    func resolve(_ value: DocumentValue) throws(BrokenReference) -> (value: DocumentValue, references: [String]) {
        var value = value
        var references: [String] = []
        while let reference = value["$ref"]?.text {
            guard !references.contains(reference), references.count < Self.maximumReferences else {
                throw BrokenReference(message: "the reference \(quoted(reference)) leads back to itself")
            }
            references.append(reference)
            value = try target(of: reference)
        }
        return (value, references)
    }

    /// A reference that can't be followed.
    struct BrokenReference: Error {
        var message: String
    }

    private func target(of reference: String) throws(BrokenReference) -> DocumentValue {
        let mark = reference.firstIndex(of: "#") ?? reference.endIndex
        var value = try document(String(reference[..<mark]), reference)
        guard let names = JSONPointer.names(ofReference: mark == reference.endIndex ? "#" : String(reference[mark...]))
        else { throw BrokenReference(message: "the reference \(quoted(reference)) is not a JSON pointer") }
        for name in names {
            let next: DocumentValue? =
                if let list = value.list { Int(name).flatMap { list.indices.contains($0) ? list[$0] : nil } } else {
                    value[name]
                }
            guard let next else {
                throw BrokenReference(message: "the reference \(quoted(reference)) leads nowhere")
            }
            value = next
        }
        return value
    }

    /// The document that a reference names; the own one where it names none.
    private func document(_ name: String, _ reference: String) throws(BrokenReference) -> DocumentValue {
        if name.isEmpty { return root }
        if let document = files?.documents[name] { return document }
        let reason = files?.obstacles[name] ?? "it leads out of the document: bundle it into one file first"
        throw BrokenReference(message: "the reference \(quoted(reference)) can't be followed: \(reason)")
    }
}
