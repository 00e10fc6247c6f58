import Measures
import Scenarios

/// When the users of a closed stage begin and stop: a pure function of the stage.
///
/// The number of users goes linearly from `from` to `to`. On the way up the users begin at equal distances, the first
/// new one at once; on the way down they stop at equal distances, the last one at the stage's end.
struct UserSchedule: Sendable {
    let from: Int
    let to: Int
    let duration: Span

    init(_ stage: UserStage) {
        from = stage.from
        to = stage.to
        duration = Span(stage.duration)
    }

    /// The number of users that take part at some time of the stage.
    var users: Int { max(from, to) }

    /// When user `user` takes part, from the stage's start: from the first offset up to the second; nil if never.
    func activity(of user: Int) -> (begin: Span, end: Span)? {
        guard user < users else { return nil }
        if user < min(from, to) { return (.zero, duration) }
        if to > from { return (offset(Double(user - from) / Double(to - from)), duration) }
        return (.zero, offset(Double(from - user) / Double(from - to)))
    }

    private func offset(_ share: Double) -> Span { Span(seconds: duration.seconds * share) }
}
