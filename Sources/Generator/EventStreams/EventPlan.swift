import Measures
import Scenarios

/// What a step makes of its stream of events, as the way of an answer needs it. Whoever makes one must `release` it.
struct EventPlan {
    /// What ends the stream, as far as events do.
    enum End: BitwiseCopyable {
        /// The server, or time.
        case none
        /// An event whose name is `text`.
        case name
        /// The event of the number `count`.
        case count
        /// `text` in place of an event's data.
        case data
        /// An event of which `holds` is true.
        case condition
    }

    /// How events stand in the answer; nil: as its type says.
    let format: EventStream.Format?
    let end: End
    /// Whether the stream is left once the step's time is over, which is no timeout then.
    let endsByTime: Bool
    let text: ByteStore
    let count: Int
    let holds: ((UnsafeBufferPointer<UInt8>) -> Bool)?
    /// Whether the last event's data are looked at, and those of every event.
    let keepsLast: Bool
    let keepsEvery: Bool
    /// The end as written; empty: the server ends the stream.
    let shown: String

    /// - Parameter holds: Whether the condition of `until` holds of an event's data; nil where there is none.
    init(
        _ stream: EventStream, keepsLast: Bool, keepsEvery: Bool,
        holds: ((UnsafeBufferPointer<UInt8>) -> Bool)?
    ) {
        format = stream.format
        self.keepsLast = keepsLast
        self.keepsEvery = keepsEvery
        self.holds = holds
        shown = stream.endSource
        var text = ByteStore()
        var (end, count, endsByTime) = (End.none, 0, false)
        switch stream.end {
        case .event(var name)?:
            end = .name
            name.withUTF8 { text.append($0) }
        case .data(var data)?:
            end = .data
            data.withUTF8 { text.append($0) }
        case .count(let number)?: (end, count) = (.count, number)
        case .json?: end = .condition
        case .time?: endsByTime = true
        case nil: break
        }
        (self.end, self.count, self.endsByTime, self.text) = (end, count, endsByTime, text)
    }

    /// Whether events' data are looked at.
    var keepsData: Bool { keepsLast || keepsEvery || end == .data || end == .condition }

    /// True where the server must not end the stream by itself.
    var hasEnd: Bool { end != .none || endsByTime }

    func release() {
        var text = text
        text.release()
    }
}
