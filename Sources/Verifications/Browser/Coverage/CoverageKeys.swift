public import Scenarios

/// What says which kinds of answers are looked at; `AnswerCoverage` is made of it.
public struct CoverageKeys: KeySet {
    let cover = Key(
        "cover", .choices(AnswerKind.self, of: "kinds of answers"),
        "The kinds of answers to look at; \(AnswerKind.usual.map(\.rawValue).joined(separator: ", ")) and those "
            + "with a request of their own unless given.")
    let provocations = KeyFamily(AnswerKind.allCases.filter { $0 != .success }) { kind in
        Key(
            kind.rawValue, kind == .rateLimited ? .repeatedProvocation : .provocation,
            "\(summary(kind)): a request that leads to it.")
    }

    /// Declares the keys.
    public init() {}

    private static func summary(_ kind: AnswerKind) -> String {
        switch kind {
        case .success: "2xx"
        case .notFound: "404"
        case .methodNotAllowed: "405 or 501"
        case .rateLimited: "429"
        case .serverError: "5xx"
        case .redirect: "A redirect"
        case .cached: "An answer of a cache, when it is sent again"
        }
    }
}

/// A request of a verification that is sent until it is refused.
struct RepeatedRequestKeys: KeyGroup {
    static let about = GroupAbout("repeated_request", "A request that is sent until it is refused")
    /// Times unless given: more than the usual limit of 100 a minute.
    static let usualTimes = 150

    let request = Included(VerifiedRequestKeys())
    let times = Key("times", .integer(1...10_000), "How often it is sent at most; \(usualTimes) unless given.")
}
