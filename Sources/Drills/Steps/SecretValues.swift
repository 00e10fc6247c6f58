internal import Foundation
internal import HTTPFields
internal import Scenarios

/// The secrets of undos by where they come from. In memory only.
public struct SecretValues: Sendable {
    /// What is known, by source.
    private(set) var known: [String: String] = [:]
    private let environment: [String: String]
    /// Where the paths of `${file:…}` begin.
    private let folder: String

    /// Secrets that are looked up in an environment, and in files seen from a folder.
    public init(environment: [String: String], folder: String) {
        self.environment = environment
        self.folder = folder
    }

    /// Adds what is known.
    public mutating func add(_ values: [String: String]) { known.merge(values) { $1 } }

    /// Takes a value in. True where it is the percent-encoded one of what is known of its source.
    mutating func note(_ value: String, of source: String) -> Bool {
        let plain = known[source] ?? (try? self.value(of: source)) ?? value
        let isEncoded = plain != value && PercentEncoding.encoded(plain) == value
        known[source] = isEncoded ? plain : value
        return isEncoded
    }

    /// The value of a source.
    ///
    /// - Throws: Why there is none, and what to do.
    func value(of source: String) throws(FaultFailure) -> String {
        if let value = known[source] { return value }
        guard source.hasPrefix("${"), source.hasSuffix("}") else {
            throw FaultFailure("the secret \(source) is not known")
        }
        let name = source.dropFirst(2).dropLast()
        if name.hasPrefix("env:") {
            let variable = String(name.dropFirst(4))
            guard let value = environment[variable] else {
                throw FaultFailure("the environment variable \(variable) is not set: set it as for the run")
            }
            return value
        }
        if name.hasPrefix("file:") {
            let path = String(name.dropFirst(5))
            let full = path.hasPrefix("/") ? path : folder + "/" + path
            guard let text = try? String(contentsOfFile: full, encoding: .utf8) else {
                throw FaultFailure("the file \(quoted(path)) of a secret can't be read")
            }
            return text.last == "\n" || text.last == "\r\n" ? String(text.dropLast()) : text
        }
        throw FaultFailure("the secret \(source) is known to the run alone: undo it by hand")
    }

    /// What no message shows: what is known.
    var hidden: Secrets {
        var secrets = Secrets()
        for (source, value) in known { secrets.add(value, shown: source) }
        return secrets
    }
}
