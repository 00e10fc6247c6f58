import Credentials
import Scenarios

/// Makes a scenario from a Postman collection: a flow for each folder that holds requests, its steps in their order.
struct PostmanImport {
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    /// Where requests go while neither the collection nor the user says it.
    private static let defaultHost = "http://127.0.0.1:8080"

    /// A request that can be sent, and where it stands.
    private struct Planned {
        var item: PostmanCollection.Item
        var url: PostmanURL
        var method: String
        var flow: String
    }

    private let collection: PostmanCollection
    private let file: String
    private let keepsAllHosts: Bool

    /// - Throws: All problems of the collection.
    init(_ root: DocumentValue, file: String, allHosts: Bool = false) throws(InvalidSource) {
        collection = try PostmanCollection(root, file: file)
        self.file = file
        keepsAllHosts = allHosts
    }

    /// The draft, and the keeper of the collection's secrets.
    func draft(
        target: String?, name: String?, secrets: inout SecretKeeper
    ) throws(InvalidSource) -> ScenarioDraft {
        let variables = PostmanVariables(collection.variables)
        for (name, value) in variables.secretValues where !PostmanVariables.hasVariable(value) {
            secrets.learn(value, named: name)
        }
        var leftOut: [String] = []
        var planned: [Planned] = []
        for item in collection.items {
            let method = (item.request["method"]?.text ?? "GET").uppercased()
            let name = StepNames.fit(item.name, otherwise: method)
            guard Self.methods.contains(method) else {
                leftOut.append("\(name): the method is not known to scenarios")
                continue
            }
            guard let url = PostmanURL(item.request["url"] ?? item.request, variables) else {
                leftOut.append("\(name): it has no URL of HTTP")
                continue
            }
            planned.append(Planned(item: item, url: url, method: method, flow: item.folders.joined(separator: " / ")))
        }
        guard let main = Self.mostFrequent(planned.map(\.url.origin)) else {
            throw InvalidSource("\(file)#/item", "the collection holds no request that a scenario can send")
        }
        let isKnown = planned.first { $0.url.origin == main }?.url.isKnown ?? false
        if isKnown, let problem = TargetURL.problem(main) {
            throw InvalidSource("\(file)#/item", "the host of the requests can't be a target: \(problem)")
        }
        secrets.known += [main, target ?? "", name ?? ""]
        let title = secrets.cleaned(name: collection.name)
        let base = ScenarioDraft(
            name: name ?? StepNames.slug(title, otherwise: "collection"),
            description: title.isEmpty ? nil : StepNames.fit(title, otherwise: "collection"),
            target: TemplateText(target ?? (isKnown ? PercentCoding.cleaned(main) : Self.defaultHost)), leftOut: leftOut
        )
        // Once to learn what is secret, once more to find it wherever it stands.
        var course = Course(base, main, variables, secrets, collection.name)
        course.carryOut(planned, keepsAllHosts: keepsAllHosts)
        var known = course.secrets
        known.forgetUses()
        course = Course(base, main, variables, known, collection.name)
        course.carryOut(planned, keepsAllHosts: keepsAllHosts)
        if !isKnown, target == nil {
            course.draft.hints.append(
                "The collection gives no value to \(StepNames.fit(main, otherwise: "its host")): set the target, or run "
                    + "with --target.")
        }
        secrets = course.secrets
        return course.finished()
    }

    private static func mostFrequent(_ names: [String]) -> String? {
        var counts: [String: Int] = [:]
        for name in names { counts[name, default: 0] += 1 }
        let most = counts.values.max()
        return names.first { counts[$0] == most }
    }

    // MARK: - Steps

    /// One course through the requests.
    private struct Course {
        var draft: ScenarioDraft
        var secrets: SecretKeeper
        private let main: String
        private let title: String
        private var variables: PostmanVariables
        private var names = StepNames()
        private var flowNames = StepNames()
        private var captureNames: [String: String] = [:]
        private var scripts = 0
        private var others: [(origin: String, count: Int)] = []

        init(
            _ draft: ScenarioDraft, _ main: String, _ variables: PostmanVariables, _ secrets: SecretKeeper,
            _ title: String
        ) {
            self.draft = draft
            self.main = main
            self.variables = variables
            self.secrets = secrets
            self.title = title
        }

        mutating func carryOut(_ all: [Planned], keepsAllHosts: Bool) {
            let planned = all.filter { keep($0, all: keepsAllHosts) }
            let logins = Self.logins(planned)
            for index in planned.indices where logins.contains(index) {
                guard let step = step(planned[index], isLogin: true) else { continue }
                draft.login.append(step)
                learnCaptures(of: planned[index])
            }
            let common = variables.captured
            var order: [String] = []
            var flows: [String: [Planned]] = [:]
            for index in planned.indices where !logins.contains(index) {
                let flow = planned[index].flow
                if flows[flow] == nil { order.append(flow) }
                flows[flow, default: []].append(planned[index])
            }
            for flow in order {
                variables.captured = common
                var actions: [ScenarioDraft.Action] = []
                for request in flows[flow] ?? [] {
                    guard let step = step(request, isLogin: false) else { continue }
                    actions.append(.request(step))
                    learnCaptures(of: request)
                }
                let wanted = secrets.cleaned(name: flow.isEmpty ? title : flow)
                let name = wanted.lowercased() == "login" ? "\(wanted) requests" : wanted
                draft.flows.append(.init(name: flowNames.unique(name, otherwise: "requests"), actions: actions))
            }
        }

        private mutating func keep(_ request: Planned, all: Bool) -> Bool {
            let origin = request.url.origin
            if origin == main { return true }
            if all, request.url.isKnown, TargetURL.problem(origin) == nil { return true }
            if let index = others.firstIndex(where: { $0.origin == origin }) {
                others[index].count += 1
            } else {
                others.append((origin, 1))
            }
            return false
        }

        /// Requests whose answers hold what requests of other folders sign in with, and those that they need.
        private static func logins(_ planned: [Planned]) -> Set<Int> {
            var givers: [String: Int] = [:]
            for (index, request) in planned.enumerated() {
                for capture in request.item.tests.captures where givers[capture.variable] == nil {
                    givers[capture.variable] = index
                }
            }
            var result: Set<Int> = []
            func add(_ index: Int) {
                guard result.insert(index).inserted else { return }
                for name in uses(planned[index]) {
                    if let giver = givers[name], giver < index { add(giver) }
                }
            }
            for request in planned {
                for name in credentials(request) {
                    if let giver = givers[name], planned[giver].flow != request.flow { add(giver) }
                }
            }
            return result
        }

        /// Variables with which a request says who sends it.
        private static func credentials(_ request: Planned) -> Set<String> {
            var texts = PostmanAuth.texts(request.item.auth)
            for header in headers(request.item.request) where SensitiveName.isHeader(header.name) {
                texts.append(header.value)
            }
            return texts.reduce(into: []) { $0.formUnion(PostmanVariables.names(in: $1)) }
        }

        private static func uses(_ request: Planned) -> Set<String> {
            var texts = request.url.texts + PostmanAuth.texts(request.item.auth)
            texts += headers(request.item.request).map(\.value)
            if let body = request.item.request["body"] { texts.append(JSONText.text(body)) }
            return texts.reduce(into: []) { $0.formUnion(PostmanVariables.names(in: $1)) }
        }

        /// The name of a capture as scenarios have it.
        private func captureName(_ variable: String) -> String {
            let fit = String(variable.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }.prefix(60))
            let isReserved = ["iteration", "user", "uuid", "random", "env", "file", "message"].contains(
                fit.lowercased())
            return (fit.first?.isLetter ?? false) && !isReserved ? fit : "of_\(fit)"
        }

        private mutating func learnCaptures(of request: Planned) {
            for capture in request.item.tests.captures {
                variables.captured[capture.variable] = captureName(capture.variable)
            }
        }

        private mutating func step(_ request: Planned, isLogin: Bool) -> ScenarioDraft.Step? {
            let (item, description) = (request.item, request.item.request)
            let isMain = request.url.origin == main
            var url = TemplateText(isMain ? "" : request.url.origin)
            url.append(request.url.template(&variables, &secrets))
            let method = request.method.lowercased()
            var step = ScenarioDraft.Step(name: "", method: method, url: url)
            let shown = item.name.isEmpty ? "\(request.method) \(url.shown)" : item.name

            for header in Self.headers(description) { add(header, to: &step) }
            let auth = PostmanAuth(item.auth, &variables, &secrets)
            if let obstacle = auth.obstacle { return leaveOut(shown, obstacle) }
            let hasField = step.headers.contains { $0.name.lowercased() == "authorization" }
            if !hasField { step.auth = auth.auth ?? credentials(in: request.url) }
            for field in auth.headers
            where !step.headers.contains(where: { $0.name.lowercased() == field.name.lowercased() }) {
                if HeaderFields.canBeSent(field.name) { step.headers.append(field) }
            }
            for field in auth.query {
                step.url.append(step.url.source.contains("?") ? "&" : "?")
                step.url.append("\(field.name)=")
                step.url.append(field.value)
            }
            // Postman sends no body with these methods either, unless it is told to.
            if let body = description["body"], !["get", "head"].contains(method) {
                let type = step.headers.first { $0.name.lowercased() == "content-type" }?.value.literal
                let made = PostmanBody(body, type: type, &variables, &secrets)
                if let obstacle = made.obstacle { return leaveOut(shown, obstacle) }
                put(made, into: &step)
            }
            if let status = item.tests.status { step.expect = [status] }
            let earlier = isLogin ? [] : draft.login.flatMap { $0.captures.map(\.name) }
            for capture in item.tests.captures {
                let name = captureName(capture.variable)
                if !earlier.contains(name) { step.captures.append((name, capture.source)) }
            }
            if item.tests.isThere || item.hasPrelude { scripts += 1 }
            if item.hasPrelude { step.notes.append("a script runs before it in Postman, which is not taken over") }
            step.name = names.unique(secrets.cleaned(name: shown), otherwise: request.method)
            return step
        }

        /// What stands before the host of a URL.
        private mutating func credentials(in url: PostmanURL) -> ScenarioDraft.Auth? {
            guard
                let parts = url.userInformation?.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false),
                parts.count == 2
            else { return nil }
            return .basic(
                user: secrets.cleaned(String(parts[0])),
                password: secrets.placeholder(for: String(parts[1]), named: "PASSWORD"))
        }

        private mutating func leaveOut(_ name: String, _ reason: String) -> ScenarioDraft.Step? {
            draft.leftOut.append("\(StepNames.fit(name, otherwise: "a request")): \(reason)")
            return nil
        }

        private mutating func add(_ header: (name: String, value: String), to step: inout ScenarioDraft.Step) {
            guard HeaderFields.canBeSent(header.name), header.name.lowercased() != "accept-encoding" else { return }
            let value = StepNames.line(header.value)
            let isSecret = SensitiveName.isHeader(header.name)
            let text =
                PostmanVariables.hasVariable(value)
                ? variables.template(value, isSecret: isSecret).mapLiterals(StepNames.line)
                : secrets.header(header.name, value)
            step.add(header: header.name, text)
        }

        private func put(_ made: PostmanBody, into step: inout ScenarioDraft.Step) {
            guard let body = made.body else { return }
            step.body = body
            step.notes += made.notes
            let given = step.headers.first { $0.name.lowercased() == "content-type" }
            step.headers.removeAll { $0.name.lowercased() == "content-type" }
            let implied: String? =
                switch body {
                case .json: "application/json"
                case .form: "application/x-www-form-urlencoded"
                case .text: "text/plain"
                case .multipart, .upload: nil
                }
            guard let implied else { return }
            // The type that the scenario's body brings by itself needs no field.
            let wanted = given?.value ?? TemplateText(made.contentType ?? implied)
            if wanted.literal?.lowercased() != implied {
                step.headers.append(.init(name: "Content-Type", value: wanted))
            }
        }

        /// The header fields that are sent; version 2.0 also has them as a text of lines.
        private static func headers(_ request: DocumentValue) -> [(name: String, value: String)] {
            if let text = request["header"]?.text {
                return text.split(whereSeparator: \.isNewline).compactMap { line in
                    let parts = line.split(separator: ":", maxSplits: 1)
                    guard parts.count == 2 else { return nil }
                    return (String(parts[0]), String(parts[1].drop { $0 == " " }))
                }
            }
            return (request["header"]?.list ?? []).compactMap { field in
                guard field["disabled"]?.bool != true, let name = field["key"]?.text else { return nil }
                return (name, field["value"]?.scalarText ?? "")
            }
        }

        /// The draft with what is to be said of it.
        consuming func finished() -> ScenarioDraft {
            for other in others {
                draft.leftOut.append(
                    "\(counted(other.count, "request")) to "
                        + "\(StepNames.fit(secrets.cleaned(other.origin).shown, otherwise: "another host")): another host "
                        + "(--all-hosts keeps those that are known)")
            }
            if scripts > 0 {
                draft.leftOut.append(
                    "scripts of \(counted(scripts, "request")), but for statuses and values that they "
                        + "take from answers")
            }
            if !variables.strange.isEmpty {
                draft.leftOut.append(
                    "\(variables.strange.sorted().map { StepNames.fit($0, otherwise: "?") }.joined(separator: ", ")): "
                        + "\"text\" stands there")
            }
            draft.leftOut = draft.leftOut.map { secrets.cleaned(name: $0) }
            draft.hints = draft.hints.map { secrets.cleaned(name: $0) }
            draft.description = draft.description.map { secrets.cleaned(name: $0) }
            for flow in draft.flows.indices {
                for index in draft.flows[flow].actions.indices {
                    guard case .request(var step) = draft.flows[flow].actions[index] else { continue }
                    step.notes = step.notes.map { secrets.cleaned(name: $0) }
                    draft.flows[flow].actions[index] = .request(step)
                }
            }
            // Postman keeps the cookies of answers.
            draft.keepsCookies = true
            let unset = variables.unknown.union(variables.secretNames).sorted().prefix(12)
            if !unset.isEmpty {
                draft.hints.append(
                    "The collection gives these no value: set before a run, or with --set NAME=VALUE: "
                        + unset.joined(separator: ", "))
            }
            draft.hints += secrets.hints
            return draft
        }
    }
}
