internal import Measures
public import Scenarios

extension CommandFault: InjectableFault {
    /// `run`.
    public var verb: String { "run" }

    /// What it touches, in words.
    public func touches(at site: DrillSite) -> String { "what this program does: \(Self.shown(command))" }

    /// How it is undone, in words.
    public func undoing(at site: DrillSite) -> String { undo.words }

    /// Yes: what a program did stays.
    public func outlivesProcess(at site: DrillSite) -> Bool { undo.isSomething }

    /// Its program and its undo must be known now.
    public func obstacle(at site: DrillSite) -> String? {
        FaultFailure.reason { () throws(FaultFailure) in _ = try prepare(at: site) }
    }

    /// Takes program and undo together.
    public func prepare(at site: DrillSite) throws(FaultFailure) -> any FaultInjection {
        var maker = StepMaker(site)
        let step = try maker.step(command, timeout: timeout)
        let undo = try maker.step(undo, timeout: timeout)
        return StepInjection(step, undo: undo, values: maker.values, undoLimit: Span(timeout) + Span(seconds: 5))
    }

    static func shown(_ command: [Text]) -> String { command.map(\.shown).joined(separator: " ") }
}

extension FaultUndo {
    /// What it does, in words.
    var words: String {
        switch self {
        case .nothing: "nothing has to be undone"
        case .command(let command): "run: \(CommandFault.shown(command))"
        case .request(let request): "send: \(request.method.rawValue) \(request.url.shown)"
        }
    }

    var isSomething: Bool { if case .nothing = self { false } else { true } }
}

extension FaultFailure {
    /// Why something fails; nil where it doesn't.
    static func reason(of body: () throws(FaultFailure) -> Void) -> String? {
        do throws(FaultFailure) {
            try body()
            return nil
        } catch {
            return error.description
        }
    }
}
