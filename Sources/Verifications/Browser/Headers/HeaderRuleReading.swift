public import Scenarios

extension HeaderRule: VerificationRule {
    /// The key of `verify:`, and the name in results.
    public static let kind = "headers"
    /// What it is, for the schema and the documentation.
    public static let summary = "Header fields that keep browsers safe."

    /// Makes the rule of what the file says; nil where that is not enough for one.
    public init?(_ keys: KeyValues<HeaderKeys>, _ reading: Reading, _ context: VerifyContext) {
        self.init(requests: keys.paths ?? [])
        profile = keys.profile ?? .owasp
        upgrade = keys.upgrade
        demanded = keys.demand ?? []
        waived = keys.allow ?? [:]
        for check in demanded where waived[check] != nil {
            reading.report(
                keys.location(of: \.allow), "\(quoted(check.rawValue)) can't be both demanded and allowed to fail")
        }
        coverage = AnswerCoverage(keys.coverage, reading)
        if requests.isEmpty { return nil }
    }

    /// The requests that it names.
    public var namedRequests: [VerifiedRequest] { requests + coverage.provocations.values.map(\.request) }
}

extension KeyForm where Value == [VerifiedRequest] {
    /// Paths of a verification at most.
    private static var maximum: Int { 100 }

    /// Paths or URLs that are got.
    static var paths: KeyForm {
        KeyForm(.list(.url, atLeast: 1)) { reading, node, context in
            let paths = reading.elements(node, of: "paths or URLs")
            if paths.isEmpty, case .list = node.content { reading.report(node.location, "expected at least one path") }
            if paths.count > maximum { reading.report(paths[maximum].location, "more than \(maximum) paths") }
            return paths.prefix(maximum).compactMap { KeyForm<VerifiedRequest>.get.decode(reading, $0, context) }
        }
    }
}

extension KeyForm where Value == VerifiedRequest {
    /// A URL of plain HTTP.
    static var upgrade: KeyForm {
        Self.get.then { request, node, reading in
            guard let url = request.url.constant, let endpoint = try? Endpoint(parsing: url), !endpoint.isSecure
            else {
                reading.report(
                    node.location, "expected a whole http:// URL: what must lead to HTTPS is plain HTTP")
                return nil
            }
            return request
        }
    }
}
