public import Scenarios
public import VerificationKit

/// What a cache is asked for, and what must hold of its answers: `cache:` of `verify:`.
public struct CacheRule: Sendable {
    /// How often which object is asked for.
    public enum Popularity: Sendable, Equatable {
        /// All alike.
        case uniform
        /// The k-th object in proportion to 1 / k to the power of this, above 0 and at most 10.
        case zipf(Double)
    }

    /// The header fields by which a cache says what it did.
    public typealias HitField = CacheField

    /// What a query does to an object.
    public struct QueryVariant: Sendable, Equatable {
        /// What is added to the URL: `lg=1`, or a parameter's name alone, which gets a value that no one has used.
        public var query: String
        /// True where it names another object, false where the answer must be the same cached one.
        public var isOther: Bool

        /// Makes a variant.
        public init(query: String, isOther: Bool) {
            self.query = query
            self.isOther = isOther
        }
    }

    /// The request; its URL holds `${n}`, the number of an object.
    public var request: VerifiedRequest
    /// How many objects there are, 1...1,000,000.
    public var catalogue: Int
    /// How many requests are sent in a pass, 1...1,000,000.
    public var requests: Int
    /// The number of the first object, which is the most popular one; the others follow.
    public var first = 0
    /// How often which object is asked for.
    public var popularity = Popularity.zipf(0.8)
    /// Begins the sequence of objects: the same seed, the same sequence.
    public var seed: UInt64 = 1
    /// Over how many connections, 1...256.
    public var parallel = 8
    /// Requests per second; nil: as fast as they are answered.
    public var rate: Double?
    /// True: a pass over a cache that must be cold, and another one over the cache that it warmed.
    public var isColdThenWarm = false
    /// The request that empties the cache before the first pass.
    public var clear: CacheOrder?
    /// Which fields say what was a hit.
    public var hit = HitField.auto
    /// The probe that reads how many requests the origin has had.
    public var origin: String?
    /// The hit ratio that is demanded, as a fraction; nil: it is shown.
    public var atLeast: Double?
    /// The share of answers that the cache may serve, as a fraction; below it the hit ratio leaves too much out.
    public var eligible = 1.0
    /// Sets of header fields whose answers must not be mixed up; none, or at least two.
    public var vary: [[Header]] = []
    /// What queries do to an object.
    public var query: [QueryVariant] = []
    /// How an object is purged; nil: that is not verified.
    public var purge: CachePurge?

    /// Makes a rule.
    public init(request: VerifiedRequest, catalogue: Int, requests: Int) {
        self.request = request
        self.catalogue = catalogue
        self.requests = requests
    }
}

/// A request that changes a cache or its origin.
public struct CacheOrder: Sendable {
    /// The request.
    public var request: VerifiedRequest
    /// What is sent as its method, e.g. `PURGE`; nil: the request's own.
    public var method: String?

    /// Makes an order.
    public init(request: VerifiedRequest, method: String? = nil) {
        self.request = request
        self.method = method
    }
}

/// How one object is purged, and by what its versions are told apart.
public struct CachePurge: Sendable {
    /// What tells two versions of an object apart.
    public enum Version: Sendable, Equatable {
        /// The entity tag where answers have one, else the body.
        case auto
        /// `ETag`.
        case etag
        /// The body.
        case body
        /// A header field of this name.
        case header(String)
    }

    /// The request that purges an object, `${n}`.
    public var order: CacheOrder
    /// The request that makes a new version of the object at the origin; nil: it is not changed.
    public var change: CacheOrder?
    /// What tells versions apart.
    public var version = Version.auto
    /// The time from the purge's answer in which the new version must be seen.
    public var within: Duration = .seconds(5)
    /// The time from one look to the next.
    public var every: Duration = .milliseconds(100)

    /// Makes a purge.
    public init(order: CacheOrder) { self.order = order }
}
