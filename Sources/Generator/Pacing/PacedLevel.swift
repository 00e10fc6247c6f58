import Measures

/// How the arrivals of an open stage lie where its load was changed by hand: a value without a clock.
///
/// The *level* is the number of arrivals expected so far: as planned N(t) (see `ArrivalSchedule`). From a change on it grows
/// by a multiple of what was planned, at a rate of its own, or not at all. Arrival k is still due where the level says, so
/// that none is left out, and none comes twice, at a change.
struct PacedLevel: Sendable {
    private struct Segment: Sendable {
        /// Seconds from the stage's start, the level there, and what was planned there.
        var time: Double
        var level: Double
        var planned: Double
        var pace: LoadPace
    }

    private let schedule: ArrivalSchedule
    private var segments: [Segment]

    init(_ schedule: ArrivalSchedule) {
        self.schedule = schedule
        segments = [Segment(time: 0, level: 0, planned: 0, pace: .planned)]
    }

    /// The pace is another one from `time` seconds on; changes come in the order of time.
    mutating func change(to pace: LoadPace, at time: Double) {
        let time = max(min(max(time, 0), schedule.seconds), segments[segments.count - 1].time)
        segments.append(
            Segment(time: time, level: level(at: time), planned: schedule.expected(upTo: time), pace: pace))
    }

    /// The arrivals expected up to `time` seconds.
    func level(at time: Double) -> Double {
        let time = min(max(time, 0), schedule.seconds)
        guard let segment = segments.last(where: { $0.time <= time }) else { return 0 }
        return switch segment.pace {
        case .planned: segment.level + schedule.expected(upTo: time) - segment.planned
        case .scaled(let factor): segment.level + factor * (schedule.expected(upTo: time) - segment.planned)
        case .rate(let rate): segment.level + rate * (time - segment.time)
        case .paused: segment.level
        }
    }

    /// When the level reaches a value, in seconds; nil where it does not before the stage's end, as far as is known.
    func time(ofLevel level: Double) -> Double? {
        for (index, segment) in segments.enumerated() where segment.level <= level {
            let time: Double? =
                switch segment.pace {
                case .planned: schedule.time(ofLevel: segment.planned + level - segment.level)
                case .scaled(let factor): schedule.time(ofLevel: segment.planned + (level - segment.level) / factor)
                case .rate(let rate): segment.time + (level - segment.level) / rate
                case .paused: nil
                }
            guard let time, time < schedule.seconds else { continue }
            if index + 1 == segments.count || time < segments[index + 1].time { return max(time, segment.time) }
        }
        return nil
    }
}
