import Measures
import Scenarios

/// Counts the arrivals of a schedule up to instants that mostly go forward: going on costs what came since, where counting
/// again would cost a Poisson schedule all arrivals from its start.
struct ArrivalCounter: Sendable {
    private let schedule: ArrivalSchedule
    private var cursor: ArrivalCursor
    private var next: Arrival?
    private var count = 0
    private var latest = 0.0

    init(_ schedule: ArrivalSchedule) {
        self.schedule = schedule
        cursor = schedule.cursor(part: 0, stride: 1)
        next = cursor.next()
    }

    /// The number of arrivals due before `time`, in seconds from the stage's start.
    mutating func count(before time: Double) -> Int {
        guard schedule.spacing == .poisson, time >= latest else { return schedule.count(before: time) }
        latest = time
        while let arrival = next, arrival.offset.seconds < time {
            count += 1
            next = cursor.next()
        }
        return count
    }
}
