import Scenarios

/// Makes a scenario from a curl command: a step for each URL.
struct CurlImport {
    private let requests: [CurlRequest]
    private let leftOut: [String]

    init(_ command: String) throws(InvalidSource) {
        let parser = try CurlParser(command)
        requests = parser.requests
        leftOut = parser.leftOut
    }

    /// The draft, or all problems of the command.
    func draft(
        target: String?, name: String?, secrets: inout SecretKeeper
    ) throws(InvalidSource) -> ScenarioDraft {
        secrets.known +=
            [target ?? "", name ?? ""] + requests.flatMap(\.urls).compactMap { RequestURL($0.text)?.origin }
        // Once to learn what is secret, once more to find it wherever it stands.
        _ = try makeDraft(target: target, name: name, secrets: &secrets)
        secrets.forgetUses()
        return try makeDraft(target: target, name: name, secrets: &secrets)
    }

    private func makeDraft(
        target: String?, name: String?, secrets: inout SecretKeeper
    ) throws(InvalidSource) -> ScenarioDraft {
        var problems = SourceProblems()
        var names = StepNames()
        var actions: [ScenarioDraft.Action] = []
        var origin: RequestURL?
        for request in requests {
            for (text, word) in request.urls {
                let location = "curl: word \(word)"
                guard let url = Self.address(text, globs: request.globs, { problems.report(location, $0) }) else {
                    continue
                }
                origin = origin ?? url
                let isTarget = url.origin == origin?.origin
                if let step = Self.step(
                    request, url, isTarget: isTarget, &names, &secrets, { problems.report(location, $0) })
                {
                    actions.append(.request(step))
                }
            }
        }
        try problems.throwIfAny()
        let host = ShellVariables.template(origin?.host ?? "").shown
        var draft = ScenarioDraft(
            name: name ?? StepNames.slug(host, otherwise: "curl"), target: TemplateText(target ?? ""))
        if target == nil { draft.target = Self.target(origin) }
        draft.flows = [.init(name: "main", actions: actions)]
        draft.leftOut = leftOut
        draft.settings = settings(&draft, &secrets)
        draft.hints = secrets.hints
        let variables = Set(draft.variables).subtracting(secrets.used).sorted()
        if !variables.isEmpty {
            draft.hints.append("Set the shell's variables, too: \(variables.joined(separator: ", "))")
        }
        return draft
    }

    /// What the requests want of all connections. A scenario has these settings once.
    private func settings(_ draft: inout ScenarioDraft, _ secrets: inout SecretKeeper) -> ScenarioDraft.Settings {
        var result = ScenarioDraft.Settings()
        var differences: Set<String> = []
        let isTLS = requests.contains { $0.urls.contains { $0.text.lowercased().hasPrefix("https://") } }
        func take<Value: Equatable>(_ name: String, _ path: WritableKeyPath<ScenarioDraft.Settings, Value>) {
            let initial = ScenarioDraft.Settings()[keyPath: path]
            let given = requests.map { $0.settings[keyPath: path] }
            let chosen = given.first { $0 != initial } ?? initial
            if given.contains(where: { $0 != chosen }), chosen != initial { differences.insert(name) }
            result[keyPath: path] = chosen
        }
        if isTLS || requests.allSatisfy({ $0.usesPriorKnowledge }) { take("--http2", \.version) }
        take("--compressed", \.unpacksAnswers)
        take("-b FILE", \.keepsCookies)
        take("--unix-socket", \.unixSocket)
        take("--resolve", \.resolve)
        if isTLS {
            take("-k", \.verifies)
            take("--cacert", \.ca)
            take("--cert", \.certificate)
            take("--key", \.key)
            take("--tlsv1.2", \.minimumTLS)
            take("--tls-max", \.maximumTLS)
            // A file may hold both.
            if result.certificate != nil, result.key == nil { result.key = result.certificate }
        }
        if let request = requests.first(where: { $0.proxy != nil }), let proxy = request.proxy {
            result.proxy = Self.proxy(proxy, user: request.proxyUser, &secrets)
            if requests.contains(where: { $0.proxy != proxy }) { differences.insert("-x") }
        }
        for name in differences.sorted() {
            draft.leftOut.append("\(name) holds for all requests here, though not all of them have it")
        }
        return result
    }

    /// `[scheme://][user:password@]host[:port]`; curl's own port is 1080.
    private static func proxy(_ text: String, user: String?, _ secrets: inout SecretKeeper) -> TemplateText {
        guard let scheme = text.firstRange(of: "://") else { return ShellVariables.template(text) }
        var authority = text[scheme.upperBound...].prefix { $0 != "/" }
        var given = user
        if let at = authority.lastIndex(of: "@") {
            given = given ?? PercentCoding.decoded(String(authority[..<at]))
            authority = authority[authority.index(after: at)...]
        }
        let hasPort = authority.reversed().prefix { $0 != "]" }.contains(":")
        var name = text[..<scheme.lowerBound].lowercased()
        if name == "socks" { name = "socks5" }
        var result = TemplateText("\(name)://")
        if let given {
            let parts = given.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            result.append(ShellVariables.template(parts[0]).mapLiterals(PercentCoding.encoded))
            result.append(":")
            if parts.count > 1 { result.append(secrets.placeholder(for: parts[1], named: "PROXY_PASSWORD")) }
            result.append("@")
        }
        result.append(ShellVariables.template(String(authority)))
        if !hasPort { result.append(":1080") }
        return result.expandingShellVariables
    }

    /// The target; a variable that is all of the host and is called like a URL stands for scheme and host.
    private static func target(_ origin: RequestURL?) -> TemplateText {
        let authority = ShellVariables.template(origin?.authority ?? "")
        if authority.pieces.count == 1, case .placeholder = authority.pieces[0] {
            let name = authority.shown.filter { $0 != "{" && $0 != "}" }
            if ["URL", "BASE", "ENDPOINT", "ORIGIN", "SERVER"].contains(where: name.uppercased().contains) {
                return .environment(name, default: "http://127.0.0.1:8080")
            }
        }
        return ShellVariables.template(origin?.origin ?? "")
    }

    /// The URL as curl takes it: `http` unless it says otherwise.
    private static func address(_ text: String, globs: Bool, _ report: (String) -> Void) -> RequestURL? {
        // A host in brackets is an IPv6 address, other brackets and all braces are curl's patterns.
        let url = text.contains("://") ? text : "http://\(text)"
        guard var address = RequestURL(url) else {
            report("\(quoted(ShellVariables.template(text).shown)) is not a URL")
            return nil
        }
        guard ["http", "https"].contains(address.scheme) else {
            report("only http:// and https:// URLs can be imported, not \(address.scheme)://")
            return nil
        }
        let rest = address.path + (address.query ?? "")
        if globs, rest.contains(where: { "[]{}".contains($0) }) || address.authority.contains("{") {
            report(
                "patterns in URLs ([1-9], {a,b}) can't be imported: give each URL, or -g where they are meant as they are"
            )
            return nil
        }
        if ShellVariables.hasVariable(address.authority) {
            // The authority was put into lower case, the names of variables must not be.
            let start = url.firstRange(of: "://").map { url[$0.upperBound...] } ?? url[...]
            address.authority = String(start.prefix { $0 != "/" && $0 != "?" })
            if address.authority.contains("@") {
                report("a URL with a variable and a user can't be imported: use -u")
                return nil
            }
        } else if let problem = TargetURL.problem(address.origin) {
            report("\(quoted(address.origin)): \(problem)")
            return nil
        }
        return address
    }

    private static func step(
        _ request: CurlRequest, _ address: RequestURL, isTarget: Bool, _ names: inout StepNames,
        _ secrets: inout SecretKeeper, _ report: (String) -> Void
    ) -> ScenarioDraft.Step? {
        let sendsBody = !request.data.isEmpty && !request.usesQuery
        let hasBody = sendsBody || !request.parts.isEmpty
        let wanted =
            request.method ?? (request.isHead ? "HEAD" : request.upload != nil ? "PUT" : hasBody ? "POST" : "GET")
        guard let method = Step.Method(rawValue: wanted.uppercased()) else {
            report("the method \(quoted(ShellVariables.template(wanted).shown)) is not known to scenarios")
            return nil
        }
        var query = address.query
        if request.usesQuery, !request.data.isEmpty {
            query = (query.map { $0.isEmpty ? "" : "\($0)&" } ?? "") + request.joinedData
        }
        for field in request.query { query = (query.map { $0.isEmpty ? "" : "\($0)&" } ?? "") + field }
        var address = address
        // What is sent keeps its name where the URL ends in a slash.
        if let upload = request.upload, address.path.isEmpty || address.path.hasSuffix("/") {
            let name = upload.split(separator: "/").last.map(String.init) ?? ""
            address.path = (address.path.isEmpty ? "/" : address.path) + PercentCoding.encoded(name)
        }
        let path = secrets.url(path: address.path, query: nil).expandingShellVariables
        var url = TemplateText(isTarget ? "" : address.origin).expandingShellVariables
        url.append(secrets.url(path: address.path, query: query).expandShellVariables(inURL: true))
        let authority = isTarget ? "" : ShellVariables.template(address.origin).shown
        var step = ScenarioDraft.Step(
            name: names.unique("\(method.rawValue) \(authority)\(path.shown)"),
            method: method.rawValue.lowercased(), url: url)
        step.timeout = request.timeout
        addHeaders(of: request, address, to: &step, &secrets, report)
        if request.followsRedirects {
            let limit = request.maximumRedirects ?? 50
            step.redirects = limit < 0 ? 50 : min(limit, 50)
        }
        addBody(of: request, to: &step, &secrets, report)
        return step
    }

    private static func addBody(
        of request: CurlRequest, to step: inout ScenarioDraft.Step, _ secrets: inout SecretKeeper,
        _ report: (String) -> Void
    ) {
        let sendsBody = !request.data.isEmpty && !request.usesQuery
        guard [sendsBody, !request.parts.isEmpty, request.upload != nil].count(where: { $0 }) <= 1 else {
            report("a request has one body: of -d, -F and -T only one")
            return
        }
        if let path = request.upload {
            step.body = .upload(path)
        } else if !request.parts.isEmpty {
            step.headers.removeAll { $0.name.lowercased() == "content-type" }
            step.body = .multipart(
                request.parts.map { given in
                    guard given.part.file == nil, let literal = given.part.value.literal else { return given.part }
                    var part = given.part
                    part.name = ShellVariables.template(part.name).shown
                    part.value = secrets.value(literal, named: part.name).expandingShellVariables
                    return part
                })
        } else if sendsBody {
            let type = request.header("content-type") ?? "application/x-www-form-urlencoded"
            if let path = request.data.first?.file {
                step.body = .upload(path)
                if request.header("content-type") == nil {
                    step.headers.append(.init(name: "Content-Type", value: TemplateText(type)))
                }
                return
            }
            var body = RecordedBody(request.joinedData, contentType: type, secrets: &secrets)
            body.expandShellVariables()
            body.put(into: &step)
        }
    }

    /// `aws:amz:region:service`, the last two taken from the host unless given; `-u` has id and key.
    private static func signature(
        _ text: String, _ user: String, _ address: RequestURL, _ secrets: inout SecretKeeper, _ report: (String) -> Void
    ) -> ScenarioDraft.Auth? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts[0].lowercased() == "aws" else {
            report("--aws-sigv4: only AWS's own signature can be sent, aws:amz:region:service")
            return nil
        }
        // search-x.eu-west-1.es.amazonaws.com has the service before the region or behind it; curl takes the first two.
        let labels = address.host.split(separator: ".").map(String.init)
        let region = parts.count > 2 && !parts[2].isEmpty ? parts[2] : labels.count > 2 ? labels[1] : ""
        let service = parts.count > 3 && !parts[3].isEmpty ? parts[3] : labels.count > 2 ? labels[0] : ""
        let pair = user.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard pair.count == 2, !region.isEmpty, !service.isEmpty else {
            report("--aws-sigv4 wants aws:amz:region:service, and -u ID:KEY")
            return nil
        }
        return .aws([
            .init(name: "region", value: ShellVariables.template(region)),
            .init(name: "service", value: ShellVariables.template(service)),
            .init(
                name: "key_id",
                value: secrets.placeholder(for: pair[0], named: "AWS_ACCESS_KEY_ID").expandingShellVariables),
            .init(
                name: "secret_key",
                value: secrets.placeholder(for: pair[1], named: "AWS_SECRET_ACCESS_KEY").expandingShellVariables),
        ])
    }

    private static func addHeaders(
        of request: CurlRequest, _ address: RequestURL, to step: inout ScenarioDraft.Step,
        _ secrets: inout SecretKeeper, _ report: (String) -> Void
    ) {
        for (name, value) in request.headers {
            let isCookie = name.lowercased() == "cookie"
            guard HeaderFields.canBeSent(name) || name.lowercased() == "host" else {
                step.notes.append("the header field \(name) is the generator's own")
                continue
            }
            if name.lowercased() == "accept-encoding", request.settings.unpacksAnswers { continue }
            if name.lowercased() == "accept-encoding" {
                step.notes.append("the header field \(name) is left out: answers are asked for without compression")
                continue
            }
            let text =
                isCookie
                ? secrets.placeholder(for: value, named: "COOKIE") : secrets.header(name, StepNames.line(value))
            step.add(header: name, text.expandingShellVariables)
        }
        if !request.cookies.isEmpty {
            let cookies = secrets.placeholder(for: request.cookies.joined(separator: "; "), named: "COOKIE")
            step.add(header: "Cookie", cookies.expandingShellVariables)
        }
        let user = request.user ?? address.userInformation.map({ PercentCoding.decoded($0) })
        if let signature = request.signature {
            step.auth = self.signature(signature, user ?? "", address, &secrets, report)
            guard case .aws(var fields) = step.auth else { return }
            // What is temporary goes along with the signature.
            if let token = step.headers.first(where: { $0.name.lowercased() == "x-amz-security-token" }) {
                step.headers.removeAll { $0.name.lowercased() == "x-amz-security-token" }
                fields.append(.init(name: "session_token", value: token.value))
                step.auth = .aws(fields)
            }
        } else if let user, request.usesDigest {
            let parts = user.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let password = parts.count > 1 ? parts[1] : ""
            step.auth = .digest(
                user: ShellVariables.template(parts[0]),
                password: secrets.placeholder(for: password, named: "PASSWORD").expandingShellVariables)
        } else if let user {
            let credentials = secrets.credentials(scheme: "Basic", Base64.encoded(user))
            step.add(header: "Authorization", credentials)
        }
        if let bearer = request.bearer {
            step.add(header: "Authorization", secrets.credentials(scheme: "Bearer", bearer).expandingShellVariables)
        }
    }
}
