public import Scenarios

extension AnswerCoverage {
    /// Which kinds of answers are looked at, as the keys say it.
    public init(_ keys: KeyValues<CoverageKeys>, _ reading: Reading) {
        self.init()
        asked = keys.cover
        for given in keys.provocations {
            if let asked, !asked.contains(given.kind) {
                reading.report(given.location, "cover does not ask for \(given.name)")
            }
            provocations[given.kind] = given.value
        }
        if let node = keys.node(\.cover), asked?.contains(.rateLimited) == true,
            !keys.provocations.contains(where: { $0.kind == .rateLimited })
        {
            reading.report(
                node.location,
                "to cover rate_limited, say what is limited: rate_limited: {get: /api, times: 150}")
        }
    }
}

extension KeyForm where Value == AnswerCoverage.Provocation {
    /// A path or URL to get, or a request.
    static var provocation: KeyForm {
        let (get, request) = (KeyForm<VerifiedRequest>.get, KeyForm<VerifiedRequest>.request)
        return KeyForm(.oneOf([get.shape, request.shape])) { reading, node, context in
            (node.scalar != nil ? get : request).decode(reading, node, context)
                .map { AnswerCoverage.Provocation(request: $0) }
        }
    }

    /// A request that is sent until it is refused.
    static var repeatedProvocation: KeyForm {
        KeyForm<KeyValues<RepeatedRequestKeys>>.group(RepeatedRequestKeys.self).then { keys, _, reading in
            reading.request(keys.request).map {
                AnswerCoverage.Provocation(request: $0, times: keys.times ?? RepeatedRequestKeys.usualTimes)
            }
        }
    }
}
