import Scenarios

/// An OpenAPI 3.0 or 3.1 document, and the references inside it.
struct OpenAPIDocument {
    /// References in a row at most.
    private static let maximumReferences = 32

    let root: DocumentValue
    /// The file's name in problems.
    let file: String

    /// A document; refuses what isn't OpenAPI 3.
    init(_ root: DocumentValue, file: String) throws(InvalidSource) {
        self.root = root
        self.file = file
        guard root.object != nil else {
            throw InvalidSource("\(file)#", "expected an OpenAPI document, found \(root.kind)")
        }
        if let version = root["swagger"]?.scalarText {
            throw InvalidSource(
                "\(file)#/swagger",
                "this is Swagger \(StepNames.fit(version, otherwise: "2.0")), which is not read: convert it to "
                    + "OpenAPI 3 first, e.g. with swagger2openapi or editor.swagger.io")
        }
        guard let version = root["openapi"]?.scalarText else {
            throw InvalidSource("\(file)#", "expected an OpenAPI document: the key \"openapi\" is missing")
        }
        guard version.hasPrefix("3.0") || version.hasPrefix("3.1") else {
            throw InvalidSource(
                "\(file)#/openapi",
                "version \(StepNames.fit(version, otherwise: "?")) is not known: expected 3.0 or 3.1")
        }
    }

    /// The place of a pointer in problems.
    func place(_ pointer: JSONPointer) -> String { "\(file)#\(pointer)" }

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
        guard let names = JSONPointer.names(ofReference: reference) else {
            throw BrokenReference(
                message: "the reference \(quoted(reference)) leads out of the document: bundle it into one file first")
        }
        var value = root
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
}
