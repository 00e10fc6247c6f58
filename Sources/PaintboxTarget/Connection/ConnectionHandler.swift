import NIOCore
import NIOHTTP1

/// Carries one HTTP/1.1 connection: collects requests within their bounds, has them answered one after the other in
/// the order they came, and ends the connection when either side wants to or nothing happens for too long.
///
/// While an answer is held back nothing is read, so that a client that pipelines can't fill the memory.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// What waits to be answered.
    private enum Arrival {
        case request(Request)
        /// A request that can't be read to its end; nothing that follows on the connection can be understood.
        case rejection(RequestProblem)
    }

    private enum Phase {
        case open
        /// The last answer is on its way.
        case closing
        /// The last answer is on its way and the client may still be sending. Its bytes are thrown away: closing at
        /// once would reset the connection and could take the answer with it.
        case lingering
    }

    private static let lingerTime = TimeAmount.seconds(2)
    private static let flushBytes = 256 << 10

    private let service: any Service
    private let idleTimeout: TimeAmount
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private let bodies: BodyBudget
    private var encoder: ResponseEncoder
    private var peer = "unknown"

    private var partial: Request?
    /// Bytes of bodies that wait here, of those that all connections may have waiting.
    private var waitingBytes = 0
    private var rejected = false
    private var arrivals = CircularBuffer<Arrival>(initialCapacity: 4)
    private var isWaiting = false
    private var readIsHeld = false
    private var phase = Phase.open
    /// Whether the connection ends with the requests that have come so far.
    private var isEnding = false
    private var output = ByteBuffer()
    private var lastActivity = NIODeadline.now()
    private var timer: Scheduled<Void>?

    init(
        service: any Service, encoder: ResponseEncoder, decoder: ByteToMessageHandler<HTTPRequestDecoder>,
        bodies: BodyBudget, idleTimeout: TimeAmount
    ) {
        self.bodies = bodies
        self.service = service
        self.encoder = encoder
        self.decoder = decoder
        self.idleTimeout = idleTimeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        peer = context.remoteAddress?.ipAddress ?? "unknown"
        arm(context, after: idleTimeout)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        giveBackBytes()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        arrivals.removeAll()
        giveBackBytes()
        context.fireChannelInactive()
    }
}

// MARK: - Coming in

extension ConnectionHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !rejected, case .open = phase else { return }
        switch unwrapInboundIn(data) {
        case .head(let head): begin(head, context)
        case .body(var bytes):
            guard partial != nil else { return }
            guard take(bytes.readableBytes) else {
                reject(RequestProblem(.serviceUnavailable, "too many bodies are being sent at once"), context)
                return
            }
            partial?.body.writeBuffer(&bytes)
            if let size = partial?.body.readableBytes, size > Request.maxBodyBytes { rejectTooLarge(context) }
        case .end:
            guard var request = partial else { return }
            partial = nil
            request.arrived = .now()
            lastActivity = request.arrived
            arrivals.append(.request(request))
            process(context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        flush(context)
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow:
            reject(RequestProblem(.requestHeaderFieldsTooLarge, "the header fields are too large"), context)
        case HTTPParserError.invalidVersion:
            reject(RequestProblem(.httpVersionNotSupported, "the version must be HTTP/1.1"), context)
        case is HTTPParserError:
            reject(RequestProblem(.badRequest, "the request is not valid HTTP/1.1"), context)
        default:
            // The socket failed: nobody is left to be told.
            context.close(promise: nil)
            return
        }
        flush(context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            if case .lingering = phase {
                context.close(promise: nil)
            } else {
                end(context)
            }
        case is ChannelShouldQuiesceEvent: end(context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        lastActivity = .now()
        if let problem = Self.problem(of: head) {
            reject(problem, context)
            return
        }
        if let length = head.headers.first(name: "Content-Length").flatMap({ Int($0) }), length > Request.maxBodyBytes {
            rejectTooLarge(context)
            return
        }
        partial = Request(head: head, peer: peer, arrived: lastActivity)
        // RFC 9110 §10.1.1. Behind other requests the client is left to its own patience: the order of answers counts.
        if head.headers.first(name: "Expect")?.lowercased() == "100-continue", arrivals.isEmpty, !isWaiting {
            output.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
        }
    }

    private static func problem(of head: HTTPRequestHead) -> RequestProblem? {
        if head.uri.utf8.count > Request.maxTargetBytes {
            return RequestProblem(.uriTooLong, "the request target is too long")
        }
        // RFC 9112 §3.2: exactly one Host.
        let hosts = head.headers[canonicalForm: "Host"].count
        if hosts > 1 || (hosts == 0 && head.version != .http1_0) {
            return RequestProblem(.badRequest, "exactly one Host field is needed")
        }
        return nil
    }

    private func rejectTooLarge(_ context: ChannelHandlerContext) {
        reject(RequestProblem(.payloadTooLarge, "the body is longer than \(Request.maxBodyBytes) bytes"), context)
    }

    private func reject(_ problem: RequestProblem, _ context: ChannelHandlerContext) {
        guard !rejected, case .open = phase else { return }
        rejected = true
        partial = nil
        arrivals.append(.rejection(problem))
        process(context)
    }

    /// Takes the memory for so many bytes more of the body; false where there is none left. A buffer grows by doubling.
    private func take(_ count: Int) -> Bool {
        guard count > 0, let old = partial?.body.readableBytes else { return true }
        func size(_ bytes: Int) -> Int { bytes == 0 ? 0 : 1 << (Int.bitWidth - (bytes - 1).leadingZeroBitCount) }
        let more = size(old + count) - size(old)
        guard bodies.take(more) else { return false }
        waitingBytes += more
        return true
    }

    /// Gives the bytes back that no request waits for any more.
    private func giveBackBytes() {
        guard waitingBytes > 0 else { return }
        bodies.giveBack(waitingBytes)
        waitingBytes = 0
    }

    /// Ends the connection: now if it is at rest, else after the answers that are due.
    private func end(_ context: ChannelHandlerContext) {
        isEnding = true
        if case .open = phase, arrivals.isEmpty, !isWaiting, partial == nil { finish(context) }
    }
}

// MARK: - Answering

extension ConnectionHandler {
    private func process(_ context: ChannelHandlerContext) {
        defer { if !isWaiting, partial == nil, arrivals.isEmpty { giveBackBytes() } }
        while !isWaiting, case .open = phase {
            if output.readableBytes > Self.flushBytes { flush(context) }
            guard context.channel.isWritable, let arrival = arrivals.popFirst() else { return }
            switch arrival {
            case .request(let request): perform(service.answer(request), for: request, context)
            case .rejection(let problem):
                phase = .lingering
                encoder.encode(service.reject(problem), isHead: false, keepsAlive: false, to: &output)
                finish(context)
            }
        }
    }

    private func perform(_ answer: Answer, for request: Request, _ context: ChannelHandlerContext) {
        switch answer {
        case .respond(let response):
            // After an Upgrade that was not taken up, or a CONNECT, the parser takes the rest for another protocol.
            let leaves = request.headers.contains(name: "Upgrade") || request.method == .CONNECT
            let isLast = isEnding && arrivals.isEmpty
            let keepsAlive = request.head.isKeepAlive && !response.closes && !leaves && !isLast
            lastActivity = .now()
            encoder.encode(response, isHead: request.method == .HEAD, keepsAlive: keepsAlive, to: &output)
            if !keepsAlive {
                phase = .closing
                finish(context)
            }
        case .wait(let instant, let then):
            isWaiting = true
            flush(context)
            context.eventLoop.assumeIsolated().scheduleTask(deadline: instant) { [self] in
                guard context.channel.isActive else { return }
                isWaiting = false
                perform(then(), for: request, context)
                resume(context)
            }
        case .later(let pending):
            isWaiting = true
            flush(context)
            pending.begin(context.eventLoop) { [self] answer in
                guard context.channel.isActive else { return }
                isWaiting = false
                perform(answer, for: request, context)
                resume(context)
            }
        case .drop:
            phase = .closing
            context.close(promise: nil)
        case .upgrade(let invitation):
            upgrade(invitation, request.head, context)
        }
    }

    /// Closes once everything is written.
    private func finish(_ context: ChannelHandlerContext) {
        let lingers = if case .lingering = phase { true } else { false }
        if !lingers { phase = .closing }
        let last = output
        output = ByteBuffer()
        context.writeAndFlush(wrapOutboundOut(last)).assumeIsolated().whenComplete { _ in
            guard lingers else {
                context.close(promise: nil)
                return
            }
            context.close(mode: .output, promise: nil)
            context.eventLoop.assumeIsolated().scheduleTask(in: Self.lingerTime) { context.close(promise: nil) }
        }
    }

    private func flush(_ context: ChannelHandlerContext) {
        guard output.readableBytes > 0 else { return }
        context.writeAndFlush(wrapOutboundOut(output), promise: nil)
        output = context.channel.allocator.buffer(capacity: 4096)
    }

    private func resume(_ context: ChannelHandlerContext) {
        process(context)
        flush(context)
        if readIsHeld && mayRead(context) {
            readIsHeld = false
            context.read()
        }
    }
}

// MARK: - Back pressure and time

extension ConnectionHandler {
    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        if case .lingering = phase { return true }
        return !isWaiting && arrivals.isEmpty && context.channel.isWritable
    }

    func read(context: ChannelHandlerContext) {
        if mayRead(context) {
            context.read()
        } else {
            readIsHeld = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { resume(context) }
        context.fireChannelWritabilityChanged()
    }

    private func arm(_ context: ChannelHandlerContext, after delay: TimeAmount) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [self] in
            let idle = NIODeadline.now() - lastActivity
            if isWaiting {
                arm(context, after: idleTimeout)
            } else if idle < idleTimeout {
                arm(context, after: idleTimeout - idle)
            } else if partial != nil {
                reject(RequestProblem(.requestTimeout, "the request took too long to arrive"), context)
            } else {
                // At rest, half a head, or a client that doesn't take its answers.
                context.close(promise: nil)
            }
        }
    }
}

// MARK: - WebSocket

extension ConnectionHandler {
    private func upgrade(_ invitation: SocketInvitation, _ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        isWaiting = true
        let fields = WebSocketHandshake.fields(for: head, on: context.channel)
        fields.assumeIsolated().whenComplete { [self] result in
            guard context.channel.isActive, case .success(let fields) = result else {
                context.close(promise: nil)
                return
            }
            var response = invitation.response
            for field in fields { response.add(field.name, field.value) }
            encoder.encode(response, isHead: false, keepsAlive: true, to: &output)
            flush(context)
            leave(for: invitation.makeHandler(context.channel), context)
        }
    }

    private func leave(for handler: any ChannelHandler, _ context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        rejected = true
        isWaiting = false
        do {
            try WebSocketHandshake.install(handler, in: pipeline)
        } catch {
            context.close(promise: nil)
            return
        }
        if readIsHeld { context.read() }
        // Removed only now that the new handlers stand: the decoder hands on the bytes that it did not need.
        pipeline.removeHandler(context: context, promise: nil)
        pipeline.removeHandler(decoder, promise: nil)
    }
}
