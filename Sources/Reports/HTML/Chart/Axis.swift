/// An axis: a scale with what is written along it.
struct Axis {
    /// A value with its label.
    struct Tick: Equatable {
        var value: Double
        var label: String
    }

    var scale: any Scale
    var ticks: [Tick]
    var title: String

    /// Plain numbers from zero, or from the lowest value where that is negative, up to a round number.
    static func fromZero(to highest: Double, lowest: Double = 0, title: String, steps: Int = 5) -> Axis {
        let low = min(0, lowest.isFinite ? lowest : 0)
        // With nothing to show the axis still has a length.
        let high = highest.isFinite && highest > low ? highest : low + 1
        let step = NiceNumbers.step(for: high - low, count: steps)
        let ends = [(low / step + 1e-9).rounded(.down) * step, (high / step - 1e-9).rounded(.up) * step]
        return Axis(
            scale: LinearScale(ends[0], ends[1]),
            ticks: NiceNumbers.multiples(of: step, from: ends[0], to: ends[1])
                .map { Tick(value: $0, label: NiceNumbers.label($0)) }, title: title)
    }

    /// Plain numbers between two values.
    static func between(_ low: Double, _ high: Double, title: String, steps: Int = 6) -> Axis {
        let step = NiceNumbers.step(for: high - low, count: steps)
        return Axis(
            scale: LinearScale(low, high),
            ticks: NiceNumbers.multiples(of: step, from: low, to: high)
                .map { Tick(value: $0, label: NiceNumbers.label($0)) }, title: title)
    }

    /// Powers of ten that hold two values.
    static func logarithmic(_ low: Double, _ high: Double, title: String) -> Axis {
        let scale = LogScale(low, high)
        // Of many decades some are enough.
        let stride = (scale.high - scale.low + 7) / 8
        return Axis(
            scale: scale,
            ticks: Swift.stride(from: scale.low, through: scale.high, by: max(1, stride)).map {
                let value = Decimals.power(Double($0))
                return Tick(value: value, label: NiceNumbers.label(value))
            }, title: title)
    }

    /// Latencies in milliseconds: powers of ten where they differ much, else plain numbers.
    static func latency(_ values: [Double], title: String = "ms") -> Axis {
        let positive = values.filter { $0 > 0 && $0.isFinite }
        guard let low = positive.min(), let high = positive.max() else { return fromZero(to: 1, title: title) }
        if high / low <= 12 { return fromZero(to: high, title: title) }
        return logarithmic(low, high, title: "\(title), logarithmic")
    }

    /// Seconds since the beginning of the load.
    static func time(_ seconds: Double, title: String = "time since the load began") -> Axis {
        let length = seconds.isFinite && seconds > 0 ? seconds : 1
        let step = NiceNumbers.timeStep(for: length, count: 7)
        return Axis(
            scale: LinearScale(0, length),
            ticks: NiceNumbers.multiples(of: step, from: 0, to: length)
                .map { Tick(value: $0, label: NiceNumbers.time($0, of: length)) }, title: title)
    }

    /// Percentiles, each further nine at the same distance.
    static func percentiles(samples: UInt64) -> Axis {
        let scale = PercentileScale(samples: samples)
        let known: [(Double, String)] = [
            (0, "0"), (50, "50"), (90, "90"), (99, "99"), (99.9, "99.9"), (99.99, "99.99"), (99.999, "99.999"),
            (99.9999, "99.9999"), (99.99999, "99.99999"),
        ]
        // The labels get longer with the nines: of many, every other one.
        let ticks = known.filter { $0.0 == 0 || scale.position($0.0) < 1 - 1e-9 }
        let shown =
            scale.nines <= 5 ? ticks : ticks.filter { ["0", "90", "99.9", "99.999", "99.99999"].contains($0.1) }
        return Axis(
            scale: scale, ticks: shown.map { Tick(value: $0.0, label: $0.1) }, title: "percentile")
    }
}
