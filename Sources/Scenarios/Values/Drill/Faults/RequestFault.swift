/// A request breaks something, and another request or program mends it.
public struct RequestFault: FaultRule {
    /// The words that begin it.
    public static let verbs: [String] = []
    /// How it is written.
    public static let usage = "{post: URL} with undo: {post: URL}"
    /// What it does and how it is undone.
    public static let summary = "Sends a request, whose answer must be 2xx; undone by sending another."

    /// The request.
    public var request: VerifiedRequest
    /// What undoes it.
    public var undo: FaultUndo

    /// What it breaks.
    public var subject: FaultSubject { .other }

    /// Makes a fault.
    public init(request: VerifiedRequest, undo: FaultUndo) {
        self.request = request
        self.undo = undo
    }
}
