import CNghttp2
import Measures

/// What nghttp2 calls.
enum HTTP2Callbacks {
    private typealias Session = UnsafeMutablePointer<HTTP2Session>
    private typealias Bytes = UnsafeBufferPointer<UInt8>

    private static let goOn: Int32 = 0
    /// Ends the stream.
    private static let refuse = Int32(NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE.rawValue)
    /// Ends the connection.
    private static let abort = Int32(NGHTTP2_ERR_CALLBACK_FAILURE.rawValue)
    private static let endsStream = UInt8(NGHTTP2_FLAG_END_STREAM.rawValue)
    private static let acknowledges = UInt8(NGHTTP2_FLAG_ACK.rawValue)
    private static let frameHead = 9

    /// Unsafe, since Swift can't know that nothing changes it once it is made.
    nonisolated(unsafe) static let options: OpaquePointer? = {
        var options: OpaquePointer?
        guard nghttp2_option_new(&options) == 0 else { return nil }
        // Loadgate counts by itself, and says so before a stream is begun.
        nghttp2_option_set_peer_max_concurrent_streams(options, 1 << 20)
        nghttp2_option_set_no_closed_streams(options, 1)
        nghttp2_option_set_max_send_header_block_length(options, 1 << 20)
        return options
    }()

    /// Likewise.
    nonisolated(unsafe) static let table: OpaquePointer? = {
        var table: OpaquePointer?
        guard nghttp2_session_callbacks_new(&table) == 0 else { return nil }
        nghttp2_session_callbacks_set_on_begin_headers_callback(table) { _, frame, context in
            guard let frame, let session = HTTP2Callbacks.session(context) else { return HTTP2Callbacks.goOn }
            return HTTP2Callbacks.beginFields(frame, session)
        }
        nghttp2_session_callbacks_set_on_header_callback(table) {
            _, _, name, nameLength, value, valueLength, _, context in
            guard let session = HTTP2Callbacks.session(context), let stream = session.pointee.reading else {
                return HTTP2Callbacks.goOn
            }
            return HTTP2Callbacks.take(
                Bytes(start: name, count: nameLength), Bytes(start: value, count: valueLength), stream)
        }
        nghttp2_session_callbacks_set_on_invalid_header_callback(table) { _, _, _, _, _, _, _, context in
            guard let session = HTTP2Callbacks.session(context), let stream = session.pointee.reading else {
                return HTTP2Callbacks.goOn
            }
            stream.pointee.failure = .headerField
            return HTTP2Callbacks.refuse
        }
        nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(table) { _, frame, error, context in
            // Fields that are no fields, which the callback above isn't told of.
            if let frame, let session = HTTP2Callbacks.session(context), error == NGHTTP2_ERR_HTTP_HEADER.rawValue,
                let stream = session.pointee.stream(frame.pointee.hd.stream_id), stream.pointee.failure == nil
            {
                stream.pointee.failure = .headerField
            }
            return HTTP2Callbacks.goOn
        }
        nghttp2_session_callbacks_set_on_frame_recv_callback(table) { _, frame, context in
            guard let frame, let session = HTTP2Callbacks.session(context) else { return HTTP2Callbacks.goOn }
            return HTTP2Callbacks.received(frame, session)
        }
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(table) { _, _, id, data, count, context in
            guard let session = HTTP2Callbacks.session(context), count > 0 else { return HTTP2Callbacks.goOn }
            session.pointee.madeProgress()
            guard let stream = session.pointee.stream(id) else { return HTTP2Callbacks.goOn }
            session.pointee.take(Bytes(start: data, count: count), of: stream)
            return HTTP2Callbacks.goOn
        }
        nghttp2_session_callbacks_set_on_stream_close_callback(table) { _, id, code, context in
            guard let session = HTTP2Callbacks.session(context), let stream = session.pointee.stream(id) else {
                return HTTP2Callbacks.goOn
            }
            HTTP2Callbacks.closed(stream, code, session)
            return HTTP2Callbacks.goOn
        }
        nghttp2_session_callbacks_set_on_frame_send_callback(table) { _, frame, context in
            guard let frame, let session = HTTP2Callbacks.session(context) else { return HTTP2Callbacks.goOn }
            HTTP2Callbacks.sent(frame, session)
            return HTTP2Callbacks.goOn
        }
        return table
    }()

    static let readBody: nghttp2_data_source_read_callback = { _, id, target, capacity, flags, _, context in
        guard let session = HTTP2Callbacks.session(context), let stream = session.pointee.stream(id), let target else {
            return Int(HTTP2Callbacks.refuse)
        }
        let left = stream.pointee.body.count - stream.pointee.bodySent
        let count = min(capacity, left)
        if let base = stream.pointee.body.baseAddress {
            target.update(from: base + stream.pointee.bodySent, count: count)
        }
        stream.pointee.bodySent += count
        if count == left { flags?.pointee |= NGHTTP2_DATA_FLAG_EOF.rawValue }
        return count
    }

    private static func session(_ context: UnsafeMutableRawPointer?) -> Session? {
        context?.assumingMemoryBound(to: HTTP2Session.self)
    }

    private static func isFields(_ frame: UnsafePointer<nghttp2_frame>) -> Bool {
        UInt32(frame.pointee.hd.type) == NGHTTP2_HEADERS.rawValue
    }

    private static func beginFields(_ frame: UnsafePointer<nghttp2_frame>, _ session: Session) -> Int32 {
        guard isFields(frame) else {
            session.pointee.fail(session.pointee.words("PUSH_PROMISE: push disabled"))
            return abort
        }
        let stream = session.pointee.stream(frame.pointee.hd.stream_id)
        session.pointee.reading = stream
        guard let stream else { return goOn }
        if stream.pointee.firstByte.nanoseconds == 0 { stream.pointee.firstByte = session.pointee.arrival }
        stream.pointee.fieldBytes = 0
        return goOn
    }

    /// A field of a head, or of trailers.
    private static func take(_ name: Bytes, _ value: Bytes, _ stream: HTTP2Session.Stream) -> Int32 {
        // As an entry counts for SETTINGS_MAX_HEADER_LIST_SIZE (RFC 9113 §6.5.2).
        stream.pointee.fieldBytes += name.count + value.count + 32
        if stream.pointee.fieldBytes > HTTP2Session.fieldBound {
            stream.pointee.failure = .headTooLarge
            return refuse
        }
        // Nobody looks at trailers.
        if stream.pointee.hasHead { return goOn }
        if name.first == UInt8(ascii: ":") {
            // nghttp2 lets `:status` through alone, and three digits alone.
            stream.pointee.status = value.reduce(0) { $0 &* 10 &+ UInt16($1 & 15) }
            stream.pointee.beginHead()
            if let kept = stream.pointee.kept {
                kept.pointee.head.append("HTTP/2 ")
                kept.pointee.head.append(value)
                kept.pointee.head.append("\r\n")
            } else if stream.pointee.keepsHead {
                stream.pointee.head.append("HTTP/2 ")
                stream.pointee.head.append(value)
                stream.pointee.head.append("\r\n")
            }
        } else if let kept = stream.pointee.kept {
            kept.pointee.head.append(name)
            kept.pointee.head.append(": ")
            kept.pointee.head.append(value)
            kept.pointee.head.append("\r\n")
        } else if stream.pointee.keepsHead {
            stream.pointee.head.append(name)
            stream.pointee.head.append(": ")
            stream.pointee.head.append(value)
            stream.pointee.head.append("\r\n")
        }
        return goOn
    }

    private static func received(_ frame: UnsafePointer<nghttp2_frame>, _ session: Session) -> Int32 {
        let head = frame.pointee.hd
        switch nghttp2_frame_type(UInt32(head.type)) {
        case NGHTTP2_DATA:
            guard let stream = session.pointee.stream(head.stream_id) else { return goOn }
            stream.pointee.received &+= UInt64(head.length + frameHead)
            if head.flags & endsStream != 0 { complete(stream, session) }
        case NGHTTP2_HEADERS:
            guard let stream = session.pointee.reading else { return goOn }
            session.pointee.reading = nil
            stream.pointee.received &+= UInt64(head.length + frameHead)
            return fieldsEnded(stream, endsStream: head.flags & endsStream != 0, session)
        case NGHTTP2_RST_STREAM:
            session.pointee.stream(head.stream_id)?.pointee.resetCode = frame.pointee.rst_stream.error_code
        case NGHTTP2_SETTINGS:
            if head.flags & acknowledges == 0 { session.pointee.isSettled = true }
        case NGHTTP2_GOAWAY:
            session.pointee.isLeaving = true
            let code = frame.pointee.goaway.error_code
            if code != NGHTTP2_NO_ERROR.rawValue { session.pointee.farewell = name(ofCode: code) }
        default: break
        }
        return goOn
    }

    private static func fieldsEnded(
        _ stream: HTTP2Session.Stream, endsStream: Bool, _ session: Session
    ) -> Int32 {
        // What follows until the server has been told is of no use.
        if stream.pointee.failure != nil { return goOn }
        if !stream.pointee.hasHead {
            if stream.pointee.status < 200 {
                stream.pointee.interims += 1
                stream.pointee.status = 0
                stream.pointee.kept?.pointee.head.removeAll()
                if stream.pointee.interims > ResponseReader.interimBound {
                    stream.pointee.failure = .tooManyInterimResponses
                    session.pointee.refuse(stream)
                }
                return goOn
            }
            stream.pointee.hasHead = true
            stream.pointee.kept?.pointee.head.append("\r\n")
        }
        session.pointee.madeProgress()
        if endsStream { complete(stream, session) }
        return goOn
    }

    private static func complete(_ stream: HTTP2Session.Stream, _ session: Session) {
        session.pointee.stopSending(stream)
        HTTP2Session.finish(session, stream, .complete)
    }

    /// A stream was closed that is not complete.
    private static func closed(_ stream: HTTP2Session.Stream, _ code: UInt32, _ session: Session) {
        let end: HTTP2Stream.End
        if let failure = stream.pointee.failure {
            end = .broken(failure)
        } else if code == NGHTTP2_REFUSED_STREAM.rawValue, stream.pointee.status == 0 {
            end = .refused(isLeaving: session.pointee.isLeaving)
        } else if let code = stream.pointee.resetCode {
            end = .reset(code: code)
        } else {
            end = .broken(nil)
        }
        HTTP2Session.finish(session, stream, end)
    }

    private static func sent(_ frame: UnsafePointer<nghttp2_frame>, _ session: Session) {
        let head = frame.pointee.hd
        switch nghttp2_frame_type(UInt32(head.type)) {
        case NGHTTP2_HEADERS, NGHTTP2_DATA:
            session.pointee.stream(head.stream_id)?.pointee.sent &+= UInt64(head.length + frameHead)
        case NGHTTP2_GOAWAY where frame.pointee.goaway.error_code != NGHTTP2_NO_ERROR.rawValue:
            // nghttp2 itself gives the connection up, and says why.
            let goaway = frame.pointee.goaway
            let words = String(decoding: Bytes(start: goaway.opaque_data, count: goaway.opaque_data_len), as: UTF8.self)
            session.pointee.fail(
                session.pointee.words(words.isEmpty ? name(ofCode: goaway.error_code) : words))
        default: break
        }
    }

    /// `PROTOCOL_ERROR` …
    static func name(ofCode code: UInt32) -> String { String(cString: nghttp2_http2_strerror(code)) }
}
