public import Scenarios

/// An endpoint that must refuse what is not valid: `input:` of `verify:`.
public struct InputRule: Sendable {
    /// What the endpoint says of a number.
    public struct Limit: Sendable, Equatable {
        /// The member; an index means every element.
        public var path: JSONPath
        /// The values that are valid.
        public var range: ClosedRange<Double>

        /// Makes a limit.
        public init(path: JSONPath, range: ClosedRange<Double>) {
            self.path = path
            self.range = range
        }
    }

    /// Types besides its own that a member may have.
    public struct Types: Sendable, Equatable {
        /// The member, or `$`, the whole body; an index means every element.
        public var path: JSONPath
        /// The types.
        public var types: Set<InputType>

        /// Makes types.
        public init(path: JSONPath, types: Set<InputType>) {
            self.path = path
            self.types = types
        }
    }

    /// The request with a valid JSON body, from which hostile ones are derived; its texts may hold `${n}`, the number of
    /// the request.
    public var request: VerifiedRequest
    /// The valid body: an object or a list.
    public var body: JSONTemplate
    /// Statuses that refuse.
    public var expect = Self.refusals
    /// Statuses that the valid request gets.
    public var expectValid = [200...299]
    /// Kinds of which the endpoint may accept what it likes.
    public var accepts: Set<InputKind> = []
    /// Kinds that are not sent.
    public var skip: Set<InputKind> = []
    /// Members that may be missing or null.
    public var optional: [JSONPath] = []
    /// Members that may have other types.
    public var types: [Types] = []
    /// Bounds of numbers.
    public var limits: [Limit] = []
    /// Whether it counts when the endpoint accepts what others may well accept, such as members that nobody asked for.
    public var isStrict = false
    /// The length of large bodies in bytes.
    public var size = 10 << 20
    /// Hostile bodies at most; kinds have equal shares.
    public var bodies = 300
    /// Which bodies are chosen where there are more.
    public var seed = 1

    /// 4xx; not 408, by which a server says that it waited for more than was sent, nor 429, which says nothing of the
    /// body.
    public static let refusals = [400...407, 409...428, 430...499]

    /// Makes a rule.
    public init(request: VerifiedRequest, body: JSONTemplate) {
        self.request = request
        self.body = body
    }
}
