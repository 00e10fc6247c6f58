import Foundation

/// The files that AWS's tools share: `~/.aws/config` and `~/.aws/credentials`, or those that `AWS_CONFIG_FILE` and
/// `AWS_SHARED_CREDENTIALS_FILE` name.
///
///     [default]                        in both
///     [profile staging]                in config; in credentials it is [staging]
///     [services local]                 in config: endpoints by service
///     secretsmanager =
///       endpoint_url = http://127.0.0.1:4566
struct SharedProfiles: Sendable {
    private static let maximumBytes = 1 << 20

    private var profiles: [String: [String: String]] = [:]
    private var services: [String: [String: String]] = [:]
    /// The files that were looked for, as messages name them.
    let files: [String]

    init(_ variable: (String) -> String?) {
        let home = variable("HOME")
        func path(_ name: String, _ standard: String) -> String? {
            guard let given = variable(name) else { return home.map { "\($0)/.aws/\(standard)" } }
            guard given.hasPrefix("~/"), let home else { return given }
            return home + given.dropFirst()
        }
        let config = path("AWS_CONFIG_FILE", "config")
        let credentials = path("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        files = [credentials, config].compactMap { $0 }
        if let config, let text = Self.text(config) { read(text, isConfig: true) }
        // What the credentials file says goes before the config file.
        if let credentials, let text = Self.text(credentials) { read(text, isConfig: false) }
    }

    /// The settings of a profile; nil: there is none of the name.
    func profile(_ name: String) -> [String: String]? { profiles[name] }

    /// The endpoint of a service (`secrets_manager`, `sts`) in a section of services.
    func endpoint(_ service: String, in section: String) -> String? { services[section]?["\(service).endpoint_url"] }

    /// The text of a file that may be missing.
    static func text(_ path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        return (try? file.read(upToCount: maximumBytes)).map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func read(_ text: String, isConfig: Bool) {
        var section: (name: String, isServices: Bool)?
        var parent = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let content = Self.trimmed(line)
            if content.isEmpty || content.hasPrefix("#") || content.hasPrefix(";") { continue }
            if content.hasPrefix("[") {
                section = Self.section(content, isConfig: isConfig)
                // The section exists, even where nothing stands in it.
                if let section, !section.isServices { profiles[section.name, default: [:]].merge([:]) { $1 } }
                parent = ""
                continue
            }
            guard let section, let equals = content.firstIndex(of: "=") else { continue }
            var key = Self.trimmed(content[..<equals]).lowercased()
            let value = Self.trimmed(content[content.index(after: equals)...])
            if line.first == " " || line.first == "\t" {
                // A nested setting: it belongs to the one above that has no value.
                guard !parent.isEmpty else { continue }
                key = "\(parent).\(key)"
            } else {
                parent = value.isEmpty ? key : ""
            }
            if section.isServices {
                services[section.name, default: [:]][key] = value
            } else if !value.isEmpty {
                profiles[section.name, default: [:]][key] = value
            }
        }
    }

    private static func section(_ line: String, isConfig: Bool) -> (name: String, isServices: Bool)? {
        guard let end = line.firstIndex(of: "]") else { return nil }
        let name = trimmed(line[..<end].dropFirst())
        guard isConfig else { return (name, false) }
        if name == "default" { return (name, false) }
        for (prefix, isServices) in [("profile", false), ("services", true)] {
            let rest = name.dropFirst(prefix.count)
            if name.hasPrefix(prefix), rest.first == " " || rest.first == "\t" { return (trimmed(rest), isServices) }
        }
        return nil
    }

    private static func trimmed(_ text: some StringProtocol) -> String { text.trimmingCharacters(in: .whitespaces) }
}
