import Foundation

/// The files that a document's references lead to, read beforehand, within one folder.
///
/// References are written again on the way: `#/…` is one into the document itself, `pets.yaml#/…` one into a file, named
/// by its way from the folder. So what a reference means doesn't depend on where it stands.
struct ReferencedFiles {
    private static let maximumFiles = 5_000
    private static let maximumBytes = 64 << 20

    /// The files by name.
    private(set) var documents: [String: DocumentValue] = [:]
    /// Why others are not here, by name.
    private(set) var obstacles: [String: String] = [:]

    /// The folder, links followed.
    private let folder: URL
    private let main: String
    private var waiting: [String] = []
    /// Files that were read, or are to be.
    private var seen: Set<String> = []
    private var bytes = 0

    /// Reads what a document refers to; its references lead to what is here from then on.
    ///
    /// - Parameters:
    ///   - path: The document's file.
    ///   - folder: The folder that references must not leave; the document's own unless given.
    /// - Throws: That the document is not in the folder.
    init(of root: inout DocumentValue, path: String, folder: String?) throws(InvalidSource) {
        let file = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        self.folder =
            folder.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath() } ?? file.deletingLastPathComponent()
        guard let main = Self.name(of: file, in: self.folder) else {
            throw InvalidSource(
                path, "the document is not in the folder \(folder ?? "") that its references may lead to")
        }
        self.main = main
        root = rewritten(root, in: main)
        while let next = waiting.popLast() {
            guard let document = read(next) else { continue }
            documents[next] = rewritten(document, in: next)
        }
    }

    private static func name(of file: URL, in folder: URL) -> String? {
        let prefix = folder.path.hasSuffix("/") ? folder.path : folder.path + "/"
        return file.path.hasPrefix(prefix) ? String(file.path.dropFirst(prefix.count)) : nil
    }

    private mutating func read(_ name: String) -> DocumentValue? {
        let file = folder.appendingPathComponent(name).resolvingSymlinksInPath()
        guard Self.name(of: file, in: folder) != nil else {
            obstacles[name] = "it is a link that leads out of the folder of the document"
            return nil
        }
        guard documents.count < Self.maximumFiles, bytes < Self.maximumBytes else {
            obstacles[name] =
                "more than \(Self.maximumFiles) files or \(Self.maximumBytes >> 20) MiB: bundle them first"
            return nil
        }
        do throws(InvalidSource) {
            let document = try DocumentFile.read(file.path, format: .yamlOrJSON)
            bytes += (try? FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int) ?? 0
            return document
        } catch {
            obstacles[name] = error.problems.first?.message ?? "it can't be read"
            return nil
        }
    }

    // MARK: - References

    /// The value with its references written from the folder.
    private mutating func rewritten(_ value: DocumentValue, in file: String, isMapping: Bool = false) -> DocumentValue {
        switch value {
        case .list(let values): return .list(values.map { rewritten($0, in: file) })
        case .object(let object):
            var result = DocumentObject()
            for member in object.members {
                if member.name == "$ref", let reference = member.value.text {
                    result["$ref"] = .text(rewritten(reference: reference, in: file))
                } else if member.name == "mapping", isMapping, let mapping = member.value.object {
                    result["mapping"] = .object(
                        DocumentObject(mapping.members.map { ($0.name, rewritten(target: $0.value, in: file)) }))
                } else {
                    result[member.name] = rewritten(member.value, in: file, isMapping: member.name == "discriminator")
                }
            }
            return .object(result)
        default: return value
        }
    }

    /// What a discriminator's value is mapped to: a reference, or the name of a schema.
    private mutating func rewritten(target: DocumentValue, in file: String) -> DocumentValue {
        guard let text = target.text, text.contains("#") || DocumentFile.isNamedDocument(text) else { return target }
        return .text(rewritten(reference: text, in: file))
    }

    private mutating func rewritten(reference: String, in file: String) -> String {
        let mark = reference.firstIndex(of: "#") ?? reference.endIndex
        let path = PercentCoding.decoded(String(reference[..<mark]))
        let fragment = mark == reference.endIndex ? "" : String(reference[mark...])
        if path.isEmpty { return (file == main ? "" : file) + fragment }
        if path.contains("://") { return reference }
        guard let name = Self.joined(path, to: file) else {
            obstacles[String(reference[..<mark])] =
                "it leads out of the folder of the document: --root names a folder that holds both"
            return reference
        }
        if name == main { return fragment.isEmpty ? "#" : fragment }
        if seen.insert(name).inserted { waiting.append(name) }
        return name + fragment
    }

    /// The path, which is relative to a file, from the folder; nil where it leads out of it.
    private static func joined(_ path: String, to file: String) -> String? {
        guard !path.hasPrefix("/"), !path.utf8.contains(0) else { return nil }
        var parts = file.split(separator: "/").dropLast()
        for part in path.split(separator: "/") where part != "." {
            if part == ".." {
                guard parts.popLast() != nil else { return nil }
            } else {
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }
}
