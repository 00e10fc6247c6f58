import Measures
import Scenarios

/// The stream of events of one answer: what of it came, when, and whether it has ended. A plain value; it is told when what it
/// takes in came, and knows no clock. Its memory is used again; `release` frees it.
struct EventFeed: BitwiseCopyable {
    /// How far the stream has come.
    enum State: BitwiseCopyable {
        /// The answer is no stream, and need not be one.
        case none
        /// Its head has yet to be looked at.
        case waiting
        /// It is no stream of a type that is read.
        case otherType
        /// Its status is not the expected one.
        case otherStatus
        case reading
        /// What was to end it has come.
        case met
        /// It has an event that is too large.
        case tooLarge
        /// The server, or the time, has ended it.
        case ended
    }

    /// Time from one event to the next, or to the first one, and how many more came in the same moment.
    struct News: BitwiseCopyable {
        /// When the event before came; nil: this is the first one.
        var before: Instant?
        var at: Instant
        var more = 0
    }

    private var plan: UnsafePointer<EventPlan>?
    private(set) var state = State.none
    /// When what is taken in next came.
    var arrival = Instant(nanoseconds: 0)
    private var reader = EventReader()

    /// How many events came, when the first and the last did, and the longest time between two of them.
    private(set) var count = 0
    private(set) var first = Instant(nanoseconds: 0)
    private(set) var last = Instant(nanoseconds: 0)
    private(set) var longestGap = Span.zero
    /// What has yet to be recorded: the latest, and what came before it, one after the other.
    private var latest: News?
    private var earlier = ByteStore()
    /// The last event's data, where somebody looks at them; and those of every event, each behind its length.
    private(set) var lastData = ByteStore()
    private(set) var everyData = ByteStore()
    /// The events outgrew what is kept of them.
    private(set) var isTooMuch = false
    private var isClosed = false

    /// Bytes of all events that are kept at most, where checks look at every one.
    static let everyBound = 10 * 1024 * 1024

    /// Begins with an answer; nil: it is no stream of events.
    mutating func begin(_ plan: UnsafePointer<EventPlan>?) {
        self.plan = plan
        state = plan == nil ? .none : .waiting
        guard plan != nil else { return }
        restart()
    }

    /// Another answer is begun in the place of the one before, such as the one that a redirect led to.
    mutating func restart() {
        guard plan != nil else { return }
        state = .waiting
        (count, isTooMuch, isClosed) = (0, false, false)
        first = Instant(nanoseconds: 0)
        last = first
        longestGap = .zero
        latest = nil
        earlier.removeAll()
        lastData.removeAll()
        everyData.removeAll()
    }

    /// True where the answer is, or is to be, a stream.
    var isWanted: Bool { state != .none }
    /// True where nothing that comes is wanted any more.
    var isOver: Bool { state == .met || state == .tooLarge }
    var hasNews: Bool { latest != nil }
    /// True where the answer was read as a stream.
    var isStream: Bool {
        switch state {
        case .reading, .met, .tooLarge, .ended: true
        case .none, .waiting, .otherType, .otherStatus: false
        }
    }
    /// True where the stream is left once its time is over, and has not ended before.
    var mayEndByTime: Bool { state == .reading && plan?.pointee.endsByTime == true }

    // MARK: Bytes

    /// The head is there: its status is one that is expected, or not, and its type is what `Content-Type` says.
    mutating func take(isExpected: Bool, type: UnsafeBufferPointer<UInt8>?) {
        guard state == .waiting, let plan else { return }
        guard isExpected else {
            state = .otherStatus
            return
        }
        guard let format = plan.pointee.format ?? type.flatMap(Self.format) else {
            state = .otherType
            return
        }
        state = .reading
        reader.begin(format, keepsData: plan.pointee.keepsData)
    }

    /// Takes in what came of the body at `arrival`.
    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) {
        var position = 0
        while state == .reading {
            switch reader.next(in: bytes, at: &position) {
            case .event: takeEvent()
            case .tooLarge: state = .tooLarge
            case .needsMore: return
            }
        }
    }

    /// The answer has ended. Where it did so as planned, nothing is left open; else the time since the last event is a gap as
    /// well, if it is longer than all others: nobody knows how long it would have become.
    ///
    /// - Parameter isWhole: Whether the answer came to its own end, and was not given up or broken.
    mutating func close(at instant: Instant, isWhole: Bool) {
        guard isWanted, !isClosed else { return }
        isClosed = true
        if state == .reading {
            arrival = instant
            if isWhole, reader.end() { takeEvent() }
        }
        guard state == .reading, let plan else { return }
        state = .ended
        if count > 0, !isWhole || plan.pointee.hasEnd, instant - last > longestGap {
            longestGap = instant - last
            add(News(before: last, at: instant))
        }
    }

    /// The time is over that the stream was to be read for.
    mutating func endByTime(at instant: Instant) {
        close(at: instant, isWhole: false)
        state = .met
    }

    private mutating func takeEvent() {
        guard let plan else { return }
        let data = reader.data
        if plan.pointee.end == .data, data.elementsEqual(plan.pointee.text.bytes) {
            state = .met
            return
        }
        note()
        if plan.pointee.keepsLast {
            lastData.removeAll()
            lastData.append(data)
        }
        if plan.pointee.keepsEvery { keep(data) }
        let isMet: Bool
        switch plan.pointee.end {
        case .none, .data: isMet = false
        case .count: isMet = count == plan.pointee.count
        case .name:
            let name = reader.name
            isMet =
                name.isEmpty
                ? plan.pointee.text.bytes.elementsEqual("message".utf8)
                : name.elementsEqual(plan.pointee.text.bytes)
        case .condition: isMet = plan.pointee.holds?(data) ?? false
        }
        if isMet { state = .met }
    }

    private mutating func note() {
        count += 1
        if count == 1 {
            first = arrival
            add(News(before: nil, at: arrival))
        } else if arrival == last, latest != nil {
            // Several events in one read came at once.
            latest?.more += 1
        } else {
            longestGap = max(longestGap, arrival - last)
            add(News(before: last, at: arrival))
        }
        last = arrival
    }

    private mutating func keep(_ data: UnsafeBufferPointer<UInt8>) {
        guard everyData.count + data.count <= Self.everyBound else {
            isTooMuch = true
            return
        }
        withUnsafeBytes(of: UInt32(truncatingIfNeeded: data.count)) { length in
            everyData.append(length.assumingMemoryBound(to: UInt8.self))
        }
        everyData.append(data)
    }

    // MARK: News

    private mutating func add(_ entry: News) {
        if let latest {
            withUnsafeBytes(of: latest) { earlier.append($0.bindMemory(to: UInt8.self)) }
        }
        latest = entry
    }

    /// Gives what has yet to be recorded, in order, and forgets it.
    mutating func takeNews(_ body: (News) -> Void) {
        let bytes = UnsafeRawBufferPointer(earlier.bytes)
        for offset in stride(from: 0, to: bytes.count, by: MemoryLayout<News>.size) {
            body(bytes.loadUnaligned(fromByteOffset: offset, as: News.self))
        }
        if let latest { body(latest) }
        earlier.removeAll()
        latest = nil
    }

    // MARK: What it was

    /// The data of every event, in order, where they are kept.
    func forEachEvent(_ body: (UnsafeBufferPointer<UInt8>) -> Bool) {
        let all = everyData.bytes
        var position = 0
        let head = MemoryLayout<UInt32>.size
        while position + head <= all.count {
            let length = Int(UnsafeRawBufferPointer(all).loadUnaligned(fromByteOffset: position, as: UInt32.self))
            let event = UnsafeBufferPointer(rebasing: all[(position + head)..<(position + head + length)])
            guard body(event) else { return }
            position += head + length
        }
    }

    /// The end that was awaited and did not come, as written; nil where none was, or it came.
    var missedEnd: String? {
        guard state == .ended, let plan, plan.pointee.hasEnd else { return nil }
        return plan.pointee.shown
    }

    /// The format that a media type stands for (WHATWG HTML §9.2; the types in use for JSON lines).
    private static func format(_ value: UnsafeBufferPointer<UInt8>) -> EventStream.Format? {
        let end = value.firstIndex(of: UInt8(ascii: ";")) ?? value.count
        let type = HeaderSyntax.trimmed(UnsafeBufferPointer(rebasing: value[..<end]))
        if HeaderSyntax.equal(type, "text/event-stream") { return .sse }
        let isLines =
            HeaderSyntax.equal(type, "application/x-ndjson") || HeaderSyntax.equal(type, "application/ndjson")
            || HeaderSyntax.equal(type, "application/jsonl") || HeaderSyntax.equal(type, "application/jsonlines")
            || HeaderSyntax.equal(type, "application/x-jsonlines")
            || HeaderSyntax.equal(type, "application/stream+json")
        return isLines ? .ndjson : nil
    }

    // MARK: Memory

    /// Forgets the answer; what large events took is given back.
    mutating func trim() {
        guard plan != nil else { return }
        plan = nil
        state = .none
        latest = nil
        earlier.trim(to: 4 * 1024)
        lastData.trim(to: 4 * 1024)
        everyData.trim(to: 64 * 1024)
        reader.begin(.sse)
    }

    mutating func release() {
        reader.release()
        earlier.release()
        lastData.release()
        everyData.release()
    }
}
