public import Scenarios
import VerificationKit

extension CacheRule: VerificationRule {
    /// The key of `verify:`, and the name in results.
    public static let kind = "cache"
    /// What it is, for the schema and the documentation.
    public static let summary = "A cache: hit ratio, checked against the origin."
    /// What may stand in `${…}` of its texts.
    public static let scope = Scope.catalogue

    /// The requests that it names.
    public var namedRequests: [VerifiedRequest] {
        [request] + [clear, purge?.order, purge?.change].compactMap { $0?.request }
    }

    /// Makes the rule of what the file says; nil where that is not enough for one.
    public init?(_ keys: KeyValues<CacheKeys>, _ reading: Reading, _ context: VerifyContext) {
        let request = reading.request(keys.request)
        if let request, let catalogue = keys.catalogue, catalogue > 1,
            !request.url.variables.contains(.catalogueNumber)
        {
            reading.report(
                keys.location, "the URL lacks ${n}, by which the \(catalogue) objects of the catalogue differ")
        }
        let origin = Self.originProbe(keys, reading, context)
        guard let request, let catalogue = keys.catalogue, let requests = keys.requests else { return nil }
        self.init(request: request, catalogue: catalogue, requests: requests)
        first = keys.from ?? first
        popularity = keys.popularity ?? popularity
        seed = keys.seed.map { UInt64($0) } ?? seed
        parallel = keys.parallel ?? parallel
        rate = keys.rate
        isColdThenWarm = keys.cold ?? false
        clear = keys.clear
        hit = keys.hit ?? hit
        self.origin = origin
        atLeast = keys.atLeast
        eligible = keys.eligible ?? eligible
        vary = keys.vary ?? []
        query = keys.query ?? []
        purge = keys.purge
    }

    private static func originProbe(
        _ keys: KeyValues<CacheKeys>, _ reading: Reading, _ context: VerifyContext
    ) -> String? {
        guard let text = keys.origin, let node = keys.node(\.origin) else { return nil }
        guard text.hasPrefix("probe ") else {
            reading.report(node.location, "expected probe and its name, found \(quoted(text))")
            return nil
        }
        let name = String(text.dropFirst("probe ".count).drop { $0 == " " })
        guard context.probes.contains(name) else {
            let hint = Suggestion.hint(for: name, among: context.probes, otherwise: "probes")
            reading.report(node.location, "unknown probe \(quoted(name))\(hint)")
            return nil
        }
        return name
    }
}

extension CacheRule.HitField {
    /// The names of all but `header NAME`.
    static let names = named.map(\.name)

    static let named: [(name: String, field: CacheRule.HitField)] = [
        ("auto", .auto), ("cache-status", .cacheStatus), ("cf-cache-status", .cfCacheStatus), ("x-cache", .xCache),
        ("x-proxy-cache", .xProxyCache), ("age", .age),
    ]
}

// MARK: - Forms

/// The name behind `header`; nil where the text is something else.
private func nameBehindHeader(_ text: String) throws(GrammarError) -> String? {
    guard text == "header" || text.hasPrefix("header ") else { return nil }
    let name = String(text.dropFirst("header".count).drop { $0 == " " })
    guard HeaderName.isToken(name) else {
        throw GrammarError(message: "expected header and the name of a header field, found \(quoted(text))")
    }
    return name
}

extension KeyForm where Value == CacheRule.Popularity {
    static var popularity: KeyForm {
        .parsed(
            "expected uniform, or zipf and its exponent such as zipf 0.8",
            .pattern("uniform|zipf +\(Quantity.numberPattern)")
        ) { text throws(GrammarError) in
            if text == "uniform" { return .uniform }
            let words = text.split(separator: " ")
            guard words.count == 2, words[0] == "zipf", let exponent = Quantity.number(words[1]), exponent > 0,
                exponent <= 10
            else {
                throw GrammarError(
                    message: "expected uniform, or zipf and an exponent above 0 and at most 10 such as zipf 0.8, found "
                        + quoted(text))
            }
            return .zipf(exponent)
        }
    }
}

extension KeyForm where Value == CacheRule.HitField {
    static var hitField: KeyForm {
        let names = CacheRule.HitField.names
        let expected = "expected \(names.joined(separator: ", ")) or header NAME"
        return .parsed(
            expected, .pattern("(\(names.joined(separator: "|"))|header +.+)")
        ) { text throws(GrammarError) in
            if let named = CacheRule.HitField.named.first(where: { $0.name == text }) { return named.field }
            if let name = try nameBehindHeader(text) { return .header(name) }
            let hint = Suggestion.nearest(to: text, among: names).map { " (did you mean \"\($0)\"?)" }
            throw GrammarError(message: "\(expected), found \(quoted(text))\(hint ?? "")")
        }
    }
}

extension KeyForm where Value == [[Header]] {
    /// Sets of header fields whose answers must not be mixed up.
    static var varyingFields: KeyForm {
        KeyForm(.list(.names(.text), atLeast: 2)) { reading, node, _ in
            let sets = reading.elements(node, of: "sets of header fields").map { reading.headers($0, .constant) }
            if sets.count < 2 || sets.count > 16 {
                reading.report(
                    node.location, "expected 2 to 16 sets of header fields, whose answers must not be mixed up")
            }
            let plain = sets.map { set in
                set.map { "\($0.name.lowercased()): \($0.value.constant ?? "")" }.sorted().joined(separator: "\n")
            }
            if Set(plain).count < plain.count {
                reading.report(
                    node.location, "two sets of header fields are the same: their answers can't be told apart")
            }
            return sets
        }
    }
}

extension KeyForm where Value == [CacheRule.QueryVariant] {
    static var queryVariants: KeyForm {
        let words = ["other", "same"]
        return KeyForm(.names(.choice(words))) { reading, node, _ in
            reading.entries(node, of: "queries").compactMap { entry in
                let name = entry.key.prefix { $0 != "=" }
                if name.isEmpty || Reading.hasForbiddenCharacter(entry.key)
                    || entry.key.contains(where: { "?&#".contains($0) })
                {
                    reading.report(
                        entry.location, "expected a parameter of a query such as lg or lg=1, found \(quoted(entry.key))"
                    )
                    return nil
                }
                return reading.choice(entry.value, words).map {
                    CacheRule.QueryVariant(query: entry.key, isOther: $0 == "other")
                }
            }
        }
    }
}

extension KeyForm where Value == String {
    /// What is sent as a request's method.
    static var sentMethod: KeyForm {
        name("a method such as PURGE", .token).then { method, node, reading in
            if !HeaderName.isToken(method) {
                reading.report(node.location, "expected a method such as PURGE, found \(quoted(method))")
            }
            return method
        }
    }
}

extension KeyForm where Value == CacheOrder {
    static var cacheOrder: KeyForm {
        KeyForm<KeyValues<CacheOrderKeys>>.group(CacheOrderKeys.self)
            .then { keys, _, reading in CacheOrder(keys, reading) }
    }
}

extension CacheOrder {
    init?(_ keys: KeyValues<CacheOrderKeys>, _ reading: Reading) {
        guard let request = reading.request(keys.request) else { return nil }
        self.init(request: request, method: keys.method)
    }
}

extension KeyForm where Value == CachePurge {
    static var cachePurge: KeyForm {
        KeyForm<KeyValues<CachePurgeKeys>>.group(CachePurgeKeys.self).then { keys, _, reading in
            guard let order = CacheOrder(keys.order, reading) else { return nil }
            var purge = CachePurge(order: order)
            purge.change = keys.change
            if let version = keys.version { purge.version = version }
            if let within = keys.within { purge.within = within }
            if let every = keys.every { purge.every = every }
            if purge.within / purge.every > 10_000 || purge.every < .milliseconds(1) {
                reading.report(
                    keys.location, "\"within\" takes more than 10000 looks, or \"every\" is shorter than 1ms")
            }
            return purge
        }
    }
}

extension KeyForm where Value == CachePurge.Version {
    static var cacheVersion: KeyForm {
        let expected = "expected auto, etag, body or header NAME"
        return .parsed(expected, .pattern("(auto|etag|body|header +.+)")) { text throws(GrammarError) in
            switch text {
            case "auto": return .auto
            case "etag": return .etag
            case "body": return .body
            default:
                if let name = try nameBehindHeader(text) { return .header(name) }
                throw GrammarError(message: "\(expected), found \(quoted(text))")
            }
        }
    }
}
