internal import Scenarios

/// The scripts where something else holds as well: requests keep a distance with which no shorter limit is reached.
extension ProbeBook {
    /// How many requests at that distance go beyond the limit, whatever a bucket gains meanwhile, and wherever the windows of a
    /// client begin.
    var train: Int {
        guard isPaced else { return burst }
        var count = burst
        let gained = Double(rule.limit) / window * setting.pace
        if gained < 1, [.any, .tokenBucket, .leakyBucket].contains(rule.model) {
            count = Int((Double(burst) / (1 - gained)).rounded(.up)) + 1
        }
        // A boundary may lie in the midst of them.
        return [.any, .fixedWindow].contains(rule.model) ? max(count, burst + capacity) : count
    }

    /// Why the limit can't be seen beside the others; nil: it can.
    var obstacle: String? {
        guard capacity + 2 <= setting.room else {
            return
                "Another limit is reached before \(capacity + 2) requests are sent, which it takes to go beyond this one."
        }
        guard isPaced else { return nil }
        let isSlow = Double(capacity + 3) * setting.pace > 0.9 * window || Double(train) * setting.pace > 3 * window
        guard isSlow else { return nil }
        return "The shorter limits let hardly more through than this one admits: one request each "
            + "\(Int((setting.pace * 1000).rounded())) ms keeps within them, and does not go beyond this one in time."
    }

    /// The scripts with their distance.
    var pacedScripts: [(script: ProbeScript, start: Double)] {
        let pace = setting.pace
        let length = Double(train) * pace
        var shots = [ProbeScript.Shot(at: 0, count: train, gap: pace)]
        // Once a client is banned the limit shows no more.
        if rule.penalty == nil {
            let poll = 2 * pace < window / 8 ? 2 : 1
            for eighth in 1...7 {
                shots.append(.init(at: length + Double(eighth) * window / 8, count: poll, gap: pace))
            }
            shots.append(.init(at: length + window * 1.02 + margin, count: burst, gap: pace))
        }
        var scripts = [(ProbeScript(kind: .persistent, shots: shots), 0.0)]
        guard capacity >= 2 else { return scripts }
        let half = capacity / 2
        scripts.append(
            (
                ProbeScript(
                    kind: .halves,
                    shots: [
                        .init(at: 0, count: half, gap: pace),
                        .init(at: window / 2, count: capacity - half, gap: pace),
                        .init(at: window + margin, count: train, gap: pace),
                    ]), 0.1 * window
            ))
        guard !setting.isOverAll else { return scripts }
        let before = window - margin - Double(capacity) * pace
        if before > pace {
            scripts.append(
                (
                    ProbeScript(
                        kind: .boundary,
                        shots: [
                            .init(at: 0, count: 1), .init(at: before, count: capacity - 1, gap: pace),
                            .init(at: window + margin, count: train, gap: pace),
                        ]), 0.2 * window
                ))
        }
        if let primed = pacedRace { scripts.append((primed, 0.45 * window)) }
        return scripts
    }

    /// All but one of the limit, then so many together as no shorter limit rejects.
    private var pacedRace: ProbeScript? {
        let count = min(10, setting.together, setting.atOnce)
        guard count >= 2 else { return nil }
        let lull = 2 * setting.shorter + margin
        return ProbeScript(
            kind: .racePrimed,
            shots: [
                .init(at: 0, count: capacity - 1, gap: setting.pace),
                .init(at: Double(capacity) * setting.pace + lull, count: count, isTogether: true),
            ])
    }
}
