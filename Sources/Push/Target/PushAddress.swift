internal import HTTPFields
public import Scenarios

/// Where to push to: the URL of an argument or of an environment variable, taken apart. `${env:NAME}` in it stands for the value
/// of an environment variable, which is a secret unless the whole URL begins with it.
public struct PushAddress: Sendable {
    /// A value that must not be shown, and what is shown in its place.
    public typealias Secret = (value: String, shown: String)

    /// The URL without user and password. May hold secrets in its path and query.
    public private(set) var url: String
    /// Its parts.
    public private(set) var endpoint: Endpoint
    /// The user that it names, and the password; percent-encoding undone.
    public private(set) var user: (name: String, password: String)?
    /// What of it must not be shown.
    public private(set) var secrets: [Secret] = []

    /// Takes a URL apart.
    ///
    /// - Parameters:
    ///   - kind: The kind of push, for messages.
    ///   - source: What says the URL, for messages; nil: the option itself.
    ///   - environment: What `${env:NAME}` is taken from.
    /// - Throws: What is wrong with it.
    public init(
        _ text: String, of kind: String, source: String? = nil, environment: [String: String]
    ) throws(UnusablePush) {
        let what = source ?? "the URL"
        var url = try Self.filled(text, kind, environment, &secrets)
        guard !url.utf8.contains(where: { $0 <= 32 || $0 == 127 }) else {
            throw UnusablePush(kind, "\(what) has a blank or a control character: write it as %20")
        }
        if let taken = Self.takeUser(from: &url) {
            user = taken
            // A name without a password is a token.
            secrets.append((taken.password.isEmpty ? taken.name : taken.password, "***"))
        }
        self.url = url
        do {
            endpoint = try Endpoint(parsing: url)
        } catch {
            let problem =
                switch error {
                case .scheme: "does not begin with http:// or https://"
                case .userInformation, .host: "has no valid host"
                case .port: "has a port that is not a number of 1 to 65535"
                case .fragment: "has a fragment (#…), which no server gets"
                }
            throw UnusablePush(kind, "\(what) \(problem)")
        }
        for (name, value) in query where Self.secretNames.contains(name) { secrets.append((value, "***")) }
    }

    /// Parameters whose values are secrets, as InfluxDB has them.
    private static let secretNames = ["p", "password", "token"]

    /// Names and values of the query, decoded.
    var query: [(name: String, value: String)] {
        guard let mark = endpoint.path.firstIndex(of: "?") else { return [] }
        return endpoint.path[mark...].dropFirst().split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { PercentEncoding.decoded(String($0), plusIsSpace: true) }
            return (parts[0], parts.count > 1 ? parts[1] : "")
        }
    }

    /// The path, without the query.
    var path: String { String(endpoint.path.prefix { $0 != "?" }) }

    /// The URL as it may be shown: without the query, secrets replaced.
    var shown: String {
        var hidden = Secrets()
        for secret in secrets { hidden.hide(secret.value, shown: secret.shown) }
        return hidden.redact(endpoint.base + path)
    }

    /// The same address with another path, where it has none.
    func withPath(_ path: String) -> PushAddress {
        self.path.isEmpty || self.path == "/" ? replacingPath(path) : self
    }

    /// The same address with another path, and its own query.
    func replacingPath(_ path: String) -> PushAddress {
        var address = self
        let query = endpoint.path.drop { $0 != "?" }
        address.endpoint.path = path + query
        address.url = endpoint.base + address.endpoint.path
        return address
    }

    /// Puts in what the environment holds. A value that is not the URL's beginning is percent-encoded, so that it stays in its
    /// place.
    private static func filled(
        _ text: String, _ kind: String, _ environment: [String: String], _ secrets: inout [Secret]
    ) throws(UnusablePush) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstIndex(of: "}") else { throw UnusablePush(kind, "a ${ has no }") }
            let index = rest[..<end]
            rest = rest[rest.index(after: end)...]
            guard index.hasPrefix("env:"), index.count > 4 else {
                throw UnusablePush(kind, "${\(index)} is not ${env:NAME}, which is all that can stand in a URL here")
            }
            let name = String(index.dropFirst(4))
            guard let value = environment[name] else {
                throw UnusablePush(kind, "the environment has no variable \(name)")
            }
            if result.isEmpty {
                result = value
            } else {
                result += PercentEncoding.encoded(value)
                secrets.append((value, "${env:\(name)}"))
            }
        }
        return result + rest
    }

    /// Takes `user:password@` out of a URL (RFC 3986 §3.2.1).
    private static func takeUser(from url: inout String) -> (name: String, password: String)? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard let at = authority.lastIndex(of: "@") else { return nil }
        let parts = authority[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            .map { PercentEncoding.decoded(String($0)) }
        url.removeSubrange(scheme.upperBound...at)
        return (parts[0], parts.count > 1 ? parts[1] : "")
    }
}
