import NIOCore
import NIOWebSocket

/// Carries one WebSocket: gives frames to its ``WebSocketConversation`` and does what it says.
///
/// While too many answers are held back, or the client doesn't take them, nothing is read.
final class WebSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private static let closeTime = TimeAmount.seconds(2)
    private static let maxDelayed = 1000

    private let room: String
    private let region: Region
    private let regionName: String
    private let rooms: Rooms
    private let faults: FaultSwitch
    private let counters: Counters
    private let idleTimeout: TimeAmount

    private var conversation = WebSocketConversation()
    private var delayed = CircularBuffer<(release: NIODeadline, send: () -> Void)>()
    private var readIsHeld = false
    private var lastFrame = NIODeadline.now()
    private var wasPinged = false
    private var timer: Scheduled<Void>?

    init(
        room: String, region: Region, regionName: String? = nil, rooms: Rooms, faults: FaultSwitch, counters: Counters,
        idleTimeout: TimeAmount
    ) {
        self.room = room
        self.region = region
        self.regionName = regionName ?? region.name
        self.rooms = rooms
        self.faults = faults
        self.counters = counters
        self.idleTimeout = idleTimeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        rooms.enter(room, context.channel)
        arm(context, after: idleTimeout)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        delayed.removeAll()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        lastFrame = .now()
        wasPinged = false
        let action = conversation.receive(
            WebSocketConversation.Frame(
                opcode: UInt8(webSocketOpcode: frame.opcode), isFinal: frame.fin,
                hasReservedBits: frame.rsv1 || frame.rsv2 || frame.rsv3, isMasked: frame.maskKey != nil,
                payload: frame.unmaskedData))
        perform(action, context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: perform(conversation.close(.messageTooBig), context)
        case is NIOWebSocketError: perform(conversation.close(.protocolError), context)
        default: context.close(promise: nil)
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed: context.close(promise: nil)
        case is ChannelShouldQuiesceEvent: perform(conversation.close(.goingAway), context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func read(context: ChannelHandlerContext) {
        if mayRead(context) {
            context.read()
        } else {
            readIsHeld = true
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resume(context)
        context.fireChannelWritabilityChanged()
    }

    private func mayRead(_ context: ChannelHandlerContext) -> Bool {
        context.channel.isWritable && delayed.count < Self.maxDelayed
    }

    private func resume(_ context: ChannelHandlerContext) {
        guard readIsHeld, mayRead(context) else { return }
        readIsHeld = false
        context.read()
    }

    // MARK: - Doing

    private func perform(_ action: WebSocketConversation.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .nothing: break
        case .message(let text): take(text, context)
        case .pong(let payload): hold(nil, context) { [self] in send(.pong, payload, context) }
        case .close(let code):
            send(.connectionClose, ByteBuffer(integer: code.rawValue), context)
            context.eventLoop.assumeIsolated().scheduleTask(in: Self.closeTime) { context.close(promise: nil) }
        case .finish(let code):
            let payload = code.map { ByteBuffer(integer: $0) } ?? ByteBuffer()
            let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: payload)
            context.writeAndFlush(wrapOutboundOut(frame)).assumeIsolated().whenComplete { _ in
                context.close(promise: nil)
            }
        case .end: context.close(promise: nil)
        }
    }

    private func take(_ text: String, _ context: ChannelHandlerContext) {
        counters.change { $0.webSocketMessages += 1 }
        let plan = faults.plan(for: region)
        if plan.drops {
            context.close(promise: nil)
            return
        }
        if plan.fails {
            hold(plan.latency, context) { [self] in
                send(.text, LiveMessage.errorMessage("injected fault", id: nil), context)
            }
            return
        }
        switch LiveMessage.reply(to: text, room: room, region: regionName) {
        case .answer(let answer): hold(plan.latency, context) { [self] in send(.text, answer, context) }
        case .broadcast:
            hold(plan.latency, context) { [self] in rooms.broadcast(ByteBuffer(string: text), to: room) }
        }
    }

    private func send(_ opcode: WebSocketOpcode, _ data: ByteBuffer, _ context: ChannelHandlerContext) {
        let frame = WebSocketFrame(fin: true, opcode: opcode, data: data)
        context.writeAndFlush(wrapOutboundOut(frame), promise: nil)
    }

    /// Does `send` after `latency` and after a freeze, and never before what was to be sent earlier.
    private func hold(_ latency: TimeAmount?, _ context: ChannelHandlerContext, _ send: @escaping () -> Void) {
        let now = NIODeadline.now()
        let release = max(now + (latency ?? .zero), faults.frozenUntil(region) ?? now)
        guard release > now || !delayed.isEmpty else {
            send()
            return
        }
        delayed.append((release, send))
        if delayed.count == 1 { schedule(context) }
    }

    private func schedule(_ context: ChannelHandlerContext) {
        guard let release = delayed.first?.release else { return }
        context.eventLoop.assumeIsolated().scheduleTask(deadline: release) { [self] in
            guard context.channel.isActive else { return }
            if let frozen = faults.frozenUntil(region), frozen > .now(), !delayed.isEmpty {
                delayed[delayed.startIndex].release = frozen
            } else {
                delayed.popFirst()?.send()
                resume(context)
            }
            schedule(context)
        }
    }

    /// A silent client is asked once with a ping; if it stays silent it is gone.
    private func arm(_ context: ChannelHandlerContext, after delay: TimeAmount) {
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [self] in
            let idle = NIODeadline.now() - lastFrame
            if idle < idleTimeout {
                arm(context, after: idleTimeout - idle)
            } else if wasPinged {
                context.close(promise: nil)
            } else {
                wasPinged = true
                send(.ping, ByteBuffer(), context)
                arm(context, after: idleTimeout)
            }
        }
    }
}
