import CNghttp2
import Glibc
import Measures
import Scenarios

/// A request compiled for HTTP/2: its fields lie ready, values with places in them are filled in when it is sent.
struct HTTP2RequestTemplate {
    /// A field whose value is filled in.
    private struct FilledField {
        var field: Int
        var value: TextTemplate
    }

    private let fields: UnsafeMutableBufferPointer<nghttp2_nv>
    private let places: UnsafeMutableBufferPointer<FilledField>
    /// The constant values.
    private let constants: UnsafeMutableBufferPointer<TextTemplate>
    private let body: TextTemplate?
    private let path: Int
    /// The place of `content-length` where it is known only when the body is rendered; -1: it is constant, or there is none.
    private var length = -1

    /// Fields that an answer's connection can have with HTTP/1.1 only (RFC 9113 §8.2.2).
    private static let ofConnection: Set = [
        "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade", "http2-settings",
    ]

    /// How many fields a request has at most, the user's cookies included.
    var fieldBound: Int { fields.count + 1 }

    /// Compiles a step's request. `path` is the request target, `authority` what the request is for.
    init(
        _ step: Step, path: RequestTarget, authority: Text, isSecure: Bool,
        surroundings: RequestTemplate.Surroundings
    ) {
        let names = surroundings.names
        var fields: [(name: String, value: TextTemplate?)] = []
        func template(_ text: Text) -> TextTemplate {
            var builder = TextTemplate.Builder(names: names)
            builder.append(text, escape: .header)
            return builder.finish()
        }
        var target = TextTemplate.Builder(names: names)
        target.append(path)
        let given = RequestTemplate.fields(of: step, authority: authority, surroundings: surroundings)
        let host = given.first { $0.name.lowercased() == "host" }?.value ?? authority
        fields.append((":method", template(Text(step.methodName))))
        fields.append((":scheme", template(Text(isSecure ? "https" : "http"))))
        fields.append((":authority", template(host)))
        self.path = fields.count
        fields.append((":path", target.finish()))
        for field in given {
            let name = field.name.lowercased()
            if name != "host", !Self.ofConnection.contains(name) { fields.append((name, template(field.value))) }
        }
        body = step.body.map { RequestTemplate.compile($0, names: names) }
        if let body {
            fields.append(("content-length", body.constant.map { template(Text("\($0.count)")) }))
            if body.constant == nil { length = fields.count - 1 }
        } else if [.post, .put, .patch].contains(step.method) {
            fields.append(("content-length", template(Text("0"))))
        }
        let memory = UnsafeMutableBufferPointer<nghttp2_nv>.allocate(capacity: fields.count)
        var places: [FilledField] = []
        var constants: [TextTemplate] = []
        let noCopy = UInt8(NGHTTP2_NV_FLAG_NO_COPY_NAME.rawValue)
        for (index, field) in fields.enumerated() {
            let length = field.name.utf8.count
            let name = UnsafeMutablePointer<UInt8>.allocate(capacity: length)
            _ = UnsafeMutableBufferPointer(start: name, count: length).initialize(from: field.name.utf8)
            var entry = nghttp2_nv(name: name, value: name, namelen: length, valuelen: 0, flags: noCopy)
            if let constant = field.value?.constant {
                let value = HeaderSyntax.trimmed(constant)
                entry.value = UnsafeMutablePointer(mutating: value.baseAddress ?? UnsafePointer(name))
                entry.valuelen = value.count
                entry.flags |= UInt8(NGHTTP2_NV_FLAG_NO_COPY_VALUE.rawValue)
            }
            (memory.baseAddress.map { $0 + index })?.initialize(to: entry)
            guard let value = field.value else { continue }
            if value.constant == nil {
                places.append(FilledField(field: index, value: value))
            } else {
                constants.append(value)
            }
        }
        self.fields = memory
        self.places = .allocate(capacity: places.count)
        _ = self.places.initialize(from: places)
        self.constants = .allocate(capacity: constants.count)
        _ = self.constants.initialize(from: constants)
    }

    /// Renders the request: its fields into `target`, with room for `fieldBound`, their values where they are filled in into
    /// `values`, a body that is filled in into `ownBody`. Gives the number of fields and the body; nil where a capture is
    /// missing.
    func render(
        _ context: UserContext, tables: RowTables, random: inout SeededRandom,
        to target: UnsafeMutablePointer<nghttp2_nv>, values: inout ByteStore, ownBody: inout ByteStore
    ) -> (fields: Int, body: UnsafeBufferPointer<UInt8>)? {
        if let base = fields.baseAddress { target.update(from: base, count: fields.count) }
        var sent = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
        if let body {
            if let constant = body.constant {
                sent = constant
            } else {
                ownBody.removeAll()
                guard body.render(context, tables: tables, random: &random, to: &ownBody) else { return nil }
                sent = ownBody.bytes
            }
        }
        values.removeAll()
        for location in places {
            let start = values.count
            guard location.value.render(context, tables: tables, random: &random, to: &values) else { return nil }
            target[location.field].valuelen = values.count - start
        }
        let lengthStart = values.count
        if length >= 0 { values.append(decimal: sent.count) }
        // The memory moves no more.
        var start = 0
        for location in places {
            let count = target[location.field].valuelen
            let value = HeaderSyntax.trimmed(UnsafeBufferPointer(rebasing: values.bytes[start..<(start + count)]))
            if let base = value.baseAddress { target[location.field].value = UnsafeMutablePointer(mutating: base) }
            target[location.field].valuelen = value.count
            start += count
        }
        if length >= 0, let base = values.bytes.baseAddress {
            target[length].value = UnsafeMutablePointer(mutating: base + lengthStart)
            target[length].valuelen = values.count - lengthStart
        }
        return (fields.count, sent)
    }

    /// The request target of a request that was rendered.
    func target(of fields: UnsafeMutablePointer<nghttp2_nv>) -> UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: fields[path].value, count: fields[path].valuelen)
    }

    func release() {
        for field in fields { field.name.deallocate() }
        for location in places { location.value.release() }
        for constant in constants { constant.release() }
        body?.release()
        fields.deallocate()
        places.deallocate()
        constants.deallocate()
    }
}
