extension Reading {
    /// What a cache is asked for.
    func cache(_ fields: Fields, _ context: VerifyContext) -> CacheRule? {
        let request = verifiedRequest(fields, context, scope: .catalogue)
        let catalogue = integer(fields["catalogue"], minimum: 1, maximum: 1_000_000)
        let requests = integer(fields["requests"], minimum: 1, maximum: 1_000_000)
        if let request, let catalogue, catalogue > 1, !request.url.variables.contains(.catalogueNumber) {
            report(fields.place, "the URL lacks ${n}, by which the \(catalogue) objects of the catalogue differ")
        }
        let mix = mix(fields)
        let answers = answers(fields, context)
        let variants = (vary: vary(fields["vary"]), query: queryVariants(fields["query"]))
        let clear = fields["clear"].flatMap { cacheOrder($0, context) }
        let purge = fields["purge"].flatMap { cachePurge($0, context) }
        guard let request, let catalogue, let requests else { return nil }
        var rule = CacheRule(request: request, catalogue: catalogue, requests: requests)
        mix(&rule)
        answers(&rule)
        rule.vary = variants.vary
        rule.query = variants.query
        rule.clear = clear
        rule.purge = purge
        return rule
    }

    /// Which objects are asked for, and how.
    private func mix(_ fields: Fields) -> (inout CacheRule) -> Void {
        let first = integer(fields["from"], minimum: 0, maximum: 1_000_000_000_000)
        let popularity = value(
            fields["popularity"], "expected uniform, or zipf and its exponent such as zipf 0.8", Self.popularity)
        let seed = integer(fields["seed"], minimum: 0, maximum: 999_999_999_999_999_999)
        let parallel = integer(fields["parallel"], minimum: 1, maximum: 256)
        let rate = value(fields["rate"], Quantity.expectedRate) { text throws(GrammarError) in
            let rate = try Quantity.rate(text)
            guard rate > 0 else { throw GrammarError(offset: 0, message: "expected a rate above 0/s") }
            return rate
        }
        let cold = boolean(fields["cold"])
        return { rule in
            if let first { rule.first = first }
            if let popularity { rule.popularity = popularity }
            if let seed { rule.seed = UInt64(seed) }
            if let parallel { rule.parallel = parallel }
            rule.rate = rate
            if let cold { rule.isColdThenWarm = cold }
        }
    }

    private static func popularity(_ text: String) throws(GrammarError) -> CacheRule.Popularity {
        if text == "uniform" { return .uniform }
        let words = text.split(separator: " ")
        guard words.count == 2, words[0] == "zipf", let exponent = Quantity.number(words[1]), exponent > 0,
            exponent <= 10
        else {
            throw GrammarError(
                offset: 0,
                message: "expected uniform, or zipf and an exponent above 0 and at most 10 such as zipf 0.8, found "
                    + quoted(text))
        }
        return .zipf(exponent)
    }

    /// How answers are understood, and what they must come to.
    private func answers(_ fields: Fields, _ context: VerifyContext) -> (inout CacheRule) -> Void {
        let names = CacheRule.HitField.names.joined(separator: ", ")
        let hit = value(fields["hit"], "expected \(names) or header NAME") { text throws(GrammarError) in
            if let named = CacheRule.HitField.named.first(where: { $0.name == text }) { return named.field }
            if let name = try Self.headerName(text) { return .header(name) }
            let hint = Suggestion.nearest(to: text, among: CacheRule.HitField.names).map {
                " (did you mean \"\($0)\"?)"
            }
            throw GrammarError(
                offset: 0, message: "expected \(names) or header NAME, found \(quoted(text))\(hint ?? "")")
        }
        let origin = originProbe(fields["origin"], context)
        let atLeast = value(fields["at_least"], "expected a ratio such as 80%", Quantity.ratio)
        let eligible = value(fields["eligible"], "expected a ratio such as 95%", Quantity.ratio)
        return { rule in
            if let hit { rule.hit = hit }
            rule.origin = origin
            rule.atLeast = atLeast
            if let eligible { rule.eligible = eligible }
        }
    }

    /// The name behind `header`; nil where the text is something else.
    private static func headerName(_ text: String) throws(GrammarError) -> String? {
        guard text == "header" || text.hasPrefix("header ") else { return nil }
        let name = String(text.dropFirst("header".count).drop { $0 == " " })
        guard HeaderName.isToken(name) else {
            throw GrammarError(
                offset: 0, message: "expected header and the name of a header field, found \(quoted(text))")
        }
        return name
    }

    private func originProbe(_ node: SourceNode?, _ context: VerifyContext) -> String? {
        guard let node, let text = name(node, "probe and its name") else { return nil }
        guard text.hasPrefix("probe ") else {
            report(node.place, "expected probe and its name, found \(quoted(text))")
            return nil
        }
        let name = String(text.dropFirst("probe ".count).drop { $0 == " " })
        guard context.probes.contains(name) else {
            let hint = Suggestion.hint(for: name, among: context.probes, otherwise: "probes")
            report(node.place, "unknown probe \(quoted(name))\(hint)")
            return nil
        }
        return name
    }

    /// Sets of header fields whose answers must not be mixed up.
    private func vary(_ node: SourceNode?) -> [[Header]] {
        let sets = elements(node, of: "sets of header fields").map { headers($0, .constant) }
        guard let node else { return [] }
        if sets.count < 2 || sets.count > 16 {
            report(node.place, "expected 2 to 16 sets of header fields, whose answers must not be mixed up")
        }
        let plain = sets.map { set in
            set.map { "\($0.name.lowercased()): \($0.value.constant ?? "")" }.sorted().joined(separator: "\n")
        }
        if Set(plain).count < plain.count {
            report(node.place, "two sets of header fields are the same: their answers can't be told apart")
        }
        return sets
    }

    private func queryVariants(_ node: SourceNode?) -> [CacheRule.QueryVariant] {
        entries(node, of: "queries").compactMap { entry in
            let name = entry.key.prefix { $0 != "=" }
            if name.isEmpty || Self.hasForbiddenCharacter(entry.key)
                || entry.key.contains(where: { "?&#".contains($0) })
            {
                report(
                    entry.place, "expected a parameter of a query such as lg or lg=1, found \(quoted(entry.key))")
                return nil
            }
            return choice(entry.value, ["other", "same"]).map {
                CacheRule.QueryVariant(query: entry.key, isOther: $0 == "other")
            }
        }
    }

    /// A request that changes the cache or its origin.
    private func cacheOrder(_ node: SourceNode, _ context: VerifyContext) -> CacheOrder? {
        fields(node, .cacheOrder).flatMap { cacheOrder($0, context) }
    }

    private func cacheOrder(_ fields: Fields, _ context: VerifyContext) -> CacheOrder? {
        let request = verifiedRequest(fields, context, scope: .catalogue)
        let method = name(fields["method"], "a method such as PURGE")
        if let method, let node = fields["method"], !HeaderName.isToken(method) {
            report(node.place, "expected a method such as PURGE, found \(quoted(method))")
        }
        return request.map { CacheOrder(request: $0, method: method) }
    }

    private func cachePurge(_ node: SourceNode, _ context: VerifyContext) -> CachePurge? {
        guard let fields = fields(node, .cachePurge) else { return nil }
        let order = cacheOrder(fields, context)
        let change = fields["change"].flatMap { cacheOrder($0, context) }
        let version = value(fields["version"], "expected auto, etag, body or header NAME", Self.version)
        let within = duration(fields["within"])
        let every = duration(fields["every"])
        guard let order else { return nil }
        var purge = CachePurge(order: order)
        purge.change = change
        if let version { purge.version = version }
        if let within { purge.within = within }
        if let every { purge.every = every }
        if purge.within / purge.every > 10_000 || purge.every < .milliseconds(1) {
            report(fields.place, "\"within\" takes more than 10000 looks, or \"every\" is shorter than 1ms")
        }
        return purge
    }

    private static func version(_ text: String) throws(GrammarError) -> CachePurge.Version {
        switch text {
        case "auto": return .auto
        case "etag": return .etag
        case "body": return .body
        default:
            if let name = try headerName(text) { return .header(name) }
            throw GrammarError(
                offset: 0, message: "expected auto, etag, body or header NAME, found \(quoted(text))")
        }
    }
}
