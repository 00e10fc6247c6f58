import Credentials
import Scenarios

/// Makes a scenario from a HAR 1.2 recording: a flow `session` with a step for each request, in the order of time.
struct HARImport {
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    /// Shorter pauses are the browser's, not the user's; longer ones cost the test more than they tell. Milliseconds.
    private static let shortestPause = 500.0
    private static let longestPause = 10_000.0
    /// Characters of a cookie that could be told from words.
    private static let shortestCookie = 16

    private let file: String
    private let entries: [HAREntry]
    private let keepsAllHosts: Bool

    /// Reads a recording; throws all problems of it.
    init(_ root: DocumentValue, file: String, allHosts: Bool) throws(InvalidSource) {
        self.file = file
        keepsAllHosts = allHosts
        var problems = SourceProblems()
        let pointer = JSONPointer.root.appending("log").appending("entries")
        guard let list = root["log"]?["entries"]?.list else {
            throw InvalidSource("\(file)#/log/entries", "expected a HAR recording: there is no list of entries")
        }
        var entries: [HAREntry] = []
        for (index, value) in list.enumerated() {
            let entry = HAREntry(value, at: pointer.appending("\(index)")) {
                problems.report("\(file)#\($0)", $1)
            }
            if let entry { entries.append(entry) }
        }
        try problems.throwIfAny()
        // Without a time an entry stays behind the one before it.
        var last = -Double.infinity
        let times = entries.map { entry in
            last = entry.begin ?? last
            return last
        }
        self.entries = entries.indices.sorted { (times[$0], $0) < (times[$1], $1) }.map { entries[$0] }
    }

    /// The draft, and the keeper of the recording's secrets.
    func draft(
        target: String?, name: String?, secrets: inout SecretKeeper
    ) throws(InvalidSource) -> ScenarioDraft {
        let usable = entries.filter {
            !$0.isWebSocket && $0.address != nil && $0.status > 0 && !$0.isAborted && !$0.isPreflight
        }
        let page = usable.first { $0.isDocument && 200..<300 ~= $0.status } ?? usable.first
        guard let origin = page?.address?.origin, let host = page?.address?.host else {
            throw InvalidSource("\(file)#/log/entries", "the recording holds no answered HTTP request")
        }
        secrets.known += [origin, target ?? "", name ?? ""]
        learnSecrets(&secrets)
        // Once to learn what is secret, once more to find it wherever it stands.
        _ = draft(origin: origin, host: host, target: target, name: name, secrets: &secrets)
        secrets.forgetUses()
        var (draft, sources) = draft(origin: origin, host: host, target: target, name: name, secrets: &secrets)
        HARCorrelation(sources).apply(to: &draft, secrets: &secrets)
        draft.hints += secrets.hints
        return draft
    }

    /// Cookies and issued tokens are in the recording whatever becomes of the requests that carry them.
    private func learnSecrets(_ secrets: inout SecretKeeper) {
        for entry in entries {
            let issued = entry.issuedSecrets
            var cookies = issued.cookies
            cookies += entry.sentCookies.map(\.value)
            for value in cookies where Self.looksRandom(value) { secrets.learn(value, named: "COOKIE_VALUE") }
            if let json = issued.json { secrets.learn(from: json) }
            for (name, value) in entry.answerHeaders
            where name.lowercased() != "set-cookie" && value.utf8.count >= 8 && SensitiveName.isHeader(name) {
                secrets.learn(value, named: name)
            }
        }
    }

    /// A cookie may hold a language or a colour, which is no reason to take every text apart that names it.
    private static func looksRandom(_ value: String) -> Bool {
        value.utf8.count >= shortestCookie && value.contains(where: \.isNumber) && value.contains(where: \.isLetter)
            && !value.contains("/") && !value.contains(" ")
    }

    // MARK: - Draft

    private func draft(
        origin: String, host: String, target: String?, name: String?, secrets: inout SecretKeeper
    ) -> (ScenarioDraft, sources: [HAREntry]) {
        var sources: [HAREntry] = []
        var preflights = 0
        var draft = ScenarioDraft(
            name: name ?? StepNames.slug(host, otherwise: "session"),
            target: TemplateText(target ?? PercentCoding.cleaned(origin)))
        var names = StepNames()
        var actions: [ScenarioDraft.Action] = []
        var otherHosts: [(host: String, count: Int)] = []
        var busyUntil: Double?
        for entry in entries {
            if entry.isPreflight {
                preflights += 1
                continue
            }
            if let obstacle = Self.obstacle(entry) {
                draft.leftOut.append("\(Self.shown(entry, &secrets)): \(obstacle)")
                continue
            }
            guard let address = entry.address else { continue }
            guard address.origin == origin || keepsAllHosts else {
                if let index = otherHosts.firstIndex(where: { $0.host == address.origin }) {
                    otherHosts[index].count += 1
                } else {
                    otherHosts.append((address.origin, 1))
                }
                continue
            }
            if let pause = Self.pause(from: busyUntil, to: entry.begin), !actions.isEmpty {
                actions.append(.pause(pause))
            }
            busyUntil = max(busyUntil ?? -.infinity, entry.end ?? -.infinity)
            if busyUntil == -.infinity { busyUntil = nil }
            actions.append(.request(Self.step(entry, address, isTarget: address.origin == origin, &names, &secrets)))
            sources.append(entry)
        }
        draft.leftOut += otherHosts.map { other in
            "\(counted(other.count, "request")) to \(secrets.cleaned(other.host).shown): "
                + "another host (--all-hosts keeps them)"
        }
        if preflights > 0 {
            draft.leftOut.append(
                "\(counted(preflights, "CORS preflight")): browsers send them, no user does")
        }
        draft.flows = [.init(name: "session", actions: actions)]
        return (draft, sources)
    }

    /// Why an entry can't become a step.
    private static func obstacle(_ entry: HAREntry) -> String? {
        if entry.isWebSocket { return "WebSockets are not taken over" }
        guard let address = entry.address else { return "it is not an HTTP request" }
        if TargetURL.problem(address.origin) != nil { return "its host can't stand in a scenario" }
        if entry.isAborted { return "it was given up" }
        if entry.status <= 0 { return "it was not answered" }
        if !methods.contains(entry.method) { return "the method is not known to scenarios" }
        let type = entry.postData?["mimeType"]?.text ?? ""
        if MultipartBody.isNamed(by: type), MultipartBody.parts(entry.postData ?? .null) == nil {
            return "the files of its body are not in the recording"
        }
        if entry.postData?["text"]?.text?.utf8.count ?? 0 > ScenarioText.maximumStepBytes {
            return "its body is larger than \(ScenarioText.maximumStepBytes >> 10) KiB"
        }
        if entry.postData?["encoding"]?.text?.lowercased() == "base64" { return "its body is not text" }
        return nil
    }

    /// Method and path of a request, or the scheme of what has no path.
    private static func shown(_ entry: HAREntry, _ secrets: inout SecretKeeper) -> String {
        let method = StepNames.fit(String(entry.method.prefix(20)), otherwise: "?")
        guard let address = RequestURL(entry.url) else {
            return "\(method) \(entry.url.prefix { $0 != ":" }.prefix(20)):…"
        }
        return "\(method) \(secrets.url(path: address.path, query: nil).shown)"
    }

    /// How long the user looked at what was there before going on, in milliseconds.
    private static func pause(from end: Double?, to begin: Double?) -> Int? {
        guard let end, let begin, begin - end >= shortestPause else { return nil }
        let pause = min(begin - end, longestPause)
        let step = pause < 2_000 ? 100.0 : 500.0
        return Int((pause / step).rounded() * step)
    }

    private static func step(
        _ entry: HAREntry, _ address: RequestURL, isTarget: Bool, _ names: inout StepNames,
        _ secrets: inout SecretKeeper
    ) -> ScenarioDraft.Step {
        let path = secrets.url(path: address.path, query: nil)
        var url = TemplateText(isTarget ? "" : address.origin)
        url.append(secrets.url(path: address.path, query: address.query))
        var step = ScenarioDraft.Step(
            name: names.unique("\(entry.method) \(isTarget ? "" : address.origin)\(path.shown)"),
            method: entry.method.lowercased(), url: url)
        if let user = address.userInformation {
            let pair = Base64.encoded(PercentCoding.decoded(user))
            step.headers.append(
                .init(name: "Authorization", value: secrets.credentials(scheme: "Basic", pair)))
        }
        for (name, value) in entry.headers where HeaderFields.isOfRequest(name) {
            step.add(header: name, secrets.header(name, StepNames.line(value)))
        }
        if let data = entry.postData, let body = body(data, &secrets) { body.put(into: &step) }
        // The generator keeps nothing: what the browser had is sent again.
        step.expect = [entry.status == 304 ? "200" : "\(min(max(entry.status, 100), 599))"]
        return step
    }

    private static func body(_ data: DocumentValue, _ secrets: inout SecretKeeper) -> RecordedBody? {
        let type = data["mimeType"]?.text ?? ""
        if MultipartBody.isNamed(by: type) {
            return MultipartBody.parts(data).map { RecordedBody(parts: $0, secrets: &secrets) }
        }
        if let text = data["text"]?.text, !text.isEmpty {
            return RecordedBody(text, contentType: StepNames.line(type), secrets: &secrets)
        }
        let fields = (data["params"]?.list ?? []).compactMap { field -> (name: String, value: String)? in
            guard let name = field["name"]?.text else { return nil }
            return (name, field["value"]?.scalarText ?? "")
        }
        return fields.isEmpty ? nil : RecordedBody(form: fields, secrets: &secrets)
    }
}
