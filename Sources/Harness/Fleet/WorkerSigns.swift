import Measures

/// Whether workers show that they live, told by what they write over again: no clock of theirs or of the folder is asked, so that no jump of
/// one can make a worker lost.
struct WorkerSigns {
    /// What a worker wrote last. Another value is a sign of life.
    struct Sign: Equatable {
        var beat: FleetFolder.Beat?
        /// The length of its log, of a worker that shows nothing else.
        var log: Int64?
    }

    private struct Watched {
        var sign: Sign
        /// When another one was seen last, or the first.
        var seen: Instant
        /// True where it was seen to change, or to stay the same for too long.
        var isSettled = false
        /// Looks since then.
        var looks = 0
    }

    private var watched: [Int: Watched] = [:]
    private var last: Instant?

    /// Between two looks that are further apart this process was held up itself, and perhaps all of its machine.
    private static let gap = Span(seconds: 3)

    /// Takes what the workers show at an instant.
    mutating func take(_ signs: [Int: Sign], at now: Instant) {
        let wasHeldUp = last.map { now - $0 > Self.gap } ?? false
        last = now
        for (segment, sign) in signs {
            guard var known = watched[segment], !wasHeldUp else {
                watched[segment] = Watched(sign: sign, seen: now)
                continue
            }
            if known.sign != sign {
                known = Watched(sign: sign, seen: now, isSettled: true)
            } else {
                known.looks += 1
            }
            watched[segment] = known
        }
    }

    /// True where a worker has shown nothing for so long, and was looked at more than once meanwhile.
    func isSilent(_ segment: Int, for span: Span, at now: Instant) -> Bool {
        guard let known = watched[segment] else { return false }
        return known.looks >= 2 && now - known.seen >= span
    }

    /// True where a worker was seen to change since it was first looked at.
    func isAlive(_ segment: Int) -> Bool { watched[segment]?.isSettled ?? false }
}
