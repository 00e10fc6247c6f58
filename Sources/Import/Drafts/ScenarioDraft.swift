/// A scenario while it is made from a source.
public struct ScenarioDraft {
    /// A header field.
    public struct Field: Hashable {
        /// The name.
        public var name: String
        /// The value.
        public var value: TemplateText

        /// Makes a field.
        public init(name: String, value: TemplateText) {
            self.name = name
            self.value = value
        }
    }

    /// What a request carries.
    public enum Body {
        /// A value in JSON.
        case json(DocumentValue)
        /// The fields of a form.
        case form([Field])
        /// A text.
        case text(TemplateText)
        /// The parts of a form with files.
        case multipart([Part])
        /// The path of a file whose bytes are the body.
        case upload(String)
    }

    /// What holds for all requests.
    public struct Settings {
        /// `2`; the language's own default where nil.
        public var version: String?
        /// True where users keep the cookies that they are given.
        public var keepsCookies = false
        /// True where compressed answers are asked for.
        public var unpacksAnswers = false
        /// The proxy's URL.
        public var proxy: TemplateText?
        /// Addresses by host:port.
        public var resolve: [Field] = []
        /// The path of a Unix socket.
        public var unixSocket: String?
        /// The path of the authorities' file.
        public var ca: String?
        /// The path of the client's certificate.
        public var certificate: String?
        /// The path of the client's key.
        public var key: String?
        /// Whether servers' certificates are verified.
        public var verifies = true
        /// The oldest version of TLS.
        public var minimumTLS: String?
        /// The newest version of TLS.
        public var maximumTLS: String?
    }

    /// A field of a body of several parts (RFC 7578).
    public struct Part {
        /// The name.
        public var name: String
        /// The value.
        public var value: TemplateText
        /// The path of the file whose bytes it has; `value` is empty then.
        public var file: String?
        /// The name of the file that it stands for; nil for a plain field.
        public var fileName: String?
        /// Its media type, where it has one of its own.
        public var type: String?
    }

    /// How a request proves who sends it.
    public enum Auth: Hashable {
        /// RFC 7617
        case basic(user: TemplateText, password: TemplateText)
        /// RFC 7616
        case digest(user: TemplateText, password: TemplateText)
        /// RFC 6750
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
    public struct Step {
        /// The name.
        public var name: String
        /// In lower case, as the key of the step.
        public var method: String
        /// A path, or a whole URL.
        public var url: TemplateText
        /// Header fields.
        public var headers: [Field] = []
        /// How it proves who sends it.
        public var auth: Auth?
        /// What it carries.
        public var body: Body?
        /// Redirects that are followed at most; the language's own default where nil.
        public var redirects: Int?
        /// Statuses that count as good, as the language writes them; the language's own default where empty.
        public var expect: [String] = []
        /// Checks, as the language writes them.
        public var checks: [String] = []
        /// What is taken from answers, by name, as the language writes it.
        public var captures: [(name: String, source: String)] = []
        /// Names that may have no value: without one of them the step is not done.
        public var conditions: [String] = []
        /// How long it may take, as the language writes it.
        public var timeout: String?
        /// Comments above the step.
        public var notes: [String] = []

        /// A request of which no more is said.
        public init(name: String, method: String, url: TemplateText) {
            self.name = name
            self.method = method
            self.url = url
        }

        /// Names in the URL that an earlier step has to capture.
        var needs: Set<String> {
            var names: Set<String> = []
            for case .placeholder(let placeholder) in url.pieces {
                let name = placeholder.hasPrefix("raw:") ? String(placeholder.dropFirst(4)) : placeholder
                if !name.hasPrefix("env:"), name != "uuid" { names.insert(name) }
            }
            return names
        }

        /// Adds a header field; one that is there already gets the value, too (RFC 9110 §5.2).
        public mutating func add(header name: String, _ value: TemplateText) {
            guard let index = headers.firstIndex(where: { $0.name.lowercased() == name.lowercased() }) else {
                headers.append(Field(name: name, value: value))
                return
            }
            if headers[index].value == value || name.lowercased() == "authorization" { return }
            headers[index].value.append(", ")
            headers[index].value.append(value)
        }
    }

    /// What an iteration does in turn.
    public enum Action {
        /// A request.
        case request(Step)
        /// Milliseconds.
        case pause(Int)
    }

    /// A flow.
    public struct Flow {
        /// The name.
        public var name: String
        /// What an iteration does.
        public var actions: [Action]

        /// Makes a flow.
        public init(name: String, actions: [Action]) {
            self.name = name
            self.actions = actions
        }
    }

    /// The scenario's name.
    public var name: String
    /// What it is, in a line.
    public var description: String?
    /// Where its requests go.
    public var target: TemplateText
    /// What holds for all requests.
    public var settings = Settings()
    /// True where users keep the cookies that they are given.
    public var keepsCookies: Bool {
        get { settings.keepsCookies }
        set { settings.keepsCookies = newValue }
    }
    /// What each user does once.
    public var login: [Step] = []
    /// What users do.
    public var flows: [Flow] = []
    /// Lines at the head of the file: where it comes from.
    var heading: [String] = []
    /// What was not taken over, a line each.
    public var leftOut: [String] = []
    /// What the user has to fill in or look at.
    public var hints: [String] = []

    /// A scenario without requests.
    public init(name: String, description: String? = nil, target: TemplateText, leftOut: [String] = []) {
        self.name = name
        self.description = description
        self.target = target
        self.leftOut = leftOut
    }

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
            for index in flows[flow].actions.indices {
                guard case .request(var step) = flows[flow].actions[index] else { continue }
                step.headers.removeAll(where: moved.contains)
                flows[flow].actions[index] = .request(step)
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
            text.pieces.contains { if case .placeholder(let name) = $0 { given.contains(name) } else { false } }
        }
        guard login.isEmpty || isGiven else { return nil }
        for flow in flows.indices {
            for index in flows[flow].actions.indices {
                guard case .request(var step) = flows[flow].actions[index] else { continue }
                step.auth = nil
                flows[flow].actions[index] = .request(step)
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
            guard case .placeholder(let text) = piece else { return nil }
            let index = text.hasPrefix("raw:") ? text.dropFirst(4) : text[...]
            guard index.hasPrefix("env:") else { return nil }
            let name = index.dropFirst(4)
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
