import Measures
import Scenarios

/// A request compiled for sending: all that is constant lies ready, places are filled in when it is sent.
struct RequestTemplate {
    /// Request line and fields up to the place of the body's length; the whole request where nothing depends on the body.
    private let head: TextTemplate
    /// A body with places in it; its length is known only when it is rendered.
    private let body: TextTemplate?

    /// What every request of a run is made with.
    struct Surroundings {
        var defaults: Defaults
        var identities: Identities?
        var userAgent: String
        var names: VariableNames
    }

    /// Compiles the request of an opening handshake, which lacks the key's field: that is another each time.
    init(
        opening step: Step, path: RequestTarget, authority: Text, handshake: WebSocketHandshake,
        surroundings: Surroundings
    ) {
        var head = TextTemplate.Builder(names: surroundings.names)
        head.append("GET ")
        head.append(path)
        head.append(" HTTP/1.1\r\n")
        // Those that the handshake makes itself are not to be had twice.
        for field in Self.fields(of: step, authority: authority, surroundings: surroundings)
        where !["connection", "upgrade"].contains(field.name.lowercased()) {
            head.append("\(field.name): ")
            head.append(field.value, escape: .header)
            head.append("\r\n")
        }
        head.append(handshake.constantFields)
        head.append("\r\n")
        self.head = head.finish()
        body = nil
    }

    /// Compiles a step's request. `path` is the request target, `authority` the `Host` field's value.
    init(_ step: Step, path: RequestTarget, authority: Text, surroundings: Surroundings) {
        var head = TextTemplate.Builder(names: surroundings.names)
        head.append("\(step.methodName) ")
        head.append(path)
        head.append(" HTTP/1.1\r\n")
        let body = step.body.map { Self.compile($0, names: surroundings.names) }
        for field in Self.fields(of: step, authority: authority, surroundings: surroundings) {
            head.append("\(field.name): ")
            head.append(field.value, escape: .header)
            head.append("\r\n")
        }
        if let body, body.constant == nil {
            head.append("Content-Length: ")
            self.body = body
        } else if let constant = body?.constant {
            head.append("Content-Length: \(constant.count)\r\n\r\n")
            head.append(String(decoding: constant, as: UTF8.self))
            self.body = nil
            body?.release()
        } else {
            // A request that could carry a body says that it carries none (RFC 9110 §8.6).
            if [.post, .put, .patch].contains(step.method) { head.append("Content-Length: 0\r\n") }
            head.append("\r\n")
            self.body = nil
        }
        self.head = head.finish()
    }

    /// The request's bytes where it is always the same.
    var constant: UnsafeBufferPointer<UInt8>? { body == nil ? head.constant : nil }

    /// Renders the request into `output`, with `scratch` for a body. False where a capture is missing.
    func render(
        _ context: UserContext, tables: RowTables, random: inout SeededRandom, to output: inout ByteStore,
        scratch: inout ByteStore
    ) -> Bool {
        output.removeAll()
        guard head.render(context, tables: tables, random: &random, to: &output) else { return false }
        guard let body else { return true }
        scratch.removeAll()
        guard body.render(context, tables: tables, random: &random, to: &scratch) else { return false }
        output.append(decimal: scratch.count)
        output.append("\r\n\r\n")
        output.append(scratch.bytes)
        return true
    }

    func release() {
        head.release()
        body?.release()
    }

    /// The fields in the order in which they are sent. A later field replaces an earlier one of the same name.
    static func fields(of step: Step, authority: Text, surroundings: Surroundings) -> [Header] {
        var fields = [
            Header(name: "Host", value: authority),
            Header(name: "User-Agent", value: Text(surroundings.userAgent)),
            Header(name: "Accept", value: Text("*/*")),
        ]
        if surroundings.defaults.http.trace == .w3c {
            // A field of that name that the scenario sets takes its place: whoever names an id means it.
            fields.append(Header(name: "traceparent", value: Text(pieces: [.variable(.traceParent)])))
        }
        func put(_ field: Header) {
            let name = field.name.lowercased()
            if let index = fields.firstIndex(where: { $0.name.lowercased() == name }) {
                fields[index] = field
            } else {
                fields.append(field)
            }
        }
        surroundings.defaults.headers.forEach(put)
        if let identities = surroundings.identities { put(Header(name: identities.header, value: identities.value)) }
        switch step.body {
        case .json: put(Header(name: "Content-Type", value: Text("application/json")))
        case .form: put(Header(name: "Content-Type", value: Text("application/x-www-form-urlencoded")))
        case .text: put(Header(name: "Content-Type", value: Text("text/plain; charset=utf-8")))
        case .multipart, .file, nil: break
        }
        if let value = step.authentication?.field { put(Header(name: "Authorization", value: value)) }
        step.headers.forEach(put)
        if surroundings.defaults.connections == .fresh { put(Header(name: "Connection", value: Text("close"))) }
        return fields
    }

    /// A body that isn't taken from files.
    static func compile(_ body: Body, names: VariableNames) -> TextTemplate {
        var builder = TextTemplate.Builder(names: names)
        switch body {
        case .json(let template): builder.append(template)
        case .text(let text): builder.append(text, escape: .none)
        case .form(let fields):
            for (index, field) in fields.enumerated() {
                if index > 0 { builder.append("&") }
                builder.append(field.name, escape: .form)
                builder.append("=")
                builder.append(field.value, escape: .form)
            }
        case .multipart, .file: preconditionFailure("libcurl carries what comes from files")
        }
        return builder.finish()
    }
}
