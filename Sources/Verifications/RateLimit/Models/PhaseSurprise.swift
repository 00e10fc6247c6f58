internal import Foundation

/// How far it would be a coincidence that windows with a phase of their own for each client look as they do.
///
/// A phase that is not known explains much: also a count that is read and written apart, by a boundary that fell into the
/// very burst. How large a part of all phases explains a client's history says how likely that is, where phases are
/// spread evenly (django-ratelimit shifts windows by a checksum of the client's name). Over several clients the
/// likelihoods multiply.
enum PhaseSurprise {
    /// The logarithm of what one client has against it at most: a phase is looked for this finely.
    private static let halvings = 5

    /// −ln of the likelihood.
    static func of(_ histories: [ClientHistory], _ parameters: LimiterParameters) -> Double {
        let usual = parameters.pace > 0 ? max(0, log(parameters.window / parameters.pace)) : 0
        return histories.reduce(0) { $0 + max(0, -log(share(of: $1, parameters)) - usual) }
    }

    /// The part of all phases that explains a history; a little above 0 where none does.
    static func share(of history: ClientHistory, _ parameters: LimiterParameters) -> Double {
        let holds: (PhaseArc) -> Bool = { phase in
            ClockWindowModel.excess(in: history, parameters, phase) == nil
                && ClockWindowModel.starvation(in: history, parameters, phase) == nil
        }
        var arcs = PhaseSearch.all(window: parameters.window, holds)
        // What is that narrow is looked at more closely.
        for _ in 0..<halvings where arcs.count <= 8 {
            arcs = arcs.flatMap { arc in
                let half = arc.width / 2
                return [PhaseArc(start: arc.start, width: half), PhaseArc(start: arc.start + half, width: half)]
            }.filter(holds)
        }
        let sum = arcs.reduce(0) { $0 + $1.width }
        return min(1, max(sum / parameters.window, 1.0 / 8192))
    }

    /// True where it is more of a coincidence than such windows bring about: each client's boundary found within a tenth
    /// of a window or so is usual, within a burst it is not.
    static func isImplausible(_ surprise: Double, clients: Int) -> Bool { surprise > 2.5 * Double(clients) + 6 }

    /// One in a thousand: what a simpler way of counting with other numbers explains is no such coincidence.
    static let rare = 6.9
    /// One in a hundred.
    static let unusual = 4.6
    /// One in ten thousand: an accusation.
    static let beyondDoubt = 9.2
}
