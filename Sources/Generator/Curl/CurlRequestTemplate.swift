import CCurl
import Glibc
import Scenarios

/// A request compiled for libcurl: constant texts lie ready as C strings, places are filled in when it is sent. A plain
/// value that all reactors read; its memory must stay until the last transfer has ended.
struct CurlRequestTemplate {
    /// How the method is made known to libcurl.
    enum Method {
        case get
        case head
        case post
        /// Any other, with or without a body.
        case other(UnsafeMutablePointer<CChar>, hasBody: Bool)
    }

    enum Payload {
        /// Nothing; where the method is one that could carry something, a length of 0 is sent.
        case none
        case text(TextTemplate)
        /// A file's bytes, read while they are sent.
        case file(descriptor: Int32)
        case parts(UnsafeMutableBufferPointer<Part>)
    }

    /// A part of a multipart body.
    struct Part {
        var name: UnsafeMutablePointer<CChar>
        /// nil: the part is a file.
        var text: TextTemplate?
        var path: UnsafeMutablePointer<CChar>?
        var type: UnsafeMutablePointer<CChar>?
        var fileName: UnsafeMutablePointer<CChar>?
    }

    /// What proves who sends the request, beyond header fields.
    enum Login {
        case basic
        case digest
        /// The provider, region and service to sign for.
        case aws(UnsafeMutablePointer<CChar>)
    }

    /// A C string: `Name: value`.
    struct Field {
        var line: TextTemplate
        var nameLength: Int
    }

    let method: Method
    let isSecure: Bool
    let url: TextTemplate
    let fields: UnsafeMutableBufferPointer<Field>
    /// All fields as libcurl takes them; nil where there are none, or where a field is filled in for each request.
    let constantFields: UnsafeMutablePointer<curl_slist>?
    let hasVariableFields: Bool
    let payload: Payload
    let login: Login?
    let user: TextTemplate?
    let password: TextTemplate?
    /// Redirects that are followed at most.
    let redirects: Int
    /// `server:port:host:port` where the server's name in TLS isn't the URL's host, else nil.
    let connectTo: UnsafeMutablePointer<curl_slist>?
    /// Host and port in the URL, and the host that is connected to.
    let location: UnsafeMutablePointer<HopTarget>

    /// Where the first request of an exchange goes.
    struct HopTarget {
        var location: HopRule.Location?
        var host: String
        /// True where the host's name is looked up unless its addresses are known, or a proxy does it.
        var isName: Bool
    }

    /// Compiles a step's request to an endpoint; `path` is the request target. Throws where a file can't be opened.
    init(
        _ step: Step, endpoint: Endpoint, path: RequestTarget, surroundings: RequestTemplate.Surroundings
    ) throws(SystemError) {
        isSecure = endpoint.isSecure
        let tls = surroundings.defaults.tls
        let serverName = endpoint.isSecure ? tls.serverName.flatMap { $0 == endpoint.host ? nil : $0 } : nil
        let authority = Self.authority(of: endpoint, host: serverName ?? endpoint.host)
        let base = (endpoint.isSecure ? "https://" : "http://") + authority
        var url = TextTemplate.Builder(names: surroundings.names)
        url.append(base)
        url.append(path)
        url.append("\u{0}")
        let rendered = url.finish()
        if case .aws = step.authentication, let constant = rendered.constant {
            var signed = TextTemplate.Builder(names: surroundings.names)
            signed.append(String(decoding: SignedQuery.canonical(constant), as: UTF8.self))
            self.url = signed.finish()
            rendered.release()
        } else {
            self.url = rendered
        }
        location = .allocate(capacity: 1)
        location.initialize(
            to: HopTarget(
                location: HopRule.Location(base), host: endpoint.host,
                isName: surroundings.defaults.http.proxy == nil && !HopRule.isLiteral(endpoint.host)))
        connectTo =
            serverName.map { name in
                Self.list(["\(name):\(endpoint.port):\(Self.bracketed(endpoint.host)):\(endpoint.port)"])
            } ?? nil
        payload = try Self.payload(of: step, names: surroundings.names)
        switch step.method {
        case .get where step.body == nil && step.otherMethod == nil: method = .get
        case .head: method = .head
        case .post: method = .post
        default:
            let hasBody = step.body != nil || [.put, .patch].contains(step.method)
            method = .other(Self.copy(step.methodName), hasBody: hasBody)
        }
        redirects = step.redirects
        var login: Login?
        var credentials: (user: Text, password: Text)?
        switch step.authentication {
        case .basic(let user, let password) where step.authentication?.field == nil:
            login = .basic
            credentials = (user, password)
        case .digest(let user, let password):
            login = .digest
            credentials = (user, password)
        case .aws(let signature):
            login = .aws(Self.copy("aws:amz:\(signature.region):\(signature.service)"))
            credentials = (signature.keyID, signature.secretKey)
        case .basic, .bearer, nil: break
        }
        self.login = login
        user = credentials.map { Self.cString($0.user, names: surroundings.names) }
        password = credentials.map { Self.cString($0.password, names: surroundings.names) }
        let lines = Self.fields(
            of: step, endpoint: endpoint, isRenamed: serverName != nil, surroundings: surroundings)
        let compiled = lines.map { Self.compile($0, names: surroundings.names) }
        fields = .allocate(capacity: compiled.count)
        _ = fields.initialize(from: compiled)
        hasVariableFields = compiled.contains { $0.line.constant == nil }
        constantFields = hasVariableFields || compiled.isEmpty ? nil : Self.nodes(fields.count)
        if let constantFields {
            for (index, field) in fields.enumerated() {
                constantFields[index].data = Self.characters(field.line.constant)
            }
        }
    }

    /// True where the payload goes out: a HEAD has none.
    var sendsBody: Bool {
        switch method {
        case .get, .head: false
        case .post: true
        case .other(_, let hasBody): hasBody
        }
    }

    func release() {
        if case .other(let name, _) = method { free(name) }
        url.release()
        for field in fields { field.line.release() }
        fields.deallocate()
        constantFields?.deallocate()
        switch payload {
        case .none: break
        case .text(let template): template.release()
        case .file(let descriptor): close(descriptor)
        case .parts(let parts):
            for part in parts {
                free(part.name)
                part.text?.release()
                free(part.path)
                free(part.type)
                free(part.fileName)
            }
            parts.deallocate()
        }
        if case .aws(let scope) = login { free(scope) }
        user?.release()
        password?.release()
        curl_slist_free_all(connectTo)
        location.deinitialize(count: 1)
        location.deallocate()
    }

    // MARK: Compiling

    /// The fields that libcurl would not send by itself, or not like this.
    private static func fields(
        of step: Step, endpoint: Endpoint, isRenamed: Bool, surroundings: RequestTemplate.Surroundings
    ) -> [Header] {
        var fields = RequestTemplate.fields(
            of: step, authority: Text(endpoint.authority), surroundings: surroundings)
        func put(_ name: String, _ value: Text) {
            if fields.contains(where: { $0.name.lowercased() == name.lowercased() }) { return }
            fields.append(Header(name: name, value: value))
        }
        switch step.authentication {
        case .aws(let signature): if let token = signature.sessionToken { put("x-amz-security-token", token) }
        case .basic, .bearer, .digest, nil: break
        }
        if case .file = step.body { put("Content-Type", Text("application/octet-stream")) }
        return fields.filter { field in
            switch field.name.lowercased() {
            case "host": isRenamed || field.value.constant != endpoint.authority
            case "user-agent": field.value.constant != surroundings.userAgent
            case "accept": field.value.constant != "*/*"
            // A field of HTTP/1.1 (RFC 9113 §8.2.2).
            case "connection": surroundings.defaults.http.version == .http1
            default: true
            }
        }
            // Without a value: not sent. libcurl would ask for 100 (Continue), and call a body without a type a form.
            + ["Expect", "Content-Type"].filter { name in
                // libcurl 7.88 would sign fields that it doesn't send.
                if case .aws = step.authentication { return false }
                switch step.body {
                case .multipart where name == "Content-Type": return false
                case nil where ![.post, .put, .patch].contains(step.method): return false
                default: return !fields.contains { $0.name.lowercased() == name.lowercased() }
                }
            }.map { Header(name: $0, value: Text(pieces: [.literal(unsent)])) }
    }

    /// Stands for a field that must not be sent; no value that a scenario can name.
    private static let unsent = "\u{0}"

    private static func compile(_ field: Header, names: VariableNames) -> Field {
        var line = TextTemplate.Builder(names: names)
        if field.value.constant == unsent {
            line.append("\(field.name):\u{0}")
        } else if let value = field.value.constant, value.utf8.allSatisfy(isBlank) {
            line.append("\(field.name);\u{0}")
        } else {
            line.append("\(field.name): ")
            line.append(field.value, escape: .header)
            line.append("\u{0}")
        }
        return Field(line: line.finish(), nameLength: field.name.utf8.count)
    }

    /// True for what libcurl takes for nothing in a field's value.
    static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || (9...13).contains(byte) }

    private static func payload(of step: Step, names: VariableNames) throws(SystemError) -> Payload {
        switch step.body {
        case nil: return .none
        case .json, .form, .text: return step.body.map { .text(RequestTemplate.compile($0, names: names)) } ?? .none
        case .file(let path):
            let descriptor = open(path, O_RDONLY | O_CLOEXEC)
            if descriptor < 0 { throw SystemError(code: errno, doing: "open \(path)") }
            return .file(descriptor: descriptor)
        case .multipart(let parts):
            let compiled = parts.map { part in
                var made = Part(name: copy(part.name))
                switch part.content {
                case .text(let text):
                    var template = TextTemplate.Builder(names: names)
                    template.append(text, escape: .none)
                    made.text = template.finish()
                case .file(let path): made.path = copy(path)
                }
                made.type = part.type.map(copy)
                made.fileName = part.fileName.map(copy)
                return made
            }
            let memory = UnsafeMutableBufferPointer<Part>.allocate(capacity: compiled.count)
            _ = memory.initialize(from: compiled)
            return .parts(memory)
        }
    }

    private static func authority(of endpoint: Endpoint, host: String) -> String {
        let isDefault = endpoint.port == (endpoint.isSecure ? 443 : 80)
        return isDefault ? bracketed(host) : "\(bracketed(host)):\(endpoint.port)"
    }

    /// In a URL a zone's percent sign is encoded (RFC 6874 §2).
    private static func bracketed(_ host: String) -> String {
        host.contains(":") ? "[\(host.replacing("%", with: "%25"))]" : host
    }

    private static func cString(_ text: Text, names: VariableNames) -> TextTemplate {
        var builder = TextTemplate.Builder(names: names)
        builder.append(text, escape: .header)
        builder.append("\u{0}")
        return builder.finish()
    }

    private static func copy(_ text: String) -> UnsafeMutablePointer<CChar> {
        guard let copy = strdup(text) else { fatalError("out of memory for \(text.utf8.count) bytes") }
        return copy
    }

    static func list(_ lines: [String]) -> UnsafeMutablePointer<curl_slist>? {
        lines.reduce(nil) { curl_slist_append($0, $1) }
    }

    /// A list of fields without their texts, in one block.
    static func nodes(_ count: Int) -> UnsafeMutablePointer<curl_slist> {
        let nodes = UnsafeMutablePointer<curl_slist>.allocate(capacity: count)
        for index in 0..<count {
            (nodes + index).initialize(to: curl_slist(data: nil, next: index + 1 < count ? nodes + index + 1 : nil))
        }
        return nodes
    }

    /// libcurl's lists are of `char *`, though it never writes to them.
    static func characters(_ bytes: UnsafeBufferPointer<UInt8>?) -> UnsafeMutablePointer<CChar>? {
        guard let base = bytes?.baseAddress else { return nil }
        return UnsafeMutableRawPointer(mutating: base).assumingMemoryBound(to: CChar.self)
    }
}
