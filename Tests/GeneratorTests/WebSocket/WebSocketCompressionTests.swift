import CZlib
import Measures
import Testing

@testable import Generator

@Suite("WebSocket compression")
struct WebSocketCompressionTests {
    typealias Side = WebSocketSendingTests.Side

    /// Inflates raw deflate with zlib itself, one byte of output at a time: so nothing but the window can be looked back
    /// to. nil where it can't be.
    static func inflate(_ messages: [[UInt8]], windowBits: Int32, takeover: Bool) -> [[UInt8]]? {
        var stream = z_stream()
        guard loadgate_inflate_begin(&stream, windowBits) == Z_OK else { return nil }
        defer { inflateEnd(&stream) }
        var inflated: [[UInt8]] = []
        for message in messages {
            if !takeover { inflateReset(&stream) }
            var input = message + [0x00, 0x00, 0xFF, 0xFF]
            var output: [UInt8] = []
            let status = input.withUnsafeMutableBufferPointer { buffer -> Int32 in
                stream.next_in = buffer.baseAddress
                stream.avail_in = UInt32(buffer.count)
                while true {
                    var byte: UInt8 = 0
                    let status = withUnsafeMutablePointer(to: &byte) { location in
                        stream.next_out = location
                        stream.avail_out = 1
                        return CZlib.inflate(&stream, Z_SYNC_FLUSH)
                    }
                    if stream.avail_out == 1 { return status }
                    output.append(byte)
                    if status != Z_OK { return status }
                }
            }
            guard status == Z_OK || status == Z_BUF_ERROR else { return nil }
            inflated.append(output)
        }
        return inflated
    }

    /// Texts that repeat themselves near and far, and bytes that don't at all.
    static let messages: [[UInt8]] = {
        var random = SeededRandom(seed: 7692)
        let noise = (0..<5000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        return [
            Array("Hello".utf8), [], [], Array("Hello".utf8), noise, noise, Array(repeating: 0x2A, count: 100_000),
            (0..<3000).flatMap { Array("{\"id\":\($0 % 300)}".utf8) }, [0], noise + Array("Hello".utf8) + noise,
        ]
    }()

    @Test("What we compress inflates with the window agreed on", arguments: 8...15, [false, true])
    func roundTrip(_ windowBits: Int, _ takeover: Bool) throws {
        var parameters = DeflateParameters()
        parameters.clientWindowBits = UInt8(windowBits)
        parameters.clientNoContextTakeover = !takeover
        let side = Side(deflate: parameters)
        var payloads: [[UInt8]] = []
        for message in Self.messages {
            #expect(side.send(.binary, message))
            let frames = try #require(side.takeFrames())
            #expect(frames.map(\.compressed) == [true])
            payloads.append(frames.flatMap(\.payload))
        }
        #expect(Self.inflate(payloads, windowBits: Int32(windowBits), takeover: takeover) == Self.messages)
        // 100,000 stars are 18 bytes an inflated kilobyte at worst.
        #expect(payloads[6].count < 2000)
        #expect(payloads[1] == [0x00])
    }

    @Test("Only the first of a compressed message's fragments has RSV1")
    func fragments() throws {
        let side = Side(deflate: DeflateParameters(), frameBound: 3)
        #expect(side.send(.text, Array("Hello".utf8)))
        let frames = try #require(side.takeFrames())
        #expect(frames.map(\.compressed) == [true] + frames.dropFirst().map { _ in false })
        #expect(frames.map(\.opcode) == [1] + frames.dropFirst().map { _ in 0 })
        #expect(frames.count > 1)
        #expect(
            Self.inflate([frames.flatMap(\.payload)], windowBits: 15, takeover: true) == [Array("Hello".utf8)])
    }

    @Test("Sessions without context takeover share their state and don't disturb each other")
    func sharing() throws {
        var parameters = DeflateParameters()
        parameters.clientNoContextTakeover = true
        parameters.serverNoContextTakeover = true
        var workspace = WebSocketWorkspace()
        var output = ByteStore()
        var sessions = (0..<3).map { _ in WebSocketSession(deflate: parameters) }
        defer {
            for index in sessions.indices { sessions[index].release() }
            workspace.release()
            output.release()
        }
        // RFC 7692 §7.2.3.1, in two halves that interleave over the sessions.
        let frame = ServerFrame.deflated([0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00])
        var texts: [String] = []
        for piece in [Array(frame[..<4]), Array(frame[4...])] {
            for index in sessions.indices {
                piece.withUnsafeBufferPointer { buffer in
                    var rest = buffer
                    while let event = sessions[index].receive(&rest, workspace: &workspace, output: &output) {
                        if case .message(.text, let payload) = event {
                            texts.append(String(decoding: payload, as: UTF8.self))
                        }
                    }
                }
                Array("Hello".utf8).withUnsafeBufferPointer {
                    _ = sessions[index].send(.text, $0, workspace: &workspace, output: &output)
                }
            }
        }
        #expect(texts == ["Hello", "Hello", "Hello"])
        let payloads = try #require(ClientFrame.frames(in: Array(output.bytes))).map(\.payload)
        #expect(payloads.count == 6 && Set(payloads).count == 1)
    }

    @Test("A zip bomb stops at the bound", arguments: [false, true])
    func bomb(_ takeover: Bool) {
        // 64 MiB of zeros, compressed by zlib to about 64 KiB.
        var parameters = DeflateParameters()
        parameters.serverNoContextTakeover = !takeover
        let deflater = Deflater(windowBits: 15)
        defer { deflater.release() }
        var payload = ByteStore()
        defer { payload.release() }
        [UInt8](repeating: 0, count: 64 << 20).withUnsafeBufferPointer { deflater.deflate($0, to: &payload) }
        #expect(payload.count < 1 << 20)
        let inflater = Inflater(windowBits: 15)
        defer { inflater.release() }
        var output = ByteStore()
        defer { output.release() }
        #expect(throws: WebSocketFailure.messageTooLarge) {
            try inflater.inflate(payload.bytes, to: &output, bound: 1 << 20)
        }
        #expect(output.count == 1 << 20 + 1)
        let conversation = SessionDialogue.hold(
            [ServerFrame.deflated(Array(payload.bytes), opcode: 2)], deflate: parameters)
        #expect(conversation == SessionDialogue(events: [.failed(.messageTooLarge)], sent: [.close(1009)]))
    }
}
