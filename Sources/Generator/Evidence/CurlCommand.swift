import Scenarios

/// A command of curl that sends the request of an exchange again.
struct CurlCommand {
    /// The command; nil: curl can't send it.
    private(set) var text: String?
    /// The variables of the shell that it needs.
    private(set) var variables: [String] = []

    /// Bodies from here on curl would announce first (`Expect: 100-continue`).
    private static let announced = 1 << 20

    init(_ kept: KeptExchange, step: Step, endpoint: Endpoint, defaults: Defaults, secrets: Secrets) {
        guard kept.hasRequest, !kept.isMessage else { return }
        let lines = ExchangeTexts.lines(String(decoding: kept.requestHead, as: UTF8.self))
        // Its method, its target, and the version behind.
        let line = lines.first?.split(separator: " ", maxSplits: 1).map(String.init) ?? []
        guard line.count == 2, let end = line[1].lastIndex(of: " "), kept.requestHead.count <= KeptExchange.headBound
        else { return }
        let (method, target) = (line[0], String(line[1][..<end]))
        let seenTarget = secrets.redact(target)
        guard ExchangeTexts.withoutQuerySecrets(seenTarget) == seenTarget else { return }
        var shell = ShellText(secrets)
        let texts = ExchangeTexts(secrets: secrets)
        var words = ["curl", "-sS", "-i", "--globoff", "--path-as-is"]
        words += Self.version(defaults, endpoint, step)
        words += ["--max-time", Self.seconds(step.timeout)]
        words += Self.way(kept, endpoint, defaults, &shell)
        if step.events != nil { words.append("--no-buffer") }
        if defaults.http.compression, step.conversation == nil { words.append("--compressed") }
        if step.redirects > 0 { words += ["--location", "--max-redirs", "\(step.redirects)"] }

        let (maker, body) = Self.body(kept, step, method, secrets, &shell)
        guard let body else { return }
        words += Self.method(method, sendsBody: !body.isEmpty)
        var hasType = false
        for field in lines.dropFirst() {
            guard let colon = field.firstIndex(of: ":") else { continue }
            let name = String(field[..<colon])
            let value = ExchangeTexts.trimmed(field[field.index(after: colon)...])
            let lowered = name.lowercased()
            if lowered == "content-type" { hasType = true }
            if lowered == "host", value == endpoint.authority { continue }
            if lowered == "content-length" { continue }
            words += ["-H", Self.field(name, value, texts, &shell)]
        }
        // curl would call a body a form.
        if !body.isEmpty, !hasType, !body.contains("--form-string"), !body.contains("--form") {
            words += ["-H", "Content-Type:"]
        }
        if kept.requestBodyBytes >= Self.announced { words += ["-H", "Expect:"] }
        words += Self.authentication(step, kept, &shell)
        words += body
        let scheme = endpoint.isSecure ? "https" : "http"
        words.append(shell.word("\(scheme)://\(Self.authority(endpoint, defaults))\(target)"))
        let command = words.joined(separator: " ")
        text = maker.map { "\($0) | \(command)" } ?? command
        variables = shell.variables
    }

    private static func field(_ name: String, _ value: String, _ texts: ExchangeTexts, _ shell: inout ShellText)
        -> String
    {
        if value.isEmpty { return shell.word("\(name);") }
        let redacted = texts.secrets.redact(value)
        // What is hidden for its name or form is a variable as a whole.
        if texts.shown(redacted, of: name) != redacted {
            return ShellWord.inQuotes("\(name): ") + shell.variable(name)
        }
        return shell.word("\(name): \(value)")
    }

    private static func version(_ defaults: Defaults, _ endpoint: Endpoint, _ step: Step) -> [String] {
        if step.conversation != nil || defaults.http.version == .http1 { return ["--http1.1"] }
        return [endpoint.isSecure ? "--http2" : "--http2-prior-knowledge"]
    }

    private static func method(_ method: String, sendsBody: Bool) -> [String] {
        switch method {
        case "GET" where !sendsBody, "POST" where sendsBody: []
        case "HEAD" where !sendsBody: ["--head"]
        default: ["-X", method]
        }
    }

    // MARK: The way

    /// The host that curl asks for: of TLS the name that is verified.
    private static func authority(_ endpoint: Endpoint, _ defaults: Defaults) -> String {
        guard endpoint.isSecure, let name = defaults.tls.serverName, name != endpoint.host else {
            return endpoint.authority
        }
        return endpoint.port == 443 ? name : "\(name):\(endpoint.port)"
    }

    private static func way(
        _ kept: KeptExchange, _ endpoint: Endpoint, _ defaults: Defaults, _ shell: inout ShellText
    ) -> [String] {
        var words: [String] = []
        let http = defaults.http
        if let proxy = http.proxy?.constant {
            words += ["--proxy", shell.word(proxy)]
        } else {
            words += ["--noproxy", "'*'"]
        }
        if let socket = http.unixSocket { words += ["--unix-socket", shell.word(socket)] }
        if http.proxy == nil, http.unixSocket == nil, let address = kept.address?.numericHost {
            let host = endpoint.isSecure ? defaults.tls.serverName ?? endpoint.host : endpoint.host
            if host != address {
                let target = address.contains(":") ? "[\(address)]" : address
                words += ["--resolve", shell.word("\(host):\(endpoint.port):\(target)")]
            }
        }
        guard endpoint.isSecure else { return words }
        let tls = defaults.tls
        if let file = tls.authorities { words += ["--cacert", shell.word(file)] }
        if let file = tls.certificate { words += ["--cert", shell.word(file)] }
        if let file = tls.key { words += ["--key", shell.word(file)] }
        if let passphrase = tls.keyPassphrase { words += ["--pass", shell.word(passphrase)] }
        if !tls.verifies { words.append("--insecure") }
        words.append(tls.versions.lowerBound == .tls13 ? "--tlsv1.3" : "--tlsv1.2")
        if tls.versions.upperBound == .tls12 { words += ["--tls-max", "1.2"] }
        return words
    }

    /// What libcurl proves who sends it by; what is a field is among the fields.
    private static func authentication(_ step: Step, _ kept: KeptExchange, _ shell: inout ShellText) -> [String] {
        func pair(_ user: Text, _ password: Text) -> String {
            guard let user = user.constant, let password = password.constant else {
                return shell.variable("USER_AND_PASSWORD")
            }
            return shell.word("\(user):\(password)")
        }
        switch step.authentication {
        case .basic(let user, let password) where step.authentication?.field == nil:
            return ["--user", pair(user, password)]
        case .digest(let user, let password): return ["--digest", "--user", pair(user, password)]
        case .aws(let signature):
            let scope = "aws:amz:\(signature.region):\(signature.service)"
            return ["--aws-sigv4", shell.word(scope), "--user", pair(signature.keyID, signature.secretKey)]
        case .basic, .bearer, nil: return []
        }
    }

    // MARK: The body

    /// The command that makes the body, where one is needed, and curl's options; nil where it can't be sent again.
    private static func body(
        _ kept: KeptExchange, _ step: Step, _ method: String, _ secrets: Secrets, _ shell: inout ShellText
    ) -> (maker: String?, options: [String]?) {
        switch step.body {
        case .file(let path): return (nil, ["--data-binary", shell.word("@\(path)")])
        case .multipart(let parts):
            var words: [String] = []
            for part in parts {
                switch part.content {
                case .text(let text):
                    guard let value = text.constant, part.type == nil, part.fileName == nil else { return (nil, nil) }
                    words += ["--form-string", shell.word("\(part.name)=\(value)")]
                case .file(let path):
                    var word = "\(part.name)=@\"\(path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
                    if let type = part.type { word += ";type=\(type)" }
                    if let name = part.fileName { word += ";filename=\"\(name)\"" }
                    words += ["--form", shell.word(word)]
                }
            }
            return (nil, words)
        case .json, .form, .text, nil: break
        }
        guard kept.requestBodyBytes > 0 else {
            return (nil, ["POST", "PUT", "PATCH"].contains(method) ? ["--data-raw", "''"] : [])
        }
        // More than was kept, or it holds what is hidden for its form.
        guard kept.requestBody.count == kept.requestBodyBytes,
            case let whole = String(decoding: kept.requestBody, as: UTF8.self), case let seen = secrets.redact(whole),
            AnswerExcerpt.withoutTokens(seen) == seen,
            // Too short to be looked for.
            !AnswerExcerpt.secretMembers(in: whole).contains(where: { 1..<4 ~= $0.value.utf8.count })
        else { return (nil, nil) }
        let made = shell.body(kept.requestBody)
        return (made.maker, made.options)
    }

    private static func seconds(_ timeout: Duration) -> String {
        let parts = timeout.components
        let milliseconds = Int(parts.seconds) * 1000 + Int(parts.attoseconds / 1_000_000_000_000_000)
        let rest = String(milliseconds % 1000)
        return milliseconds % 1000 == 0
            ? "\(milliseconds / 1000)"
            : "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
