import CCurl
import CLinux
import Glibc
import Measures
import Scenarios

/// What libcurl calls while it works, all on the reactor's own thread. `context` is the transfer's place in the table, or
/// the transport.
enum CurlCallbacks {
    private static func transfer(_ context: UnsafeMutableRawPointer?) -> UnsafeMutablePointer<CurlTransfer> {
        guard let context else { preconditionFailure("libcurl passes on what it was given") }
        return context.assumingMemoryBound(to: CurlTransfer.self)
    }

    private static func transport(_ context: UnsafeMutableRawPointer?) -> CurlTransport {
        guard let context else { preconditionFailure("libcurl passes on what it was given") }
        return Unmanaged<CurlTransport>.fromOpaque(context).takeUnretainedValue()
    }

    // MARK: Sockets and time

    static let socketChanged: curl_socket_callback = { _, descriptor, what, context, _ in
        transport(context).watch(descriptor, what)
        return 0
    }

    static let timerChanged: curl_multi_timer_callback = { _, milliseconds, context in
        transport(context).setTimer(milliseconds)
        return 0
    }

    static let openSocket: curl_opensocket_callback = { context, purpose, peer in
        let transfer = transfer(context)
        guard let peer, purpose == CURLSOCKTYPE_IPCXN else { return -1 }
        return transport(transfer.pointee.transport).openSocket(transfer, peer)
    }

    static let closeSocket: curl_closesocket_callback = { context, descriptor in
        transport(context).closeSocket(descriptor)
        return 0
    }

    static let lookUp: curl_resolver_start_callback = { _, _, context in
        transfer(context).pointee.lookedUp = true
        return 0
    }

    // MARK: Requests

    static let request: curl_prereq_callback = { context, peer, own, peerPort, ownPort in
        let transfer = transfer(context)
        if transfer.pointee.phase == .requested, !transport(transfer.pointee.transport).repeats {
            transfer.pointee.fault = .keptConnection
            return Int32(CURL_PREREQFUNC_ABORT)
        }
        // A port of the ephemeral range that nobody listens on may be given to the very socket that connects to it.
        if peerPort == ownPort, let peer, let own, strcmp(peer, own) == 0 {
            transfer.pointee.fault = .connectedToItself
            return Int32(CURL_PREREQFUNC_ABORT)
        }
        transfer.pointee.phase = .requested
        if let peer { transport(transfer.pointee.transport).noteAddress(transfer, peer) }
        transport(transfer.pointee.transport).noteConnection(transfer, localPort: ownPort)
        if transfer.pointee.opens { transport(transfer.pointee.transport).openingEnded = true }
        if transfer.pointee.opened, transfer.pointee.answers == 0 { CurlTransport.takePhases(transfer) }
        return Int32(CURL_PREREQFUNC_OK)
    }

    /// Reads the file that is to be sent.
    static let read: curl_read_callback = { buffer, size, count, context in
        let transfer = transfer(context)
        guard case .file(let descriptor) = transfer.pointee.template?.pointee.payload else { return 0 }
        let got = pread(descriptor, buffer, size * count, Int(transfer.pointee.fileOffset))
        if got < 0 {
            transfer.pointee.fault = .file
            return Int(CURL_READFUNC_ABORT)
        }
        transfer.pointee.fileOffset += Int64(got)
        return got
    }

    /// A redirect or a challenge asks for the file once more.
    static let seek: curl_seek_callback = { context, offset, origin in
        guard origin == SEEK_SET else { return CURL_SEEKFUNC_CANTSEEK }
        transfer(context).pointee.fileOffset = Int64(offset)
        return CURL_SEEKFUNC_OK
    }

    // MARK: Answers

    static let body: curl_write_callback = { bytes, size, count, context in
        let transfer = transfer(context)
        let length = size * count
        transfer.pointee.bodyBytes &+= UInt64(length)
        // A small body may be decoded to a very large one within one call, in which libcurl looks at no clock.
        guard mayGoOn(transfer) else { return length == 0 ? 1 : 0 }
        if let kept = transfer.pointee.kept, let bytes {
            if kept.pointee.events.isWanted { kept.pointee.events.arrival = ReactorClock.now() }
            kept.pointee.append(
                body: UnsafeBufferPointer(
                    start: UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self), count: length))
            if kept.pointee.events.hasNews { transport(transfer.pointee.transport).hear(transfer) }
            if kept.pointee.events.isOver {
                transfer.pointee.fault = .enough
                return length == 0 ? 1 : 0
            }
        }
        if !(200..<300).contains(transfer.pointee.status),
            transfer.pointee.keepsExcerpt
                || transfer.pointee.wanted.contains(EvidenceStore.Wanted(status: Int(transfer.pointee.status))),
            let bytes
        {
            let room = max(0, AnswerExcerpt.keptBytes - transfer.pointee.excerpt.count)
            transfer.pointee.excerpt.append(
                UnsafeBufferPointer(
                    start: UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self), count: min(room, length)))
        }
        return length
    }

    /// False, and the transfer must end, where its time is over or the run's.
    private static func mayGoOn(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        if transport(transfer.pointee.transport).watch.isQuitting {
            transfer.pointee.fault = .interrupted
            return false
        }
        let time = (ReactorClock.now() - transfer.pointee.started).nanoseconds
        if time > transfer.pointee.timeout + transfer.pointee.held,
            transport(transfer.pointee.transport).isOver(transfer)
        {
            transfer.pointee.fault = .late
            return false
        }
        return true
    }

    static let head: curl_write_callback = { bytes, size, count, context in
        guard let bytes else { return size * count }
        let line = UnsafeBufferPointer(
            start: UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self), count: size * count)
        // Any other number than the line's length ends the transfer.
        return takeHeadLine(transfer(context), line) ? line.count : 0
    }

    private static func takeHeadLine(
        _ transfer: UnsafeMutablePointer<CurlTransfer>, _ line: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        if !transfer.pointee.inHead {
            // A trailer field comes after the head; it is no part of it.
            guard line.starts(with: "HTTP/".utf8) else {
                if transfer.pointee.answers > 0 {
                    // libcurl keeps them all.
                    transfer.pointee.trailerBytes += line.count
                    if transfer.pointee.trailerBytes <= ChunkedDecoder.overheadBound { return true }
                    transfer.pointee.fault = .head(.chunkOverhead)
                    return false
                }
                transfer.pointee.fault = .head(.statusLine)
                return false
            }
            guard beginHead(transfer, status: status(in: line)) else { return false }
        }
        transfer.pointee.head.append(line)
        if transfer.pointee.head.count > ResponseReader.headBound {
            transfer.pointee.fault = .head(.headTooLarge)
            return false
        }
        if let kept = transfer.pointee.kept { kept.pointee.head.append(line) }
        if line.count <= 2, line.first == UInt8(ascii: "\r") || line.first == UInt8(ascii: "\n") {
            transfer.pointee.inHead = false
            if !checkHead(transfer) || !checkCodings(transfer) { return false }
            CurlTransport.dropContent(transfer)
            return true
        }
        // A status that only libcurl can read may be a redirect, too.
        if [0, 3].contains(transfer.pointee.status / 100), transport(transfer.pointee.transport).hops.hasProxy {
            return transport(transfer.pointee.transport).allowsRedirect(transfer, field: line)
        }
        return true
    }

    private static func beginHead(_ transfer: UnsafeMutablePointer<CurlTransfer>, status: Int32) -> Bool {
        transfer.pointee.inHead = true
        transfer.pointee.head.removeAll()
        transfer.pointee.phase = .answering
        transfer.pointee.status = status
        CurlTransport.heed(status: status, transfer)
        if status == 101 {
            transfer.pointee.fault = .unexpectedUpgrade
            return false
        }
        let isInterim = 100...199 ~= status
        if transfer.pointee.phases.firstByte == 0 || (!isInterim && transfer.pointee.answers > 0) {
            transfer.pointee.phases.firstByte = (ReactorClock.now() - transfer.pointee.started).nanoseconds
        }
        transfer.pointee.excerpt.removeAll()
        if let kept = transfer.pointee.kept {
            kept.pointee.head.removeAll()
            kept.pointee.body.removeAll()
            kept.pointee.bodyTooLarge = false
            kept.pointee.events.restart()
        }
        if isInterim {
            transfer.pointee.interims += 1
            if Int(transfer.pointee.interims) > ResponseReader.interimBound {
                transfer.pointee.fault = .tooManyInterimResponses
                return false
            }
        } else {
            transfer.pointee.answers += 1
            transfer.pointee.bodyBytes = 0
        }
        return true
    }

    /// Holds a whole head of HTTP/1.x against the rules by which the native transport reads it: libcurl lets much pass.
    private static func checkHead(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        let head = transfer.pointee.head.bytes
        guard head.starts(with: "HTTP/1.".utf8) else {
            guard head.starts(with: "HTTP/2".utf8), transport(transfer.pointee.transport).repeats else {
                transfer.pointee.fault = .head(.statusLine)
                return false
            }
            return true
        }
        var isHead = false
        if case .head = transfer.pointee.template?.pointee.method { isHead = true }
        do throws(ResponseFailure) {
            if try ResponseHeadParser.parse(head, toHead: isHead) != nil { return true }
            transfer.pointee.fault = .head(.statusLine)
        } catch {
            transfer.pointee.fault = .head(error)
            if error == .headerField, let field = ResponseHeadParser.malformedField(in: head) {
                free(transfer.pointee.refused)
                transfer.pointee.refused = strdup(field)
            }
        }
        return false
    }

    /// Where libcurl decodes: codings within codings let a few bytes keep it busy for hours (1,000 times each), and no
    /// server needs two.
    private static func checkCodings(_ transfer: UnsafeMutablePointer<CurlTransfer>) -> Bool {
        guard transport(transfer.pointee.transport).settings.http.compression,
            ContentCodings.count(in: transfer.pointee.head.bytes) > 1
        else { return true }
        transfer.pointee.fault = .head(.contentCodings)
        return false
    }

    /// The number after the first blank of a status line; 0 where there is none.
    private static func status(in line: UnsafeBufferPointer<UInt8>) -> Int32 {
        guard let blank = line.firstIndex(of: UInt8(ascii: " ")) else { return 0 }
        var status: Int32 = 0
        for byte in line[(blank + 1)...].prefix(3) {
            guard case UInt8(ascii: "0")...UInt8(ascii: "9") = byte else { return 0 }
            status = status * 10 + Int32(byte - UInt8(ascii: "0"))
        }
        return status
    }
}
