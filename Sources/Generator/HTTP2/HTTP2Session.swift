package import CNghttp2
package import Measures

/// A client's connection of HTTP/2 (RFC 9113): it is given what was read, tells which streams have ended, and gives what is to
/// be sent. It knows no socket and no clock; nghttp2 reads and writes the frames.
///
/// Its calls go by pointer: nghttp2 calls back into the same memory, which a call on the value would hold.
package struct HTTP2Session {
    package typealias Stream = UnsafeMutablePointer<HTTP2Stream>

    private let core: OpaquePointer
    /// Streams that have not ended.
    package private(set) var underWay = 0
    /// The server's settings have come.
    var isSettled = false
    /// The server takes no further streams (GOAWAY), or there are no numbers left for them.
    var isLeaving = false
    /// Why it leaves, where it says so.
    var farewell: String?
    /// What of the server's bytes breaks HTTP/2, or a bound: the connection is of no use any more.
    package private(set) var breach: String?
    /// Streams that have ended and wait to be taken.
    private var ended: [Stream] = []
    /// Streams of whose answers events came that wait to be recorded.
    private var heard: [Stream] = []
    /// When what is being read came in.
    var arrival = Instant(nanoseconds: 0)
    /// The stream whose fields are being read.
    var reading: Stream?
    /// Bytes that came since an answer last made progress; below 0, as many as may come for streams that were given up.
    var idleBytes = 0

    /// What a stream may be sent before anything of it is acknowledged, and all streams together.
    static let streamWindow: Int32 = 16 << 20
    static let connectionWindow: Int32 = 1 << 30
    /// Bytes that may come without any answer's making progress: pings, settings, empty frames.
    static let idleBound = 256 * 1024
    /// Bytes of a head's or the trailers' names and values.
    static let fieldBound = ResponseReader.headBound

    private init(core: OpaquePointer) { self.core = core }

    /// Begins a connection; nil where there is no memory for it. To be closed by `close`.
    package static func open() -> UnsafeMutablePointer<HTTP2Session>? {
        let session = UnsafeMutablePointer<HTTP2Session>.allocate(capacity: 1)
        var core: OpaquePointer?
        guard nghttp2_session_client_new2(&core, HTTP2Callbacks.table, session, HTTP2Callbacks.options) == 0,
            let core
        else {
            session.deallocate()
            return nil
        }
        session.initialize(to: HTTP2Session(core: core))
        let settings = [
            nghttp2_settings_entry(settings_id: Int32(NGHTTP2_SETTINGS_ENABLE_PUSH.rawValue), value: 0),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE.rawValue), value: UInt32(streamWindow)),
            nghttp2_settings_entry(
                settings_id: Int32(NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE.rawValue), value: UInt32(fieldBound)),
        ]
        let none = UInt8(NGHTTP2_FLAG_NONE.rawValue)
        guard nghttp2_submit_settings(core, none, settings, settings.count) == 0,
            nghttp2_session_set_local_window_size(core, none, 0, connectionWindow) == 0
        else {
            close(session)
            return nil
        }
        return session
    }

    /// Ends it without a word; its streams are told nothing.
    package static func close(_ session: UnsafeMutablePointer<HTTP2Session>) {
        nghttp2_session_del(session.pointee.core)
        session.deinitialize(count: 1)
        session.deallocate()
    }

    // MARK: Streams

    /// How many streams the server allows at once.
    var limit: Int {
        Int(nghttp2_session_get_remote_settings(core, NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS))
    }

    /// How many more streams may be begun, of `bound` at once. Before the server's settings have come, one.
    func room(bound: Int) -> Int {
        if isLeaving || breach != nil { return 0 }
        return max(0, (isSettled ? min(bound, limit) : 1) - underWay)
    }

    /// Begins a stream. False where the connection can take no further one. The bytes that `fields` point to are copied,
    /// but for those that are marked otherwise.
    package static func submit(
        _ session: UnsafeMutablePointer<HTTP2Session>, _ stream: Stream, _ fields: UnsafeBufferPointer<nghttp2_nv>
    ) -> Bool {
        let core = session.pointee.core
        let id: Int32
        if stream.pointee.body.isEmpty {
            id = nghttp2_submit_request(core, nil, fields.baseAddress, fields.count, nil, stream)
        } else {
            var provider = nghttp2_data_provider(
                source: nghttp2_data_source(fd: 0), read_callback: HTTP2Callbacks.readBody)
            id = nghttp2_submit_request(core, nil, fields.baseAddress, fields.count, &provider, stream)
        }
        guard id > 0 else {
            session.pointee.isLeaving = true
            return false
        }
        stream.pointee.id = id
        session.pointee.underWay += 1
        session.pointee.madeProgress()
        return true
    }

    /// Gives a stream up that has not ended (RST_STREAM, CANCEL); nothing is told of it any more.
    package static func cancel(_ session: UnsafeMutablePointer<HTTP2Session>, _ stream: Stream) {
        let core = session.pointee.core
        nghttp2_session_set_stream_user_data(core, stream.pointee.id, nil)
        _ = nghttp2_submit_rst_stream(
            core, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.pointee.id, NGHTTP2_CANCEL.rawValue)
        session.pointee.underWay -= 1
        session.pointee.allowRest()
        if session.pointee.reading == stream { session.pointee.reading = nil }
    }

    /// Puts the streams that have ended into `list`, which must be empty.
    package static func takeEnded(_ session: UnsafeMutablePointer<HTTP2Session>, into list: inout [Stream]) {
        swap(&list, &session.pointee.ended)
    }

    var hasEnded: Bool { !ended.isEmpty }

    /// Puts the streams with events into `list`, which must be empty.
    static func takeHeard(_ session: UnsafeMutablePointer<HTTP2Session>, into list: inout [Stream]) {
        swap(&list, &session.pointee.heard)
    }

    var hasHeard: Bool { !heard.isEmpty }

    // MARK: Bytes

    /// Reads what came in at `arrival`.
    package static func receive(
        _ session: UnsafeMutablePointer<HTTP2Session>, _ bytes: UnsafeBufferPointer<UInt8>, at arrival: Instant
    ) {
        guard session.pointee.breach == nil else { return }
        session.pointee.arrival = arrival
        session.pointee.idleBytes += bytes.count
        let count = nghttp2_session_mem_recv(session.pointee.core, bytes.baseAddress, bytes.count)
        if count < 0 {
            session.pointee.fail(reason(ofError: Int32(truncatingIfNeeded: count), session))
        } else if session.pointee.idleBytes > idleBound {
            session.pointee.fail("the server sends frames without end that answer nothing")
        }
    }

    /// True where there is something to send.
    var wantsToSend: Bool { nghttp2_session_want_write(core) != 0 }

    /// Appends what is to be sent, up to about `bound` bytes; true where there may be more.
    package static func takeOutgoing(
        _ session: UnsafeMutablePointer<HTTP2Session>, into output: UnsafeMutablePointer<ByteStore>, bound: Int
    ) -> Bool {
        while output.pointee.count < bound {
            var data: UnsafePointer<UInt8>?
            let count = nghttp2_session_mem_send(session.pointee.core, &data)
            if count < 0 {
                session.pointee.fail(reason(ofError: Int32(truncatingIfNeeded: count), session))
                return false
            }
            guard count > 0, let data else { return false }
            output.pointee.append(data, count: count)
        }
        return true
    }

    private static func reason(ofError error: Int32, _ session: UnsafeMutablePointer<HTTP2Session>) -> String {
        if let breach = session.pointee.breach { return breach }
        if error == NGHTTP2_ERR_FLOODED.rawValue { return "the server sends frames without end that answer nothing" }
        return session.pointee.words(String(cString: nghttp2_strerror(error)))
    }
}

// MARK: - What the callbacks do

extension HTTP2Session {
    /// What breaks HTTP/2 in words; of a server that never spoke it, that.
    func words(_ reason: String) -> String {
        isSettled ? "the server breaks HTTP/2: \(reason)" : FailureText.noHTTP2
    }

    mutating func fail(_ reason: String) { if breach == nil { breach = reason } }

    /// An answer went on.
    mutating func madeProgress() { idleBytes = min(idleBytes, 0) }

    /// What was on its way to a stream that was given up may still come.
    mutating func allowRest() { idleBytes = min(idleBytes, 0) - Int(Self.streamWindow) }

    /// Some of a stream's body came.
    mutating func take(_ data: UnsafeBufferPointer<UInt8>, of stream: Stream) {
        stream.pointee.kept?.pointee.events.arrival = arrival
        stream.pointee.append(body: data)
        guard let kept = stream.pointee.kept, kept.pointee.events.isWanted, !stream.pointee.isHeard,
            kept.pointee.events.hasNews || kept.pointee.events.isOver
        else { return }
        stream.pointee.isHeard = true
        heard.append(stream)
    }

    func stream(_ id: Int32) -> Stream? {
        nghttp2_session_get_stream_user_data(core, id)?.assumingMemoryBound(to: HTTP2Stream.self)
    }

    /// A stream is over; nghttp2 tells nothing of it any more.
    static func finish(
        _ session: UnsafeMutablePointer<HTTP2Session>, _ stream: Stream, _ end: HTTP2Stream.End
    ) {
        stream.pointee.end = end
        stream.pointee.finished = session.pointee.arrival
        nghttp2_session_set_stream_user_data(session.pointee.core, stream.pointee.id, nil)
        if session.pointee.reading == stream { session.pointee.reading = nil }
        session.pointee.underWay -= 1
        session.pointee.ended.append(stream)
        switch end {
        case .complete: session.pointee.madeProgress()
        // Ended from here, so the server doesn't know yet.
        case .broken: session.pointee.allowRest()
        case .none, .refused, .reset: break
        }
    }

    /// The answer has ended before the request has: the rest of it is not wanted (RFC 9113 §8.1).
    func stopSending(_ stream: Stream) {
        guard !stream.pointee.body.isEmpty,
            nghttp2_session_get_stream_local_close(core, stream.pointee.id) == 0
        else { return }
        _ = nghttp2_submit_rst_stream(
            core, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.pointee.id, NGHTTP2_CANCEL.rawValue)
    }

    /// Ends a stream whose answer is not taken.
    func refuse(_ stream: Stream) {
        _ = nghttp2_submit_rst_stream(
            core, UInt8(NGHTTP2_FLAG_NONE.rawValue), stream.pointee.id, NGHTTP2_ENHANCE_YOUR_CALM.rawValue)
    }
}
