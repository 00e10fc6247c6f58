import Scenarios

/// URLs that a scenario may have as its target.
enum TargetURL {
    /// What is wrong with a target; nil where nothing is. `https://` may come to be supported, so it is not judged here.
    static func problem(_ url: String) -> String? {
        let http = url.lowercased().hasPrefix("https://") ? "http://" + url.dropFirst("https://".count) : url
        do throws(Endpoint.Malformed) {
            let endpoint = try Endpoint(parsing: http)
            if endpoint.path.contains("?") { return "a target has no query" }
            let isClean = url.unicodeScalars.allSatisfy { $0.value > 32 && $0.value != 127 }
            return isClean ? nil : "a target holds no spaces or control characters"
        } catch {
            switch error {
            case .scheme: return "expected http://host[:port][/path] or https://… as target"
            case .userInformation: return "a target holds no user or password"
            case .host: return "the target's host is neither a name nor an address"
            case .port: return "the target's port is not from 1 to 65535"
            case .fragment: return "a target has no fragment (#…)"
            }
        }
    }
}
