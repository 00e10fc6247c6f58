import Scenarios

/// The keys of an entry of `limits:`.
struct RateLimitQuotaKeys: KeyGroup {
    static let about = GroupAbout("rate_limit_quota", "One of several limits that hold at once")

    let limit = Key("limit", .rateLimit, "Requests per window: 100/min, 20/10s.", required: true)
    let model = Key("model", .choice(RateLimitRule.Model.self), "How this limit is counted; any unless given.")
    let burst = Key(
        "burst", .integer(1...RateLimitQuantity.mostRequests),
        "Requests that this limit admits at once after a rest; the limit unless given.")
    let per = Key(
        "per", .choice(RateLimitQuota.Scope.self),
        "Whose requests are counted together: those of a client, or all; client unless given.")
}

/// The keys of `concurrency:`.
struct ConcurrencyKeys: KeyGroup {
    static let about = GroupAbout("rate_limit_concurrency", "How many requests at once are admitted")

    let limit = Key("limit", .integer(1...ConcurrencyKeys.most), "Requests under way at once.", required: true)
    let per = Key(
        "per", .choice(RateLimitQuota.Scope.self),
        "Whose requests are counted together: those of a client, or all; client unless given.")

    /// Each is a connection of its own.
    static let most = 1_000
}

/// The keys of `penalty:`.
struct PenaltyKeys: KeyGroup {
    static let about = GroupAbout("rate_limit_penalty", "How a client is banned that goes beyond a limit")

    let duration = Key("for", .penaltyTime, "How long all its requests are refused.", required: true)
    let after = Key("after", .integer(1...1_000), "How many rejections lead to it; 1 unless given.")
}

extension KeyForm where Value == RateLimitQuantity {
    static var rateLimit: KeyForm {
        .parsed(RateLimitQuantity.expected, .pattern(RateLimitQuantity.pattern), RateLimitQuantity.parse)
    }
}

extension KeyForm where Value == Duration {
    fileprivate static var penaltyTime: KeyForm {
        var form = duration.then { time, node, reading -> Duration? in
            guard time >= .milliseconds(100), time <= .seconds(3600) else {
                reading.report(node.location, "expected a time of 100ms to 1h")
                return nil
            }
            return time
        }
        form.isReadByHand = true
        return form
    }
}

extension KeyForm where Value == [RateLimitQuota] {
    /// Limits, each by itself or with keys of its own.
    static var quotas: KeyForm {
        let (plain, full) = (KeyForm<RateLimitQuantity>.rateLimit, KeyForm<KeyValues<RateLimitQuotaKeys>>.quota)
        let shape = Shape.oneOf([plain.shape, full.shape])
        return KeyForm(.list(shape, atLeast: 1)) { reading, node, context in
            let nodes = reading.elements(node, of: "limits")
            if nodes.isEmpty, case .list = node.content { reading.report(node.location, "expected at least one limit") }
            let quotas = nodes.map { node -> RateLimitQuota? in
                guard node.scalar == nil else {
                    return plain.decode(reading, node, context).map {
                        RateLimitQuota(limit: $0.limit, window: $0.window)
                    }
                }
                return full.decode(reading, node, context).flatMap { RateLimitQuota($0, reading) }
            }
            RateLimitQuota.check(quotas, nodes, reading)
            return quotas.contains { $0 == nil } ? nil : quotas.compactMap { $0 }
        }
    }
}

extension KeyForm where Value == KeyValues<RateLimitQuotaKeys> {
    fileprivate static var quota: KeyForm { .group(RateLimitQuotaKeys.self) }
}

extension KeyForm where Value == ConcurrencyRule {
    /// A number, or a mapping.
    static var concurrency: KeyForm {
        let number = KeyForm<Int>.integer(1...ConcurrencyKeys.most)
        let full = KeyForm<KeyValues<ConcurrencyKeys>>.group(ConcurrencyKeys.self)
        return KeyForm(.oneOf([number.shape, full.shape])) { reading, node, context in
            if node.scalar != nil { return number.decode(reading, node, context).map { ConcurrencyRule(limit: $0) } }
            guard let keys = full.decode(reading, node, context), let limit = keys.limit else { return nil }
            var rule = ConcurrencyRule(limit: limit)
            rule.scope = keys.per ?? rule.scope
            return rule
        }
    }
}

extension KeyForm where Value == PenaltyRule {
    /// A time, or a mapping.
    static var penalty: KeyForm {
        let time = KeyForm<Duration>.penaltyTime
        let full = KeyForm<KeyValues<PenaltyKeys>>.group(PenaltyKeys.self)
        return KeyForm(.oneOf([time.shape, full.shape])) { reading, node, context in
            if node.scalar != nil { return time.decode(reading, node, context).map { PenaltyRule(duration: $0) } }
            guard let keys = full.decode(reading, node, context), let duration = keys.duration else { return nil }
            var rule = PenaltyRule(duration: duration)
            rule.after = keys.after ?? rule.after
            return rule
        }
    }
}

extension KeyForm where Value == [Check] {
    /// A check of answers, or several that must all hold.
    static var rejection: KeyForm {
        KeyForm(.oneOf([.text, .list(.text, atLeast: 1)])) { reading, node, _ in
            var nodes = [node]
            if node.scalar == nil {
                nodes = reading.elements(node, of: "checks")
                if nodes.isEmpty, case .list = node.content {
                    reading.report(node.location, "expected at least one check")
                }
            }
            let checks = nodes.map { reading.answerCheck($0) }
            return checks.contains { $0 == nil } ? nil : checks.compactMap { $0 }
        }
    }
}

extension RateLimitQuota {
    /// What an entry of `limits` says.
    fileprivate init?(_ keys: KeyValues<RateLimitQuotaKeys>, _ reading: Reading) {
        guard let quantity = keys.limit else { return nil }
        self.init(limit: quantity.limit, window: quantity.window)
        model = keys.model ?? model
        burst = keys.burst
        scope = keys.per ?? scope
        if let burst, burst != limit, model.hasNoBurst {
            reading.report(
                keys.location(of: \.burst), "a \(model.rawValue) admits the limit at once: it has no other burst")
        }
    }

    /// Reports limits that can never be reached, since another one is reached before.
    fileprivate static func check(_ quotas: [RateLimitQuota?], _ nodes: [SourceNode], _ reading: Reading) {
        for (index, quota) in quotas.enumerated() {
            guard let quota else { continue }
            for (number, other) in quotas.enumerated() where number != index {
                // What counts one client says nothing about all of them.
                guard let other, other.scope == quota.scope || other.scope == .all else { continue }
                let isEqual = other.window == quota.window && other.limit == quota.limit && other.scope == quota.scope
                guard !isEqual else {
                    if number < index { reading.report(nodes[index].location, "\(quota.shown) is there twice") }
                    continue
                }
                let most = quota.most(under: other)
                guard most <= min(quota.limit, quota.capacity) else { continue }
                reading.report(
                    nodes[index].location,
                    "\(quota.shown) can never be reached: \(other.shown) admits \(most) at most in that time")
                break
            }
        }
    }
}
