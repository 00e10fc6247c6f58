/// One request and what its answer must be.
public struct Step: Sendable {
    /// A request method (RFC 9110 §9.3, RFC 5789).
    public enum Method: String, CaseIterable, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
        case options = "OPTIONS"
    }

    /// The name that results carry; unique in the scenario.
    public var name: String
    /// The request's method.
    public var method: Method
    /// The name of a method that is none of those, such as `PURGE`; nil: it is one of them.
    public var otherMethod: String?
    /// A path, joined to the target, or a whole URL, whose scheme, host and port are constant.
    public var url: Text
    /// Header fields of this step; they replace defaults of the same name.
    public var headers: [Header]
    /// The request's body.
    public var body: Body?
    /// Statuses that count as good.
    public var expect: [ClosedRange<Int>]
    /// What must hold of the answer.
    public var checks: [Check]
    /// What later steps take from the answer.
    public var captures: [Capture]
    /// The calculated answer to verify.
    public var calculation: Calculation?
    /// What happens on the WebSocket that the step opens; nil where it is a request.
    public var conversation: Conversation?
    /// True for a named entry of a conversation: a part of what the step before it does, which totals leave out.
    public var isPart = false
    /// How its answer is a stream of events; nil where it is none.
    public var events: EventStream?
    /// What must hold for the step to be done; all of them.
    public var conditions: [Condition] = []
    /// True where a block around it may send it several times in an iteration.
    public var isRepeated = false
    /// Redirects that are followed at most, 0...50.
    public var redirects = 0
    /// How the request proves who sends it.
    public var authentication: Authentication?
    /// How long the exchange may take, from the start of sending (connecting included) to the last byte.
    public var timeout: Duration
    /// Labels by which objectives select it.
    public var tags: [String: String]

    /// The name of the method as it is sent.
    public var methodName: String { otherMethod ?? method.rawValue }

    /// Makes a step; what is not given is as in the language's defaults.
    public init(
        name: String, method: Method = .get, url: Text, headers: [Header] = [], body: Body? = nil,
        expect: [ClosedRange<Int>] = [200...399], checks: [Check] = [], captures: [Capture] = [],
        calculation: Calculation? = nil, timeout: Duration = .seconds(10), tags: [String: String] = [:]
    ) {
        self.name = name
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.expect = expect
        self.checks = checks
        self.captures = captures
        self.calculation = calculation
        self.timeout = timeout
        self.tags = tags
    }
}
