/// A scenario while it is made from a source.
struct ScenarioDraft {
    /// A header field.
    struct Field: Hashable {
        var name: String
        var value: TemplateText
    }

    /// What a request carries.
    enum Body {
        case json(DocumentValue)
        case form([Field])
        case text(TemplateText)
        case multipart([Part])
        /// The path of a file whose bytes are the body.
        case upload(String)
    }

    /// What holds for all requests.
    struct Settings {
        /// `2`; the language's own default where nil.
        var version: String?
        var keepsCookies = false
        var unpacksAnswers = false
        var proxy: TemplateText?
        /// Addresses by host:port.
        var resolve: [Field] = []
        var unixSocket: String?
        var ca: String?
        var certificate: String?
        var key: String?
        var verifies = true
        var minimumTLS: String?
        var maximumTLS: String?
    }

    /// A field of a body of several parts (RFC 7578).
    struct Part {
        var name: String
        var value: TemplateText
        /// The path of the file whose bytes it has; `value` is empty then.
        var file: String?
        /// The name of the file that it stands for; nil for a plain field.
        var fileName: String?
        /// Its media type, where it has one of its own.
        var type: String?
    }

    /// How a request proves who sends it.
    enum Auth: Hashable {
        case basic(user: TemplateText, password: TemplateText)
        case digest(user: TemplateText, password: TemplateText)
        case bearer(TemplateText)
        /// The members of the language's `aws`.
        case aws([Field])

        /// The texts in it.
        var texts: [TemplateText] {
            switch self {
            case .basic(let user, let password), .digest(let user, let password): [user, password]
            case .bearer(let token): [token]
            case .aws(let fields): fields.map(\.value)
            }
        }
    }

    /// A request.
    struct Step {
        var name: String
        /// In lower case, as the key of the step.
        var method: String
        /// A path, or a whole URL.
        var url: TemplateText
        var headers: [Field] = []
        var auth: Auth?
        var body: Body?
        /// Redirects that are followed at most; the language's own default where nil.
        var redirects: Int?
        /// Statuses that count as good, as the language writes them; the language's own default where empty.
        var expect: [String] = []
        var checks: [String] = []
        var captures: [(name: String, source: String)] = []
        /// Names that may have no value: without one of them the step is not done.
        var conditions: [String] = []
        var timeout: String?
        /// Comments above the step.
        var notes: [String] = []

        /// Names in the URL that an earlier step has to capture.
        var needs: Set<String> {
            var names: Set<String> = []
            for case .place(let place) in url.pieces {
                let name = place.hasPrefix("raw:") ? String(place.dropFirst(4)) : place
                if !name.hasPrefix("env:"), name != "uuid" { names.insert(name) }
            }
            return names
        }

        /// Adds a header field; one that is there already gets the value, too (RFC 9110 §5.2).
        mutating func add(header name: String, _ value: TemplateText) {
            guard let place = headers.firstIndex(where: { $0.name.lowercased() == name.lowercased() }) else {
                headers.append(Field(name: name, value: value))
                return
            }
            if headers[place].value == value || name.lowercased() == "authorization" { return }
            headers[place].value.append(", ")
            headers[place].value.append(value)
        }
    }

    /// What an iteration does in turn.
    enum Action {
        case request(Step)
        /// Milliseconds.
        case pause(Int)
    }

    /// A flow.
    struct Flow {
        var name: String
        var actions: [Action]
    }

    var name: String
    var description: String?
    var target: TemplateText
    var settings = Settings()
    /// True where users keep the cookies that they are given.
    var keepsCookies: Bool {
        get { settings.keepsCookies }
        set { settings.keepsCookies = newValue }
    }
    /// What each user does once.
    var login: [Step] = []
    var flows: [Flow] = []
    /// Lines at the head of the file: where it comes from.
    var heading: [String] = []
    /// What was not taken over, a line each.
    var leftOut: [String] = []
    /// What the user has to fill in or look at.
    var hints: [String] = []

    var stepCount: Int {
        flows.reduce(0) { count, flow in
            count + flow.actions.count { if case .request = $0 { true } else { false } }
        }
    }

    /// Moves header fields that every step has with the same value to the scenario's defaults, and gives them.
    mutating func takeCommonHeaders() -> [Field] {
        var common: [Field]?
        var count = 0
        for step in steps {
            count += 1
            let own = Set(step.headers)
            common = common.map { $0.filter(own.contains) } ?? step.headers
        }
        // The type of a body belongs beside the body.
        let moved = (common ?? []).filter { $0.name.lowercased() != "content-type" }
        guard count > 1, !moved.isEmpty else { return [] }
        for flow in flows.indices {
            for place in flows[flow].actions.indices {
                guard case .request(var step) = flows[flow].actions[place] else { continue }
                step.headers.removeAll(where: moved.contains)
                flows[flow].actions[place] = .request(step)
            }
        }
        return moved
    }

    /// Moves the way to prove who sends a request, which every step has alike, to the scenario's defaults, and gives
    /// it.
    mutating func takeCommonAuth() -> Auth? {
        let ways = Set(steps.map(\.auth))
        guard steps.count > 1, ways.count == 1, let common = ways.first ?? nil else { return nil }
        // The login's own requests would have it, too, but for what the login gives.
        let given = login.flatMap { $0.captures.map(\.name) }
        let isGiven = common.texts.contains { text in
            text.pieces.contains { if case .place(let name) = $0 { given.contains(name) } else { false } }
        }
        guard login.isEmpty || isGiven else { return nil }
        for flow in flows.indices {
            for place in flows[flow].actions.indices {
                guard case .request(var step) = flows[flow].actions[place] else { continue }
                step.auth = nil
                flows[flow].actions[place] = .request(step)
            }
        }
        return common
    }

    /// The requests of all flows.
    var steps: [Step] {
        flows.flatMap(\.actions).compactMap { if case .request(let step) = $0 { step } else { nil } }
    }

    /// Names of the environment's variables that stand in the target and in the steps.
    var variables: [String] {
        var texts = [target] + [settings.proxy].compactMap { $0 }
        func add(_ value: DocumentValue) {
            switch value {
            case .template(let text): texts.append(text)
            case .list(let values): values.forEach(add)
            case .object(let object): object.members.map(\.value).forEach(add)
            default: break
            }
        }
        for step in login + steps {
            texts += [step.url] + step.headers.map(\.value) + (step.auth?.texts ?? [])
            switch step.body {
            case .json(let value): add(value)
            case .form(let fields): texts += fields.map(\.value)
            case .text(let text): texts.append(text)
            case .multipart(let parts): texts += parts.map(\.value)
            case .upload, nil: break
            }
        }
        return texts.flatMap(\.pieces).compactMap { piece in
            guard case .place(let text) = piece else { return nil }
            let place = text.hasPrefix("raw:") ? text.dropFirst(4) : text[...]
            guard place.hasPrefix("env:") else { return nil }
            let name = place.dropFirst(4)
            return String(name.firstRange(of: ":-").map { name[..<$0.lowerBound] } ?? name)
        }
    }

    /// How long an iteration pauses at most, in milliseconds.
    var longestPauses: Int {
        flows.map { flow in
            flow.actions.reduce(0) { if case .pause(let length) = $1 { $0 + length } else { $0 } }
        }.max() ?? 0
    }
}
