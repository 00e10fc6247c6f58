import Foundation
import Scenarios

/// What a scenario is to be made of: a file, a document that was fetched, or a text.
public struct ImportSource: Sendable {
    /// How a document is written.
    public typealias Format = DocumentFormat

    /// What the user gave: a file's path, a URL, or the source itself.
    public let given: String
    /// The bytes of what was fetched; nil for a file, which is read when it is asked for.
    private let fetched: [UInt8]?
    /// All importers, for the problem of a document that is another one's.
    private let importers: Importers

    /// A file, or a source that is given as it is.
    public init(_ given: String, among importers: Importers = .standard) {
        self.given = given
        fetched = nil
        self.importers = importers
    }

    /// What was fetched from a URL.
    public init(fetched bytes: [UInt8], from url: String, among importers: Importers = .standard) {
        given = url
        fetched = bytes
        self.importers = importers
    }

    /// True for what is no file's name.
    public static func isURL(_ text: String) -> Bool {
        ["http://", "https://"].contains { text.lowercased().hasPrefix($0) }
    }

    /// Where it was fetched; nil for a file.
    var url: RequestURL? { fetched == nil ? nil : RequestURL(given) }

    /// Its document, of at most 64 MiB (JSON) or 16 MiB (YAML), for an importer; for whoever knows it where none is given. One
    /// that is known to be something else is named, with what leads on from there.
    ///
    /// - Throws: Why it can't be read, its mistakes of syntax with line and column, or what it is instead.
    public func document(_ format: Format, for importer: (any Importer.Type)? = nil) throws(InvalidSource)
        -> DocumentValue
    {
        let bytes: [UInt8]
        if let fetched { bytes = fetched } else { bytes = try DocumentFile.bytes(of: given) }
        let root: DocumentValue
        do throws(InvalidSource) {
            root = try DocumentFile.parse(bytes, file: given, format: format)
        } catch {
            if case .success(let text) = SourceFile.text(bytes),
                let foreign = ForeignSource.recognise(text, file: given)
            {
                throw foreign.problem(given)
            }
            // An OpenAPI document may be YAML, which is told apart only here.
            if case .json = format, let other = try? DocumentFile.parse(bytes, file: given, format: .yamlOrJSON),
                let found = ForeignSource.recognise(other)?.problem(given) ?? mistaken(other, for: importer)
            {
                throw found
            }
            throw error
        }
        if let mistaken = mistaken(root, for: importer) { throw mistaken }
        if importers.recognising(root) == nil {
            if let foreign = ForeignSource.recognise(root) { throw foreign.problem(given) }
            // A text of no format is YAML all the same.
            if root.object == nil, case .success(let text) = SourceFile.text(bytes),
                let foreign = ForeignSource.recognise(text, file: given)
            {
                throw foreign.problem(given)
            }
        }
        return root
    }

    /// The importer that knows the file by what stands in it.
    ///
    /// - Throws: That it can't be read, or is none that `init` reads, with what leads on from there.
    public func importer() throws(InvalidSource) -> any Importer.Type {
        if let importer = importers.recognising(try document(.yamlOrJSON)) { return importer }
        let plurals = importers.types.filter { !$0.fileEndings.isEmpty }.map { $0.plural }
        throw InvalidSource(given, "init reads \(WordList.joined(plurals)); this is none of them")
    }

    private func mistaken(_ root: DocumentValue, for importer: (any Importer.Type)?) -> InvalidSource? {
        guard let importer, let found = importers.recognising(root), found.option != importer.option else { return nil }
        return InvalidSource(given, "this is \(found.noun): --\(found.option) takes it")
    }

    /// Its text, of at most `maximum` bytes, where it is given as `@FILE`, or as `-` for standard input; else what was given.
    ///
    /// - Parameter what: What the text holds, for problems: `the commands`.
    /// - Throws: Why it can't be read.
    public func text(of what: String, maximum: Int) throws(InvalidSource) -> String {
        guard given == "-" || given.hasPrefix("@") else { return given }
        let path = given == "-" ? "/dev/stdin" : String(given.dropFirst())
        let name = path == "/dev/stdin" ? "standard input" : path
        guard let handle = FileHandle(forReadingAtPath: path), let data = try? handle.read(upToCount: maximum + 1)
        else { throw InvalidSource(name, "\(what) can't be read") }
        guard data.count <= maximum else { throw InvalidSource(name, "\(what) are larger than \(maximum >> 20) MiB") }
        guard let text = String(data: data, encoding: .utf8) else { throw InvalidSource(name, "the file is not UTF-8") }
        return text
    }
}
