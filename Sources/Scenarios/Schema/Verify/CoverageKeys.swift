extension KeyTable {
    /// What says which kinds of answers are looked at.
    static let coverage =
        [
            Key(
                "cover", .list(.choice(AnswerKind.allCases.map(\.rawValue)), atLeast: 1),
                "The kinds of answers to look at; \(AnswerKind.usual.map(\.rawValue).joined(separator: ", ")) and those "
                    + "with a request of their own unless given.")
        ]
        + AnswerKind.allCases.filter { $0 != .success }.map { kind in
            Key(
                kind.rawValue,
                kind == .rateLimited ? .mapping(repeatedRequest) : .oneOf([.text, .mapping(singleRequest)]),
                "\(summary(kind)): a request that leads to it.")
        }

    /// A request of a verification.
    static let singleRequest = KeyTable(
        name: "single_request", summary: "A request", keys: verifiedRequest, exactlyOne: verifiedMethods)

    /// A request of a verification that is sent until it is refused.
    static let repeatedRequest = KeyTable(
        name: "repeated_request", summary: "A request that is sent until it is refused",
        keys: verifiedRequest + [
            Key("times", .integer(minimum: 1), "How often it is sent at most; 150 unless given.")
        ],
        exactlyOne: verifiedMethods)

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
