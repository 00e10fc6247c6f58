internal import Fetch
internal import Foundation
internal import Measures
public import Scenarios

/// Proxies that a Toxiproxy carries, over its HTTP API (version 2).
public final class ToxiproxyClient: ProxyControl {
    /// Why it does not do what it is asked.
    public struct Failure: Error, CustomStringConvertible {
        /// In words.
        public var description: String
    }

    /// A disturbance as Toxiproxy has it.
    private struct Toxic: Equatable, Sendable {
        var type: String
        var stream: String
        var attributes: [(String, Int64)]
        var toxicity: Double

        static func == (left: Toxic, right: Toxic) -> Bool { left.json(name: "") == right.json(name: "") }

        func json(name: String) -> String {
            let values = attributes.map { "\(JSONString.quoted($0.0)):\($0.1)" }.joined(separator: ",")
            return "{\"name\":\(JSONString.quoted(name)),\"type\":\"\(type)\",\"stream\":\"\(stream)\","
                + "\"toxicity\":\(toxicity),\"attributes\":{\(values)}}"
        }
    }

    private let api: ConstantURL
    /// The API's URL without a slash at its end. May hold secrets: never show it.
    private let base: String
    private var shownAPI: String { api.shown }
    private let authorised: AuthorisedHosts

    /// A client of the API at a URL such as `http://127.0.0.1:8474`. `authorised`: the hosts besides loopback that may be asked.
    public init(_ api: ConstantURL, authorised: [String] = []) {
        self.api = api
        base = api.constant.hasSuffix("/") ? String(api.constant.dropLast()) : api.constant
        self.authorised = AuthorisedHosts(authorised)
    }

    // MARK: Proxies

    /// Makes a proxy; one of the same name with the same upstream is taken as it is. Gives where it listens, and whether it was
    /// made here.
    public func add(_ proxy: ProxyDeclaration) throws(Failure) -> (listen: HostPort, isNew: Bool) {
        let body =
            "{\"name\":\(JSONString.quoted(proxy.name)),\"listen\":\"\(proxy.listen)\",\"upstream\":\"\(proxy.upstream)\",\"enabled\":true}"
        let answer = try send("POST", "/proxies", body, accepting: [409])
        let isNew = answer.status != 409
        let text = isNew ? answer.body : try send("GET", path(proxy.name)).body
        guard let object = JSONObject(text), let listen = object.text("listen").flatMap(Self.address) else {
            throw Failure(description: "the Toxiproxy at \(shownAPI) answers with something else than a proxy")
        }
        if !isNew, object.text("upstream") != proxy.upstream.description {
            throw Failure(
                description: "the Toxiproxy at \(shownAPI) has a proxy \(proxy.name) that leads to "
                    + "\(object.text("upstream") ?? "another place")")
        }
        return (listen, isNew)
    }

    /// Removes a proxy; one that is gone is no error.
    public func remove(_ name: String) throws(Failure) { _ = try send("DELETE", path(name), accepting: [404]) }

    private static func address(_ text: String) -> HostPort? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]) else { return nil }
        return HostPort(host: text[..<colon].filter { $0 != "[" && $0 != "]" }, port: port)
    }

    // MARK: Disturbances

    /// Adds the toxics of a fault, or disables the proxy.
    public func disturb(_ proxy: String, _ fault: ProxyFault, mark: String) throws -> String {
        if case .refuse = fault.disturbance {
            _ = try send("POST", path(proxy), "{\"enabled\":false}")
            return mark
        }
        for toxic in try toxics(fault) {
            _ = try send("POST", path(proxy) + "/toxics", toxic.json(name: Self.name(mark, toxic)))
        }
        return mark
    }

    /// Removes them.
    public func calm(_ proxy: String, _ fault: ProxyFault, disturbance: String) throws {
        if case .refuse = fault.disturbance {
            _ = try send("POST", path(proxy), "{\"enabled\":true}", accepting: [404])
            return
        }
        for toxic in try toxics(fault) {
            let name = Self.name(disturbance, toxic)
            _ = try send("DELETE", path(proxy) + "/toxics/" + name, accepting: [404])
        }
    }

    /// That Toxiproxy has them: it doesn't tell whether they struck.
    public func evidence(_ proxy: String, _ fault: ProxyFault, disturbance: String) throws -> String? {
        try isInForce(proxy, fault, disturbance)
            ? "the Toxiproxy at \(shownAPI) has it in force; it does not tell how often it struck" : nil
    }

    /// Whether it has none of them any more.
    public func isCalm(_ proxy: String, _ fault: ProxyFault, disturbance: String) throws -> Bool {
        let answer = try send("GET", path(proxy), accepting: [404])
        // A proxy that is gone disturbs nobody.
        guard answer.status != 404 else { return true }
        if case .refuse = fault.disturbance { return JSONObject(answer.body)?.boolean("enabled") == true }
        let names = try names(proxy)
        return try toxics(fault).allSatisfy { !names.contains(Self.name(disturbance, $0)) }
    }

    private func isInForce(_ proxy: String, _ fault: ProxyFault, _ mark: String) throws -> Bool {
        if case .refuse = fault.disturbance {
            return JSONObject(try send("GET", path(proxy)).body)?.boolean("enabled") == false
        }
        let names = try names(proxy)
        return try toxics(fault).allSatisfy { names.contains(Self.name(mark, $0)) }
    }

    private struct Named: Decodable { var name: String }

    private func names(_ proxy: String) throws -> Set<String> {
        let body = try send("GET", path(proxy) + "/toxics").body
        guard let toxics = try? JSONDecoder().decode([Named].self, from: Data(body)) else {
            throw Failure(description: "the Toxiproxy at \(shownAPI) answers with something else than a list of toxics")
        }
        return Set(toxics.map(\.name))
    }

    /// The same requests as `calm`.
    public func recovery(_ proxy: String, _ fault: ProxyFault, mark: String) -> [RecoveryStep] {
        func step(_ method: String, _ path: String, _ body: String? = nil) -> RecoveryStep? {
            var values = SecretValues(environment: [:], folder: "")
            guard var url = try? JournaledText(api.text, &values) else { return nil }
            url.pieces.append(.literal(api.constant.hasSuffix("/") ? String(path.dropFirst()) : path))
            var request = JournaledRequest(method, url)
            request.accepted = [404]
            request.isAuthorised = isAuthorised
            if let body {
                request.body = JournaledText(body)
                request.fields = [.init("Content-Type", JournaledText("application/json"))]
            }
            return .send(request)
        }
        if case .refuse = fault.disturbance {
            return [step("POST", self.path(proxy), "{\"enabled\":true}")].compactMap { $0 }
        }
        let toxics = (try? toxics(fault)) ?? []
        return toxics.compactMap { step("DELETE", self.path(proxy) + "/toxics/" + Self.name(mark, $0)) }
    }

    /// Whether it can be reached, has the proxy, and can do that.
    public func obstacle(_ proxy: String, _ fault: ProxyFault) -> String? {
        do {
            _ = try toxics(fault)
            let answer = try send("GET", path(proxy))
            if case .refuse = fault.disturbance, JSONObject(answer.body)?.boolean("enabled") == false {
                return "the proxy \(proxy) refuses connections already"
            }
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Yes: Toxiproxy is another process.
    public func outlivesProcess(_ proxy: String) -> Bool { true }

    // MARK: In Toxiproxy's words

    private static func name(_ mark: String, _ toxic: Toxic) -> String { "\(mark)-\(toxic.stream)" }

    private func toxics(_ fault: ProxyFault) throws(Failure) -> [Toxic] {
        func whole(_ duration: Duration, per unit: Int64, _ word: String) throws(Failure) -> Int64 {
            let nanoseconds = Span(duration).nanoseconds
            guard nanoseconds % unit == 0 else {
                throw Failure(description: "a Toxiproxy takes whole \(word) only")
            }
            return nanoseconds / unit
        }
        func milliseconds(_ duration: Duration) throws(Failure) -> Int64 {
            try whole(duration, per: 1_000_000, "milliseconds")
        }
        let type: String
        let attributes: [(String, Int64)]
        switch fault.disturbance {
        case .latency(let latency, let jitter):
            type = "latency"
            attributes = [("latency", try milliseconds(latency)), ("jitter", try milliseconds(jitter))]
        case .bandwidth(let rate):
            // Its kilobyte has 1000 bytes (toxics/bandwidth.go: 100 bytes for each 100 ms of a rate of 1).
            guard rate >= 1000 else { throw Failure(description: "a Toxiproxy can't go below 1 KB/s") }
            type = "bandwidth"
            attributes = [("rate", Int64((rate / 1000).rounded()))]
        case .blackhole: (type, attributes) = ("timeout", [("timeout", 0)])
        case .reset(let after): (type, attributes) = ("reset_peer", [("timeout", try milliseconds(after))])
        case .refuse: return []
        case .slowClose(let delay): (type, attributes) = ("slow_close", [("delay", try milliseconds(delay))])
        case .slice(let bytes, let variation, let pause):
            type = "slicer"
            attributes = [
                ("average_size", Int64(bytes)), ("size_variation", Int64(variation)),
                ("delay", try whole(pause, per: 1000, "microseconds")),
            ]
        case .limitData(let bytes): (type, attributes) = ("limit_data", [("bytes", Int64(bytes))])
        }
        let streams = fault.direction == .both ? ["upstream", "downstream"] : [fault.direction.rawValue]
        return streams.map { Toxic(type: type, stream: $0, attributes: attributes, toxicity: fault.toxicity) }
    }

    // MARK: Requests

    private var isAuthorised: Bool { authorised.names(api.endpoint.host) }

    private func path(_ proxy: String) -> String { "/proxies/" + JournaledText.written(proxy, .percent) }

    private func send(
        _ method: String, _ path: String, _ body: String? = nil, accepting accepted: [Int] = []
    ) throws(Failure) -> FetchAnswer {
        var request = FetchRequest(url: base + path)
        request.method = method
        request.body = body.map { Array($0.utf8) }
        if body != nil { request.fields = [HeaderLine("Content-Type", "application/json")] }
        request.timeout = Span(seconds: 5)
        request.peers = isAuthorised ? .any : .loopback
        do throws(FetchFailure) {
            let answer = try Fetch.send(request)
            guard 200...299 ~= answer.status || accepted.contains(answer.status) else {
                let words = JSONObject(answer.body)?.text("error") ?? "status \(answer.status)"
                throw FetchFailure(reason: "\(method) \(path): \(words)")
            }
            return answer
        } catch {
            throw Failure(description: "the Toxiproxy at \(shownAPI): \(error)")
        }
    }
}
