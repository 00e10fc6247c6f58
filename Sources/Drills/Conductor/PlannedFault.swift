internal import Measures
public import Scenarios

/// A fault before it is brought about, for `--dry-run` and for asking.
public struct PlannedFault: Sendable {
    /// The event.
    public var event: DrillEvent
    /// What it touches, in words.
    public var touches: String
    /// How it is undone, in words.
    public var undo: String
    /// True where it outlives a Loadgate that was killed, unless a guardian undoes it.
    public var outlivesProcess: Bool
    /// Why it can't be brought about here; nil: nothing stands against it.
    public var obstacle: String?

    /// The faults of a drill in the order of time, those that `only` selects: by the event's name, or by the name of what they
    /// break; empty: all.
    public static func faults(of drill: Drill, at site: DrillSite, only: [String] = []) -> [PlannedFault] {
        drill.timeline.compactMap { event in
            guard case .fault(let rule) = event.action, event.isSelected(by: only) else { return nil }
            guard let fault = rule as? any InjectableFault else {
                return PlannedFault(
                    event: event, touches: "", undo: "", outlivesProcess: false,
                    obstacle: "this kind of fault can't be brought about")
            }
            return PlannedFault(
                event: event, touches: fault.touches(at: site), undo: fault.undoing(at: site),
                outlivesProcess: fault.outlivesProcess(at: site), obstacle: fault.obstacle(at: site))
        }
    }
}

extension DrillEvent {
    /// The name by which it is selected: its own, or that of what it breaks.
    var selector: String? {
        if let name { return name }
        if case .fault(let rule) = action { return rule.subject.name }
        return nil
    }

    /// True where `only` names it, or what it breaks, or nothing at all.
    func isSelected(by only: [String]) -> Bool {
        guard !only.isEmpty, case .fault(let rule) = action else { return true }
        return only.contains { $0 == name || $0 == rule.subject.name }
    }
}
