import Scenarios

/// Derives hostile requests from a valid one: every kind, at every location in the body.
struct HostileDerivation {
    let rule: InputRule
    /// The valid body that places are taken from. The values in it may be others when a body is sent.
    let tree: JSONTree
    let places: [BodyLocation]

    init(_ rule: InputRule) {
        self.rule = rule
        tree = JSONTree(rule.body, number: 0, user: nil)
        places = tree.places
    }

    /// All that can be derived, kind by kind in their fixed order.
    func cases() -> [HostileCase] {
        InputKind.allCases.filter { !rule.skip.contains($0) }.flatMap { kind in
            cases(of: kind).map { derived in
                var derived = derived
                if rule.accepts.contains(kind) { derived.acceptance = .free }
                if rule.isStrict, case .tolerated = derived.acceptance { derived.acceptance = .refused }
                return derived
            }
        }
    }

    private func cases(of kind: InputKind) -> [HostileCase] {
        switch kind {
        case .missingMembers: missingMembers()
        case .nullMembers: nullMembers()
        case .extraMembers: extraMembers()
        case .prototypeMembers: prototypeMembers()
        case .duplicateKeys: duplicateKeys()
        case .wrongTypes: wrongTypes()
        case .quotedValues: quotedValues()
        case .hugeNumbers: hugeNumbers()
        case .outsideLimits: outsideLimits()
        case .negativeNumbers: negativeNumbers()
        case .zeros: zeros()
        case .fractions: fractions()
        case .notNumbers: notNumbers()
        case .malformedNumbers: malformedNumbers()
        case .emptyStrings: emptyStrings()
        case .longStrings: longStrings()
        case .controlCharacters: controlCharacters()
        case .loneSurrogates: loneSurrogates()
        case .invalidUTF8: invalidUTF8()
        case .otherEncodings: otherEncodings()
        case .deepNesting: deepNesting()
        case .truncated: truncated()
        case .trailingData: trailingData()
        case .malformedJSON: malformedJSON()
        case .emptyBodies: emptyBodies()
        case .wrongRoots: wrongRoots()
        case .wrongContentTypes: wrongContentTypes()
        case .xmlBodies: xmlBodies()
        case .injections: injections()
        case .largeBodies: largeBodies()
        case .chunkedBodies: chunkedBodies()
        }
    }

    // MARK: - What the scenario says of a place

    func isOptional(_ location: BodyLocation) -> Bool { rule.optional.contains { location.isMeant(by: $0) } }

    /// The types that are valid at a location.
    func types(at location: BodyLocation) -> Set<InputType> {
        rule.types.filter { location.isMeant(by: $0.path) }.reduce([location.type]) { $0.union($1.types) }
    }

    /// The bounds of a number; nil where the scenario gives none.
    func limit(at location: BodyLocation) -> ClosedRange<Double>? {
        rule.limits.first { location.isMeant(by: $0.path) }?.range
    }

    /// What an endpoint may do with a value of a type at a location. Where the valid value is null, nobody knows of what
    /// type another one would be.
    func acceptance(of type: InputType, at location: BodyLocation) -> HostileCase.Acceptance {
        if types(at: location).contains(type) { return .free }
        return location.type == .null ? .tolerated : .refused
    }

    // MARK: - Making cases

    /// The value at a location replaced by other bytes.
    func replacing(
        _ location: BodyLocation, _ kind: InputKind, _ what: String, _ acceptance: HostileCase.Acceptance,
        by bytes: @escaping @Sendable () -> [UInt8]
    ) -> HostileCase {
        HostileCase(kind: kind, change: "\(location.shown) \(what)", acceptance: acceptance) { tree in
            tree.changed(at: location.indices) { _ in .raw(bytes()) }.bytes
        }
    }

    /// The value at a location replaced by a short text, which the change names.
    func replacing(
        _ location: BodyLocation, _ kind: InputKind, by text: String, _ acceptance: HostileCase.Acceptance
    ) -> HostileCase {
        replacing(location, kind, "= \(text)", acceptance) { Array(text.utf8) }
    }

    /// Another body as a whole.
    func whole(
        _ kind: InputKind, _ change: String, _ acceptance: HostileCase.Acceptance = .refused,
        body: @escaping @Sendable (JSONTree) -> [UInt8]
    ) -> HostileCase {
        HostileCase(kind: kind, change: change, acceptance: acceptance, body: body)
    }
}
