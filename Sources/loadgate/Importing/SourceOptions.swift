import ArgumentParser
import Import

/// An option of `init` for each importer: `--openapi FILE`. They are not properties, since importers are registered, and not
/// written here; ArgumentParser takes them from the mirror as it takes properties.
struct SourceOptions: ParsableArguments, CustomReflectable {
    /// What was given.
    private(set) var given: [(importer: any Importer.Type, source: String)] = []

    init() {}

    private static let importers = Importers.standard

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: Name.self)
        for importer in Self.importers.types {
            let option = try values.decode(Option<String?>.self, forKey: Name(stringValue: importer.option))
            if let source = option.wrappedValue { given.append((importer, source)) }
        }
    }

    var customMirror: Mirror {
        let options = Self.importers.types.map { importer in
            (
                label: importer.option,
                value: Option<String?>(
                    name: .customLong(importer.option),
                    help: ArgumentHelp("\(importer.help)", valueName: importer.valueName),
                    completion: importer.fileEndings.isEmpty ? nil : .file(extensions: importer.fileEndings)) as Any
            )
        }
        return Mirror(self, children: options.map { ($0.label, $0.value) })
    }

    /// The options of importers that take a setting: `--har, --postman`.
    static func taking(_ setting: ImportSetting, last: String? = nil) -> String {
        let options = importers.taking(setting).map { "--\($0.option)" }
        return last.map { WordList.joined(options, last: $0) } ?? options.joined(separator: ", ")
    }

    /// What sources are, of the importers that take files or of all: `an OpenAPI document, a HAR recording or …`.
    static func nouns(ofFiles: Bool) -> String {
        WordList.joined(
            importers.types.filter { !ofFiles || !$0.fileEndings.isEmpty }.map { $0.noun }, last: "or")
    }

    /// All options with what they take: `--openapi FILE, --har FILE and …`.
    static var usage: String { WordList.joined(importers.types.map { "--\($0.option) \($0.usage)" }) }
}
