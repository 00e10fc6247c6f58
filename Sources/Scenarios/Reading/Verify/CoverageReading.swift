extension Reading {
    /// Times at most that a request is sent to be refused.
    static let maximumRepetitions = 10_000
    /// Times unless given: more than the usual limit of 100 a minute.
    static let usualRepetitions = 150

    /// Which kinds of answers are looked at, of a mapping that has the keys of `KeyTable.coverage`.
    func coverage(_ fields: Fields, _ context: VerifyContext) -> AnswerCoverage {
        var coverage = AnswerCoverage()
        if let node = fields["cover"] {
            coverage.asked = choices(node, AnswerKind.allCases.map(\.rawValue), of: "kinds of answers")
                .compactMap(AnswerKind.init)
        }
        for kind in AnswerKind.allCases where kind != .success {
            guard let node = fields[kind.rawValue] else { continue }
            if let asked = coverage.asked, !asked.contains(kind) {
                report(fields.place(of: kind.rawValue), "cover does not ask for \(kind.rawValue)")
            }
            coverage.provocations[kind] = provocation(node, kind, context)
        }
        if let node = fields["cover"], coverage.asked?.contains(.rateLimited) == true, fields["rate_limited"] == nil {
            report(
                node.place,
                "to cover rate_limited, say what is limited: rate_limited: {get: /api, times: 150}")
        }
        return coverage
    }

    /// Elements of a list, each one of the names and there once.
    func choices(_ node: SourceNode, _ names: [String], of what: String) -> [String] {
        var found: [String] = []
        for element in elements(node, of: what) {
            guard let name = choice(element, names) else { continue }
            if found.contains(name) { report(element.place, "\(quoted(name)) occurs more than once") }
            found.append(name)
        }
        return found
    }

    /// Checks that don't count, each with the reason.
    func waived<Name: RawRepresentable & CaseIterable & Hashable>(
        _ node: SourceNode?, _: Name.Type
    ) -> [Name: String] where Name.RawValue == String {
        var waived: [Name: String] = [:]
        for entry in entries(node, of: "reasons by check") {
            let reason = name(entry.value, "the reason why the check does not count")
            guard let check = Name(rawValue: entry.key) else {
                let hint = Suggestion.hint(for: entry.key, among: Name.allCases.map(\.rawValue))
                report(entry.place, "no check is called \(quoted(entry.key))\(hint)")
                continue
            }
            waived[check] = reason
        }
        return waived
    }

    private func provocation(
        _ node: SourceNode, _ kind: AnswerKind, _ context: VerifyContext
    ) -> AnswerCoverage.Provocation? {
        guard kind != .rateLimited else {
            guard let fields = fields(node, .repeatedRequest) else { return nil }
            let times = integer(fields["times"], minimum: 1, maximum: Self.maximumRepetitions)
            return verifiedRequest(fields, context).map {
                AnswerCoverage.Provocation(request: $0, times: times ?? Self.usualRepetitions)
            }
        }
        if node.scalar != nil {
            return plainRequest(node, context).map { AnswerCoverage.Provocation(request: $0) }
        }
        return fields(node, .singleRequest).flatMap { verifiedRequest($0, context) }
            .map { AnswerCoverage.Provocation(request: $0) }
    }

    /// A GET of a path or URL.
    func plainRequest(_ node: SourceNode, _ context: VerifyContext) -> VerifiedRequest? {
        guard let url = stepURL(node, .constant, webSocket: false) else { return nil }
        var request = VerifiedRequest(url: url)
        request.timeout = context.defaults.timeout
        return request
    }
}
