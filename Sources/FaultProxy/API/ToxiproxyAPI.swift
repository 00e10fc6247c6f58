import HTTPFields
import Scenarios

/// Toxiproxy's HTTP API (Shopify/toxiproxy 2.12.0, `api.go`): answers to requests, by the registry.
struct ToxiproxyAPI {
    /// The version of Toxiproxy whose API it is.
    static let version = "2.12.0"

    let registry: ProxyRegistry

    /// The answer to a request.
    func answer(to request: APIRequest) -> APIAnswer {
        // Browsers would be let in by any page that they show.
        if request.userAgent.hasPrefix("Mozilla/") { return .forbidden }
        do throws(APIError) {
            return try route(request)
        } catch {
            return error.answer
        }
    }

    private func route(_ request: APIRequest) throws(APIError) -> APIAnswer {
        var path = request.path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            .map { PercentEncoding.decoded(String($0)) }
        guard !path.isEmpty, !path.contains("") else { return .notFound }
        let method = request.method
        let first = path.removeFirst()
        switch (first, path.count) {
        case ("version", 0):
            return method == "GET" ? APIAnswer(200, "{\"version\": \"\(Self.version)\"}\n") : .wrongMethod
        case ("reset", 0): return method == "POST" ? try reset() : .wrongMethod
        case ("populate", 0): return method == "POST" ? try populate(request.body) : .wrongMethod
        case ("proxies", 0):
            switch method {
            case "GET": return list()
            case "POST": return try create(request.body)
            default: return .wrongMethod
            }
        case ("proxies", 1):
            switch method {
            case "GET": return APIAnswer(200, Self.json(try proxy(path[0])))
            case "POST", "PATCH": return try update(path[0], request.body)
            case "DELETE": return try delete(path[0])
            default: return .wrongMethod
            }
        case ("proxies", 2) where path[1] == "toxics":
            switch method {
            case "GET": return APIAnswer(200, Self.list(try proxy(path[0]).toxics))
            case "POST": return try createToxic(path[0], request.body)
            default: return .wrongMethod
            }
        case ("proxies", 3) where path[1] == "toxics":
            switch method {
            case "GET": return APIAnswer(200, Self.json(try toxic(path[2], of: path[0])))
            case "POST", "PATCH": return try updateToxic(path[2], of: path[0], request.body)
            case "DELETE": return try deleteToxic(path[2], of: path[0])
            default: return .wrongMethod
            }
        default: return .notFound
        }
    }

    // MARK: Proxies

    private func proxy(_ name: String) throws(APIError) -> ProxyDescription {
        do throws(ProxyError) { return try registry.description(of: name) } catch { throw APIError(error) }
    }

    private func list() -> APIAnswer {
        let members = registry.descriptions().map { "\(JSONString.quoted($0.name)):\(Self.json($0))" }
        return APIAnswer(200, "{\(members.joined(separator: ","))}")
    }

    private func reset() throws(APIError) -> APIAnswer {
        do throws(ProxyError) { try registry.reset() } catch { throw APIError(error) }
        return .nothing
    }

    /// Where a proxy listens that doesn't say so: any port. Toxiproxy listens on all addresses then.
    private static let anywhere = HostPort(host: "127.0.0.1", port: 0)

    private func create(_ bytes: [UInt8]) throws(APIError) -> APIAnswer {
        let body = try APIBody(bytes)
        let wanted = try Self.description(body, address: "")
        do throws(ProxyError) {
            _ = try registry.add(
                name: wanted.name, listen: wanted.listen, upstream: wanted.upstream, isEnabled: wanted.isEnabled)
        } catch { throw APIError(error) }
        return APIAnswer(201, Self.json(try proxy(wanted.name)))
    }

    /// What a request wants. `address`: which of several it is, for messages.
    private static func description(_ body: APIBody, address: String) throws(APIError) -> ProxyDescription {
        guard let name = try body.text("name"), !name.isEmpty else { throw .missing("name\(address)") }
        guard let upstream = try body.address("upstream") else { throw .missing("upstream\(address)") }
        return ProxyDescription(
            name: name, listen: try body.address("listen") ?? anywhere, upstream: upstream,
            isEnabled: try body.boolean("enabled") ?? true)
    }

    private func populate(_ bytes: [UInt8]) throws(APIError) -> APIAnswer {
        var done: [ProxyDescription] = []
        var failure: APIError?
        do throws(APIError) {
            var wanted: [ProxyDescription] = []
            for (index, body) in try APIBody.list(bytes).enumerated() {
                wanted.append(try Self.description(body, address: " at proxy \(index + 1)"))
            }
            let (proxies, error) = registry.populate(wanted)
            done = proxies
            failure = error.map { APIError($0) }
        } catch {
            failure = error
        }
        let proxies = "\"proxies\":\(done.isEmpty ? "null" : Self.list(done.map(Self.json)))"
        guard let failure else { return APIAnswer(201, "{\(proxies)}") }
        return APIAnswer(failure.status, "{\(failure.members),\(proxies)}")
    }

    private func update(_ name: String, _ bytes: [UInt8]) throws(APIError) -> APIAnswer {
        let before = try proxy(name)
        let body = try APIBody(bytes)
        let listen = try body.address("listen") ?? before.listen
        let upstream = try body.address("upstream") ?? before.upstream
        let isEnabled = try body.boolean("enabled") ?? before.isEnabled
        do throws(ProxyError) {
            try registry.update(name, listen: listen, upstream: upstream, isEnabled: isEnabled)
        } catch { throw APIError(error) }
        return APIAnswer(200, Self.json(try proxy(name)))
    }

    private func delete(_ name: String) throws(APIError) -> APIAnswer {
        do throws(ProxyError) { try registry.remove(name) } catch { throw APIError(error) }
        return .nothing
    }

    // MARK: Toxics

    private func toxic(_ name: String, of proxy: String) throws(APIError) -> Disturbance {
        guard let toxic = try self.proxy(proxy).disturbances.first(where: { $0.name == name && !($0.kind is Refusal) })
        else { throw APIError(404, "toxic not found") }
        return toxic
    }

    private func createToxic(_ proxy: String, _ bytes: [UInt8]) throws(APIError) -> APIAnswer {
        _ = try self.proxy(proxy)
        let body = try APIBody(bytes)
        let stream = try body.text("stream").flatMap { $0.isEmpty ? nil : $0.lowercased() } ?? "downstream"
        let type = try body.text("type") ?? ""
        let toxicity = try body.number("toxicity") ?? 1
        guard stream == "upstream" || stream == "downstream" else { throw .wrongStream }
        let given = try body.text("name") ?? ""
        let name = given.isEmpty ? "\(type)_\(stream)" : given
        guard var kind = DisturbanceKinds.kind(toxic: type) else { throw .wrongType }
        if try self.proxy(proxy).disturbances.contains(where: { $0.name == name }) {
            throw APIError(409, "toxic already exists")
        }
        try Self.set(&kind, try body.object("attributes"))
        do throws(ProxyError) {
            let made = try registry.disturb(
                proxy, kind, name: name, suggestion: name,
                direction: stream == "upstream" ? .upstream : .downstream, toxicity: Double(toxicity))
            return APIAnswer(200, Self.json(made))
        } catch { throw error.kind == .invalid ? .badBody(error.description) : APIError(error) }
    }

    private static func set(_ kind: inout any DisturbanceKind, _ attributes: APIBody?) throws(APIError) {
        guard let attributes else { return }
        for (name, _) in kind.attributes {
            if let value = try attributes.integer(name) { kind.set(name, to: value) }
        }
    }

    private func updateToxic(_ name: String, of proxy: String, _ bytes: [UInt8]) throws(APIError) -> APIAnswer {
        var kind = try toxic(name, of: proxy).kind
        let body = try APIBody(bytes)
        try Self.set(&kind, try body.object("attributes"))
        let toxicity = try body.number("toxicity")
        do throws(ProxyError) {
            let changed = try registry.update(proxy, disturbance: name) { disturbance throws(ProxyError) in
                disturbance.kind = kind
                if let toxicity { disturbance.toxicity = Double(toxicity) }
            }
            return APIAnswer(200, Self.json(changed))
        } catch { throw error.kind == .invalid ? .badBody(error.description) : APIError(error) }
    }

    private func deleteToxic(_ name: String, of proxy: String) throws(APIError) -> APIAnswer {
        _ = try toxic(name, of: proxy)
        do throws(ProxyError) { try registry.calm(proxy, disturbance: name) } catch { throw APIError(error) }
        return .nothing
    }

    // MARK: JSON

    private static func list(_ elements: [String]) -> String { "[\(elements.joined(separator: ","))]" }

    private static func json(_ proxy: ProxyDescription) -> String {
        "{\"name\":\(JSONString.quoted(proxy.name)),\"listen\":\(JSONString.quoted("\(proxy.listen)")),"
            + "\"upstream\":\(JSONString.quoted("\(proxy.upstream)")),\"enabled\":\(proxy.isEnabled),"
            + "\"toxics\":\(list(proxy.toxics))}"
    }

    fileprivate static func json(_ toxic: Disturbance) -> String {
        // Toxiproxy has no blackhole but that of a timeout without a time.
        let attributes = (toxic.kind is Blackhole ? Timeout().attributes : toxic.kind.attributes)
            .map { "\"\($0.name)\":\($0.value)" }
        let toxicity = "\(Float(toxic.toxicity))"
        return "{\"attributes\":{\(attributes.joined(separator: ","))},\"name\":\(JSONString.quoted(toxic.name)),"
            + "\"type\":\"\(type(of: toxic.kind).toxic ?? "timeout")\",\"stream\":\"\(toxic.direction.rawValue)\","
            + "\"toxicity\":\(toxicity.hasSuffix(".0") ? String(toxicity.dropLast(2)) : toxicity)}"
    }
}

extension ProxyDescription {
    /// Its toxics as JSON, those of what comes from the client first. A refusal is none: the proxy is disabled.
    fileprivate var toxics: [String] {
        let shown = disturbances.filter { !($0.kind is Refusal) }
        return (shown.filter { $0.direction == .upstream } + shown.filter { $0.direction != .upstream })
            .map(ToxiproxyAPI.json)
    }
}
