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
                let place = "curl: word \(word)"
                guard let url = Self.address(text, globs: request.globs, { problems.report(place, $0) }) else {
                    continue
                }
                origin = origin ?? url
                let isTarget = url.origin == origin?.origin
                if let step = Self.step(
                    request, url, isTarget: isTarget, &names, &secrets, { problems.report(place, $0) })
                {
                    actions.append(.request(step))
                }
            }
        }
        try problems.throwIfAny()
        let host = ShellText.template(origin?.host ?? "").shown
        var draft = ScenarioDraft(
            name: name ?? StepNames.slug(host, otherwise: "curl"), target: TemplateText(target ?? ""))
        if target == nil { draft.target = Self.target(origin) }
        draft.flows = [.init(name: "main", actions: actions)]
        draft.leftOut = leftOut
        draft.hints = secrets.hints
        let variables = Set(draft.variables).subtracting(secrets.used).sorted()
        if !variables.isEmpty {
            draft.hints.append("The shell's variables are to be set, too: \(variables.joined(separator: ", "))")
        }
        return draft
    }

    /// The target; a variable that is all of the host and is called like a URL stands for scheme and host.
    private static func target(_ origin: RequestURL?) -> TemplateText {
        let authority = ShellText.template(origin?.authority ?? "")
        if authority.pieces.count == 1, case .place = authority.pieces[0] {
            let name = authority.shown.filter { $0 != "{" && $0 != "}" }
            if ["URL", "BASE", "ENDPOINT", "ORIGIN", "SERVER"].contains(where: name.uppercased().contains) {
                return .environment(name, default: "http://127.0.0.1:8080")
            }
        }
        return ShellText.template(origin?.origin ?? "")
    }

    /// The URL as curl takes it: `http` unless it says otherwise.
    private static func address(_ text: String, globs: Bool, _ report: (String) -> Void) -> RequestURL? {
        // A host in brackets is an IPv6 address, other brackets and all braces are curl's patterns.
        let url = text.contains("://") ? text : "http://\(text)"
        guard var address = RequestURL(url) else {
            report("\(quoted(ShellText.template(text).shown)) is no URL")
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
        if ShellText.hasVariable(address.authority) {
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
        let wanted = request.method ?? (request.isHead ? "HEAD" : sendsBody ? "POST" : "GET")
        guard let method = Step.Method(rawValue: wanted.uppercased()) else {
            report("the method \(quoted(ShellText.template(wanted).shown)) is not known to scenarios")
            return nil
        }
        var query = address.query
        if request.usesQuery, !request.data.isEmpty {
            query = (query.map { $0.isEmpty ? "" : "\($0)&" } ?? "") + request.joinedData
        }
        let path = secrets.url(path: address.path, query: nil).expandingShellVariables
        var url = TemplateText(isTarget ? "" : address.origin).expandingShellVariables
        url.append(secrets.url(path: address.path, query: query).expandShellVariables(inURL: true))
        let authority = isTarget ? "" : ShellText.template(address.origin).shown
        var step = ScenarioDraft.Step(
            name: names.unique("\(method.rawValue) \(authority)\(path.shown)"),
            method: method.rawValue.lowercased(), url: url)
        step.timeout = request.timeout
        addHeaders(of: request, address, to: &step, &secrets)
        if sendsBody {
            let type = request.header("content-type") ?? "application/x-www-form-urlencoded"
            // What is no list of fields goes out as it is, under the type of a form: so does curl.
            let text = request.joinedData
            let isForm = type.lowercased().hasPrefix("application/x-www-form-urlencoded")
            var body = RecordedBody(text, contentType: type, secrets: &secrets)
            if isForm, !Self.isForm(text) {
                body = RecordedBody(text, contentType: "", secrets: &secrets)
                body.contentType = TemplateText(type)
            }
            body.expandShellVariables()
            body.put(into: &step)
        }
        return step
    }

    private static func isForm(_ text: String) -> Bool {
        text.split(separator: "&").allSatisfy { field in
            let name = field.prefix { $0 != "=" }
            return name.count < field.count && !name.isEmpty && !name.contains(where: { "{}[]\" <>".contains($0) })
                || field.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
                    && text.contains("=")
        }
    }

    private static func addHeaders(
        of request: CurlRequest, _ address: RequestURL, to step: inout ScenarioDraft.Step,
        _ secrets: inout SecretKeeper
    ) {
        for (name, value) in request.headers {
            let isCookie = name.lowercased() == "cookie"
            guard HeaderFields.canBeSent(name) || name.lowercased() == "host" else {
                step.notes.append("the header field \(name) is the generator's own")
                continue
            }
            if name.lowercased() == "accept-encoding" {
                step.notes.append("the header field \(name) is left out: answers are asked for without compression")
                continue
            }
            let text =
                isCookie ? secrets.place(for: value, named: "COOKIE") : secrets.header(name, StepNames.line(value))
            step.add(header: name, text.expandingShellVariables)
        }
        if !request.cookies.isEmpty {
            let cookies = secrets.place(for: request.cookies.joined(separator: "; "), named: "COOKIE")
            step.add(header: "Cookie", cookies.expandingShellVariables)
        }
        if let user = request.user ?? address.userInformation.map({ PercentCoding.decoded($0) }) {
            let credentials = secrets.credentials(scheme: "Basic", Base64.encoded(user))
            step.add(header: "Authorization", credentials)
        }
        if let bearer = request.bearer {
            step.add(header: "Authorization", secrets.credentials(scheme: "Bearer", bearer).expandingShellVariables)
        }
    }
}
