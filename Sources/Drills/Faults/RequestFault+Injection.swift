internal import Measures
public import Scenarios

extension RequestFault: InjectableFault {
    /// The request's method.
    public var verb: String { request.method.rawValue.lowercased() }

    /// What it touches, in words.
    public func touches(at site: DrillSite) -> String {
        "what this request does: \(request.method.rawValue) \(request.url.url(on: site.target).shown)"
    }

    /// How it is undone, in words.
    public func undoing(at site: DrillSite) -> String { undo.words }

    /// Yes: what a request did stays.
    public func outlivesProcess(at site: DrillSite) -> Bool { undo.isSomething }

    /// Its request and its undo must be known now.
    public func obstacle(at site: DrillSite) -> String? {
        FaultFailure.reason { () throws(FaultFailure) in _ = try prepare(at: site) }
    }

    /// Takes request and undo together.
    public func prepare(at site: DrillSite) throws(FaultFailure) -> any FaultInjection {
        var maker = StepMaker(site)
        let step = try maker.step(request)
        let undo = try maker.step(undo, timeout: .seconds(60))
        return StepInjection(step, undo: undo, values: maker.values, undoLimit: Span(seconds: 65))
    }
}
