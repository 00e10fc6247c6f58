import CNghttp2
import Measures
import TestSupport
import Testing

@testable import Generator

/// A session of HTTP/2 without a socket: a test is its server.
final class SessionDriver {
    let session: UnsafeMutablePointer<HTTP2Session>
    private(set) var streams: [UnsafeMutablePointer<HTTP2Stream>] = []
    private var kept: [UnsafeMutablePointer<KeptAnswer>] = []
    private var output = ByteStore()
    private var hasPreface = false
    private var bodies: [UnsafeMutableBufferPointer<UInt8>] = []
    private var now: Int64 = 1000

    init() throws { session = try #require(HTTP2Session.open()) }

    deinit {
        HTTP2Session.close(session)
        for stream in streams {
            stream.pointee.excerpt.release()
            stream.deallocate()
        }
        for answer in kept {
            answer.pointee.release()
            answer.deallocate()
        }
        for body in bodies { body.deallocate() }
        output.release()
    }

    /// Begins a request; false where the connection takes none.
    @discardableResult
    func request(_ method: String = "GET", body: [UInt8] = []) -> Bool {
        let stream = UnsafeMutablePointer<HTTP2Stream>.allocate(capacity: 1)
        stream.initialize(to: HTTP2Stream(index: Int32(streams.count)))
        let answer = UnsafeMutablePointer<KeptAnswer>.allocate(capacity: 1)
        answer.initialize(to: KeptAnswer())
        answer.pointee.begin(wantsBody: true)
        stream.pointee.kept = answer
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: body.count)
        _ = memory.initialize(from: body)
        bodies.append(memory)
        stream.pointee.body = UnsafeBufferPointer(memory)
        streams.append(stream)
        kept.append(answer)
        let fields = [(":method", method), (":scheme", "http"), (":authority", "a"), (":path", "/")]
        let texts = fields.map { (Array($0.0.utf8), Array($0.1.utf8)) }
        var list: [nghttp2_nv] = []
        // Copied before the arrays end, which `submit` has done by then.
        func add(_ rest: ArraySlice<([UInt8], [UInt8])>) -> Bool {
            guard let first = rest.first else {
                return list.withUnsafeBufferPointer { HTTP2Session.submit(session, stream, $0) }
            }
            return first.0.withUnsafeBufferPointer { name in
                first.1.withUnsafeBufferPointer { value in
                    list.append(
                        nghttp2_nv(
                            name: UnsafeMutablePointer(mutating: name.baseAddress),
                            value: UnsafeMutablePointer(mutating: value.baseAddress), namelen: name.count,
                            valuelen: value.count, flags: 0))
                    return add(rest.dropFirst())
                }
            }
        }
        return add(texts[...])
    }

    /// The server sends bytes, in pieces of a size.
    func feed(_ bytes: [UInt8], pieces: Int = .max) {
        var rest = bytes[...]
        while !rest.isEmpty {
            now += 1
            let piece = rest.prefix(pieces)
            Array(piece).withUnsafeBufferPointer {
                HTTP2Session.receive(session, $0, at: Instant(nanoseconds: now))
            }
            rest = rest.dropFirst(piece.count)
        }
    }

    func feed(_ frames: HTTP2Frame..., pieces: Int = .max) { feed(frames.flatMap(\.bytes), pieces: pieces) }

    /// What the client sends.
    func sent() -> [HTTP2Frame] {
        _ = HTTP2Session.takeOutgoing(session, into: &output, bound: 1 << 20)
        var bytes = Array(output.bytes)
        output.removeAll()
        if !hasPreface {
            #expect(bytes.starts(with: HTTP2Frame.preface))
            bytes.removeFirst(HTTP2Frame.preface.count)
            hasPreface = true
        }
        let frames = HTTP2Frame.take(from: &bytes)
        #expect(bytes.isEmpty)
        return frames
    }

    /// The streams that have ended since this was asked last, by their places.
    func ended() -> [Int32] {
        var list: [HTTP2Session.Stream] = []
        HTTP2Session.takeEnded(session, into: &list)
        return list.map(\.pointee.index)
    }

    func head(_ stream: Int) -> String { String(decoding: kept[stream].pointee.head.bytes, as: UTF8.self) }
    func body(_ stream: Int) -> String { String(decoding: kept[stream].pointee.body.bytes, as: UTF8.self) }
    func end(_ stream: Int) -> HTTP2Stream.End { streams[stream].pointee.end }
    var breach: String? { session.pointee.breach }
}
