/// A step, as the hot path needs it: a plain value.
struct CompiledStep {
    /// What the native transport sends over HTTP/1.1; nil where it isn't that which carries the step.
    var request: RequestTemplate?
    /// What the native transport sends over HTTP/2; likewise.
    var http2: HTTP2RequestTemplate?
    var origin: Int
    /// True where TLS carries the request.
    var isSecure: Bool
    var toHead: Bool
    /// True where the answer is looked at beyond its status.
    var keepsAnswer: Bool
    var keepsBody: Bool
    /// True where what was asked is needed to judge the answer, or to take cookies from it.
    var keepsRequest: Bool
    /// True where the request is made from what the step itself captures.
    var capturesWhatItSends = false
    /// True where the step must get the same answer to the same request.
    var isDeterministic: Bool
    /// True for a part of what another step does.
    var isPart = false
    /// Where its conditions lie in the plan's list.
    var conditions: Range<Int>
    /// True where an `until` looks at its answer.
    var endsUntil = false
    /// Nanoseconds.
    var timeout: Int64
    /// The number of the timeout among the plan's different ones.
    var timeoutClass: Int
    var firstExpected: ClosedRange<Int>
    /// The index of its conversation, of a part of one that of the step that it belongs to; -1: it is a request.
    var conversation: Int
    /// The place of what it makes of a stream of events; -1: its answer is none.
    var events = -1
    /// The index of what libcurl is to send; -1: the native transport carries it.
    var transfer: Int
}
