import Generator
import Measures
import NIOConcurrencyHelpers
import Reports
import Scenarios
import VerificationKit

/// Changes loads while they run: by orders of whoever holds it, and by a file where one is named.
///
/// A run whose load was changed is at best inconclusive, and says so everywhere: it was not the planned one.
public final class LoadControl: Sendable {
    private struct Attached {
        var run: LoadRun
        var loads: [Load]
        var paces: [LoadPace]
        /// What loads go on with after a pause.
        var before: [LoadPace]
        var note: @Sendable (String) -> Void
    }

    private let attached = NIOLockedValueBox<Attached?>(nil)
    /// The file whose lines are obeyed when it changes; nil: none.
    private let file: ControlFileWatch?

    /// Makes a control, by a file where its path is given.
    public init(file path: String? = nil) { file = path.map { ControlFileWatch($0) } }

    /// The names of the loads that run, in order; empty where none does, or where loads have no names.
    public var names: [String] { attached.withLockedValue { $0?.loads.compactMap(\.name) ?? [] } }

    /// Obeys an order; without a load that runs there is nothing to be done.
    public func obey(_ order: LoadOrder) {
        var refused: [Int] = []
        let changes = attached.withLockedValue { attached -> [(LoadRun, Int, LoadPace)] in
            guard attached != nil else { return [] }
            return (attached?.loads.indices ?? 0..<0).filter { order.load == nil || order.load == $0 }.compactMap {
                load in
                guard let run = attached?.run, let old = attached?.paces[load],
                    let pace = Self.pace(order.wish, now: old, before: attached?.before[load] ?? .planned), pace != old
                else { return nil }
                guard Self.isChanged(by: pace, attached?.loads[load]) else {
                    refused.append(load)
                    return nil
                }
                if pace == .paused { attached?.before[load] = old }
                attached?.paces[load] = pace
                return (run, load, pace)
            }
        }
        for load in refused { tell(load, "has users and no rate: it can be paused, and go on") }
        for (run, load, pace) in changes {
            run.change(load, to: pace) { [self] change in tell(change, load) }
        }
    }

    private func tell(_ change: LoadChange?, _ load: Int) {
        guard let change else {
            tell(load, "is over: nothing to change")
            return
        }
        tell(load, "changed by hand at \(Figure.fixed(change.at.seconds, decimals: 1)) s: \(change.pace.shown)")
    }

    private func tell(_ load: Int, _ what: String) {
        guard let (name, note) = attached.withLockedValue({ $0.map { ($0.loads[load].name, $0.note) } }) else { return }
        note("\(name.map { "load \($0)" } ?? "the load") \(what)")
    }

    /// A rate is for arrivals: users of closed load come round as fast as they can.
    private static func isChanged(by pace: LoadPace, _ load: Load?) -> Bool {
        switch pace {
        case .planned, .paused: true
        case .rate, .scaled:
            load?.stages.contains { if case .arrivals = $0 { true } else { false } } ?? false
        }
    }

    /// The pace that an order leads to; nil where it leads to none.
    static func pace(_ wish: LoadOrder.Wish, now: LoadPace, before: LoadPace) -> LoadPace? {
        switch wish {
        case .pace(let pace): return pace
        case .pauseOrGoOn: return now == .paused ? before : .paused
        case .step(let tenths):
            switch now {
            case .paused: return nil
            case .planned: return scaled(10 + tenths)
            case .scaled(let factor): return scaled(Int((factor * 10).rounded()) + tenths)
            case .rate(let rate): return .rate(max(rate / 10, rate * (1 + Double(tenths) / 10)))
            }
        }
    }

    private static func scaled(_ tenths: Int) -> LoadPace? {
        let tenths = min(max(tenths, 1), 1_000)
        return tenths == 10 ? .planned : .scaled(Double(tenths) / 10)
    }

    // MARK: By the session

    func attach(_ run: LoadRun, loads: [Load], note: @escaping @Sendable (String) -> Void) {
        attached.withLockedValue {
            $0 = Attached(
                run: run, loads: loads, paces: loads.map { _ in .planned }, before: loads.map { _ in .planned },
                note: note)
        }
        file?.start { [self] text in
            let content = ControlFile(text, loads: loads.map(\.name))
            for problem in content.problems { note("\(file?.path ?? ""):\(problem)") }
            // All or nothing: half of what was meant is another load.
            if content.problems.isEmpty { content.orders.forEach(obey) }
        } onProblem: { [self] problem in
            note("\(file?.path ?? ""): \(problem)")
        }
    }

    func detach() {
        file?.stop()
        attached.withLockedValue { $0 = nil }
    }
}
