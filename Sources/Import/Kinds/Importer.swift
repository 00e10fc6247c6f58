/// A kind of source that `init` makes scenarios of. A kind is a folder with a type that conforms to this, and a line in
/// `Importers.standard`: its option, its help and its detection follow from that.
public protocol Importer: Sendable {
    /// The option of `init` that takes a source, without its dashes: `openapi`. No other importer's, and none of `init`'s own.
    static var option: String { get }
    /// What a source is: `an OpenAPI document`.
    static var noun: String { get }
    /// Several of them: `OpenAPI documents`.
    static var plural: String { get }
    /// What the option takes, for its help.
    static var help: String { get }
    /// What a value of the option looks like where all importers are named: `FILE`.
    static var usage: String { get }
    /// What the help calls the option's value.
    static var valueName: String { get }
    /// How names of sources end, without the dot, for the shell's completion; empty where a source is no file.
    static var fileEndings: [String] { get }
    /// The settings that it takes, besides those that every importer takes.
    static var settings: Set<ImportSetting> { get }

    /// True for a document that is such a source: a file without an option goes to the first importer that says so.
    static func recognises(_ document: DocumentValue) -> Bool
    /// What the option was given, as the head of the scenario shows it: without secrets.
    static func shown(_ given: String) -> String
    /// What is made of a source, or all its problems.
    ///
    /// - Parameter secrets: Keeps what is secret out of the file: what it knows is searched for in all that the draft holds.
    /// - Throws: `InvalidSource`.
    static func draft(
        of source: ImportSource, _ settings: ImportSettings, secrets: inout SecretKeeper
    ) throws -> ScenarioDraft
}

extension Importer {
    /// A file.
    public static var usage: String { "FILE" }
    /// A file.
    public static var valueName: String { "file" }
    /// A path, or a URL without its query.
    public static func shown(_ given: String) -> String {
        ImportSource.isURL(given) ? String(given.prefix { $0 != "?" }) : given
    }
}

/// A setting of `init` that some importers take.
public enum ImportSetting: Sendable {
    /// `--all-hosts`: requests to other hosts than that of most are kept.
    case allHosts
    /// `--root`: the folder that references to other files may lead to.
    case folder
    /// A URL as the source, whose document is fetched, and `--authorise` for its host.
    case url
}

/// What a user can say of an import, besides its source.
public struct ImportSettings: Sendable {
    /// Replaces the source's own target.
    public var target: String?
    /// The scenario's name; the source's own unless given.
    public var name: String?
    /// Keeps requests to hosts other than that of the first page, or of most requests.
    public var keepsAllHosts = false
    /// The folder that references to other files must not leave; the document's own unless given.
    public var folder: String?
    /// The command line, for the head of the file; holds no secrets.
    public var command: String

    /// Settings of which nothing is said but the command line.
    public init(command: String, target: String? = nil, name: String? = nil) {
        self.command = command
        self.target = target
        self.name = name
    }
}

/// The importers that `init` has, in the order of its help.
public struct Importers: Sendable {
    /// Their types.
    public var types: [any Importer.Type]

    /// Registers importers.
    public init(_ types: [any Importer.Type]) { self.types = types }

    /// These and some more.
    public func adding(_ more: [any Importer.Type]) -> Importers { Importers(types + more) }

    /// Those that take a setting.
    public func taking(_ setting: ImportSetting) -> [any Importer.Type] {
        types.filter { $0.settings.contains(setting) }
    }

    /// The one that a document is for; nil where no one knows it.
    func recognising(_ document: DocumentValue) -> (any Importer.Type)? { types.first { $0.recognises(document) } }
}
