import CLinux
import Foundation
import Glibc
import Measures

/// Waits for the workers of a shared folder that are still at work, so that what they leave is complete.
package struct FleetEnding {
    /// What became of the workers that were waited for.
    package enum Outcome: Sendable {
        /// Each has written its part, or shows no more that it lives.
        case over
        /// The load was never begun.
        case notBegun
        /// Time or patience was up.
        case stillAtWork
    }

    private let folder: FleetFolder

    /// How long a worker may show nothing before it counts as lost, in seconds: more than what the others allow it.
    private static let silence = 3.0
    /// How long the writing of a part may take, in seconds: nothing shows how far it is.
    private static let writing = 60.0

    /// Looks at the folder that the workers share.
    package init(folder: String) { self.folder = FleetFolder(path: folder) }

    /// Waits.
    ///
    /// - Parameters:
    ///   - segment: The only worker that is waited for; nil: all that came.
    ///   - patience: For how many seconds at most.
    ///   - start: For how many seconds at most the load may not have begun.
    ///   - shouldStop: Asked while it waits; where it says true, nothing is waited for any more.
    package func wait(
        forSegment segment: Int? = nil, atMost patience: Double = .infinity, atMostBegun start: Double = .infinity,
        shouldStop: () -> Bool = { false }
    ) -> Outcome {
        let begin = Self.now
        var pending = segment.map { [$0] } ?? folder.arrivals(of: folder.segments).keys.sorted()
        var seen: [Int: (beat: FleetFolder.Beat?, at: Double)] = [:]
        while true {
            let word = folder.word
            if word?.refused != nil || (word?.stop != nil && word?.start == nil) { return .notBegun }
            // Before the load begins no worker shows anything.
            if word != nil {
                let now = Self.now
                pending.removeAll { isOver($0, now, &seen) }
            }
            if pending.isEmpty { return .over }
            let waited = Self.now - begin
            if waited > patience || (word == nil && waited > start) || shouldStop() {
                return word == nil ? .notBegun : .stillAtWork
            }
            usleep(100_000)
        }
    }

    private func isOver(_ segment: Int, _ now: Double, _ seen: inout [Int: (beat: FleetFolder.Beat?, at: Double)])
        -> Bool
    {
        let beat = folder.beat(of: segment)
        if beat?.hasWritten == true { return true }
        guard let last = seen[segment], last.beat == beat else {
            seen[segment] = (beat, now)
            return false
        }
        // The first sign comes some seconds after all are told when to begin.
        let allowed = beat?.isDone == true ? Self.writing : beat == nil ? 2 * Self.silence : Self.silence
        return now - last.at > allowed
    }

    private static var now: Double { Double(loadgate_monotonic()) / 1e9 }
}
