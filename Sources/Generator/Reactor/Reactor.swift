import CLinux
import Glibc
import Measures
import Scenarios

/// Carries its share of a run: one thread, one epoll, its own connections, users, schedule and histograms.
///
/// `@unchecked Sendable`: `run` is called once, on the reactor's own serial queue, and nothing but the mailbox and the
/// immutable plan is touched from elsewhere.
final class Reactor: @unchecked Sendable {
    enum Command: Sendable {
        /// The stage begins, its predecessor having ended with its last iteration everywhere.
        case enter(stage: Int, at: Instant)
        /// No load any more from this instant on; iterations under way may go on for the graceful stop.
        case stop(at: Instant)
        /// Ends at once.
        case quit
    }

    enum Report: Sendable {
        /// What was measured in the second from `second` to `second + 1` of the run.
        case second(Int, Interval)
        /// The reactor's share of a stage of fixed iterations is done.
        case stageDone(stage: Int, at: Instant)
        /// The reactor has ended; the last of its reports.
        case ended(second: Int, Interval, Findings, at: Instant)
    }

    /// What a reactor noted of the exchanges that went wrong, step by step.
    struct Findings: Sendable {
        /// Messages that say why, five different ones at most.
        var examples: [[String]]
        /// Of these messages, what an answer that led to it began with.
        var excerpts: [[String: String]]
        /// The first wrong answers, at most `WrongAnswer.kept`.
        var wrongAnswers: [[WrongAnswer]]

        init(steps: Int) {
            examples = Array(repeating: [], count: steps)
            excerpts = Array(repeating: [:], count: steps)
            wrongAnswers = Array(repeating: [], count: steps)
        }
    }

    /// Which share of the run the reactor carries: arrivals and users whose number is `part` modulo `stride`.
    struct Share: Sendable {
        var part: Int
        var stride: Int
        /// Which of the processes that carry the run together this one is.
        var segment = LoadRun.Segment()
    }

    let plan: RunPlan
    let destinations: Destinations
    let share: Share
    let mailbox: Mailbox<Command>
    let report: @Sendable (Report) -> Void

    let epoll: Int32
    var clock = ReactorClock()
    /// What TLS connections have in common; nil where no step needs it.
    let tls: TLSClient?
    var random: SeededRandom
    var users: UserTable
    var connections: ConnectionTable
    var deadlines: DeadlineLists
    var timers = TimerHeap()
    /// When this process was held up.
    var stalls: StallWatch
    /// Up to when all that came in was read.
    var sweep = ReadSweep()
    /// Whether what ends exchanges at present was dated by the kernel.
    var isStamped = true
    var recorder: Recorder
    var load: LoadCourse
    let rowCursors: [RowCursor]
    /// The next number of a closed-load iteration, which all reactors of the process take in turn.
    let iterationNumbers: NumberDealer.Counter
    private let dealer: NumberDealer
    var mix: FlowMix
    /// The first connection that each origin's pool keeps; -1: none.
    var pools: [Int32]
    var sources: SourceAddresses
    /// For each origin the address that last accepted a connection.
    var preferred: [Int]
    /// libcurl's share; nil where no step needs it.
    private(set) var transport: CurlTransport?
    /// Watches the calls into libcurl; nil where there are none.
    let watch: CurlWatch?
    /// libcurl's transfers by their places.
    var transfers: [Transfer] = []
    /// What WebSockets use in turn.
    var webSockets = WebSocketWorkspace()
    var messageIDs: MessageIDs
    /// Exchanges that failed while they were begun; they end from the loop, so that a user who fails at once, again and
    /// again, neither grows the stack nor starves the others.
    var failedAtOnce: [(connection: Int32, outcome: Outcome?, reason: String)] = []
    /// Closed-load users that begin an iteration in this turn of the loop.
    var ready: [(user: Int32, intended: Instant)] = []
    /// How many of them have begun.
    var nextReady = 0
    /// Connections with a request to send at the end of this turn: one after the other, so that a server which sleeps is
    /// woken once for all of them, not once for each.
    var outgoing: [Int32] = []
    var output = ByteStore()
    var scratch = ByteStore()
    /// A request with the cookies in it, where users keep some.
    var requestWithCookies = ByteStore()
    let readBuffer: UnsafeMutablePointer<UInt8>
    /// What TLS unpacks of a read, and of a record of which the beginning was read before.
    let plainBuffer: UnsafeMutableBufferPointer<UInt8>
    var keptAnswers: [UnsafeMutablePointer<KeptAnswer>] = []
    var findings: Findings
    /// What requests were answered in the whole run.
    let answers: AnswerMemory
    var failuresExplained: [Int]
    /// For each step how many answers were begun to be kept for their excerpt alone.
    var excerptsBegun: [Int]
    /// For each step whether the last failure that was explained lacked the body of its answer: then the next ones keep
    /// its beginning.
    var lacksExcerpt: [Bool]
    var busyUsers = 0
    /// Closed-load iterations begun so far; makes their places in the mix of flows.
    var closedIterations = 0
    var second = 0
    var cpuHandedOver: Int64 = 0

    static let readBufferSize = 128 * 1024
    /// A TLS record's content at most (RFC 8446 §5.1).
    private static let recordSize = 16 * 1024
    /// Memory for a request that an idle connection keeps at most.
    static let keptOutputSize = 2 * 1024
    /// Events and arrivals handled in one turn, so that neither starves the other.
    static let turn = 256
    private static let mailboxPayload = UInt64.max

    /// Throws `SystemError` where the process has no descriptor left, and `UnusableSetting` where the scenario asks for
    /// something that this machine can't do.
    init(
        plan: RunPlan, destinations: Destinations, share: Share, start: Instant, entropy: UInt64,
        descriptors: Int, dealer: NumberDealer, answers: AnswerMemory, report: @escaping @Sendable (Report) -> Void
    ) throws {
        self.plan = plan
        sources = try SourceAddresses(plan.scenario.defaults.sources)
        let isSecure = plan.endpoints.contains { $0.isSecure }
        tls = isSecure ? try TLSClient(plan.scenario.defaults.tls, endpoints: plan.endpoints) : nil
        self.destinations = destinations
        self.share = share
        self.answers = answers
        self.report = report
        mailbox = try Mailbox()
        stalls = StallWatch(at: start)
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        if epoll < 0 { throw SystemError(code: errno, doing: "epoll_create1") }
        var event = epoll_event()
        let probe = loadgate_epoll_wait(epoll, &event, 1, 0)
        // Linux before 5.11 doesn't have it, and some sandboxes forbid it.
        if probe < 0 { throw SystemError(code: -probe, doing: "epoll_pwait2") }
        random = SeededRandom(seed: entropy)
        let slots = (plan.loadPlan.mostUsers + share.stride - 1) / share.stride
        users = UserTable(
            capacity: slots, captures: plan.captureCount, tables: plan.tables.count, cookies: plan.keepsCookies)
        // Besides those kept, a user may have a WebSocket, and another that is still being left.
        let perUser = plan.endpoints.count + (plan.conversations.isEmpty ? 0 : 2)
        connections = ConnectionTable(capacity: min(slots * perUser, descriptors))
        deadlines = DeadlineLists(classes: plan.timeouts.count, connections: connections.base)
        messageIDs = MessageIDs(
            start: start, part: share.part, stride: share.stride, segments: share.segment.count)
        recorder = Recorder(steps: plan.steps.count, flows: plan.flowCount)
        load = LoadCourse(plan: plan.loadPlan, share: share, start: start)
        rowCursors = (0..<plan.tables.count).map {
            RowCursor(
                order: plan.tables.order($0), rows: plan.tables.rows($0), segment: share.segment,
                counter: dealer.counter($0))
        }
        self.dealer = dealer
        iterationNumbers = dealer.counter(plan.tables.count)
        mix = FlowMix(weights: plan.scenario.flows.map(\.weight), seed: LoadPlan.seed)
        pools = Array(repeating: -1, count: plan.endpoints.count)
        preferred = Array(repeating: 0, count: plan.endpoints.count)
        readBuffer = .allocate(capacity: Self.readBufferSize)
        plainBuffer = .allocate(capacity: isSecure ? Self.readBufferSize + Self.recordSize : 0)
        let transport = try Self.makeTransport(
            plan, destinations, epoll: epoll, slots: slots, descriptors: descriptors)
        self.transport = transport
        watch = transport?.watch
        findings = Findings(steps: plan.steps.count)
        failuresExplained = Array(repeating: 0, count: plan.steps.count)
        excerptsBegun = Array(repeating: 0, count: plan.steps.count)
        lacksExcerpt = Array(repeating: false, count: plan.steps.count)
    }

    deinit {
        closeSockets()
        close(epoll)
        for kept in keptAnswers {
            kept.pointee.release()
            kept.deallocate()
        }
        for slot in users.used { discardConversation(Int32(slot)) }
        webSockets.release()
        output.release()
        scratch.release()
        requestWithCookies.release()
        readBuffer.deallocate()
        plainBuffer.deallocate()
        tls?.release()
        recorder.release()
        deadlines.release()
        users.release()
        connections.release()
    }

    /// The reactor's life, on its own thread: ends when the load has ended and the last iteration with it.
    func run() {
        let scheduling = ThreadScheduling.prompt()
        defer { scheduling.restore() }
        watch?.begin()
        defer { watch?.resign() }
        _ = loadgate_epoll_control(epoll, EPOLL_CTL_ADD, mailbox.descriptor, EPOLLIN.rawValue, Self.mailboxPayload)
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Self.turn)
        defer { events.deallocate() }
        // The processor time of the thread before it became a reactor belongs to nobody here.
        cpuHandedOver = loadgate_thread_cpu()
        stalls = StallWatch(at: ReactorClock.now())
        lookForSuspension()
        while true {
            let now = ReactorClock.now()
            notice(stalls.see(now))
            carryTransfers(now)
            let hasMore = carryLoad(now)
            endFailedExchanges()
            expireDeadlines(readUpTo: sweep.done)
            sendOutgoing()
            if now >= secondEnd { handOver(at: now) }
            if hasEnded { break }
            // The clock again: what was begun in this turn took its time.
            let isPressed = hasMore || !failedAtOnce.isEmpty || (transport?.completedCount ?? 0) > 0
            let begun = ReactorClock.now()
            notice(stalls.see(begun))
            let longest = busyUsers > 0 ? StallWatch.beat.nanoseconds : Int64.max
            let wait = isPressed ? 0 : max(0, min((nextWake - begun).nanoseconds, longest))
            let count = loadgate_epoll_wait(epoll, events, Int32(Self.turn), wait)
            let woken = lookForSuspension()
            notice(stalls.see(woken, asleep: Span(nanoseconds: wait)))
            let sockets = connections.used.count + 2 * transfers.count + 2
            sweep.take(Int(count), atMost: Self.turn, sockets: sockets, at: woken)
            for index in 0..<max(0, Int(count)) { handle(events + index) }
        }
        end()
    }

    /// From another thread: ends what is under way, also where libcurl would not come back to the loop by itself.
    func quit() {
        watch?.quit()
        mailbox.post(.quit)
    }

    private func handle(_ event: UnsafeMutablePointer<epoll_event>) {
        let payload = loadgate_epoll_payload(event)
        if payload == Self.mailboxPayload {
            for command in mailbox.drain() { carryOut(command) }
            return
        }
        let index = Int32(truncatingIfNeeded: payload & 0xFFFF_FFFF)
        if payload >> 32 == UInt64(Self.transferTag) {
            transport?.onEvent(index, event.pointee.events)
            return
        }
        // A connection may have been closed, and its place taken again, by an event handled before in this turn.
        guard connections.base[Int(index)].generation == UInt32(truncatingIfNeeded: payload >> 32) else { return }
        onEvent(index)
    }

    private func carryOut(_ command: Command) {
        switch command {
        case .enter(let stage, let instant): enterStage(stage, at: instant)
        case .stop(let instant): stopLoad(at: instant)
        case .quit:
            let now = ReactorClock.now()
            stopLoad(at: now)
            load.endGrace(at: now)
        }
    }

    // MARK: Seconds

    private var secondEnd: Instant { load.start + Span(nanoseconds: Int64(second + 1) * 1_000_000_000) }

    private var nextWake: Instant {
        min(transport?.nextWake ?? .distantFuture, idleWake)
    }

    private var idleWake: Instant {
        min(min(load.nextInstant, timers.earliest), min(deadlines.earliest, secondEnd))
    }

    private func handOver(at now: Instant) {
        report(.second(second, takeInterval()))
        second += 1
        // A thread that was held up for seconds still accounts for each of them.
        while now >= secondEnd {
            report(.second(second, Interval(steps: plan.steps.count, flows: plan.flowCount)))
            second += 1
        }
    }

    private func takeInterval() -> Interval {
        let cpu = loadgate_thread_cpu()
        recorder.interval.cpu = Span(nanoseconds: cpu - cpuHandedOver)
        recorder.interval.users = busyUsers
        let dropped = load.takeDropped()
        recorder.interval.dropped &+= dropped.all
        recorder.interval.withoutRow &+= dropped.withoutRow
        recorder.interval.tooLate &+= dropped.tooLate
        cpuHandedOver = cpu
        return recorder.handOver()
    }

    /// Takes note of a stall: the time that was lost counts for no deadline.
    private func notice(_ stall: Span?) {
        guard let stall else { return }
        deadlines.putOff(by: stall)
        transport?.putOff(by: stall)
        if stall >= StallWatch.told { recorder.interval.heldUp = max(recorder.interval.heldUp, stall) }
    }

    /// The present instant, once it is known whether the machine was suspended up to it. That puts no deadline off: the
    /// monotonic clock stood.
    @discardableResult
    private func lookForSuspension() -> Instant {
        let machine = ReactorClock.machine()
        let now = ReactorClock.now()
        if let suspension = stalls.look(now, machine: machine) {
            recorder.interval.suspended = max(recorder.interval.suspended, suspension)
        }
        return now
    }

    // MARK: The end

    /// What came in before the time was over is read before it is.
    private var hasEnded: Bool { load.isOver && (busyUsers == 0 || sweep.done >= load.deadline) }

    /// Ends what is still under way: how it would have ended is not known.
    private func end() {
        let now = ReactorClock.now()
        for index in connections.used where connections.base[index].state != .free {
            let connection = connections.base + index
            guard connection.pointee.state.isUnderWay else { continue }
            if let kept = connection.pointee.kept { keptAnswers.append(kept) }
            cutOff(connection.pointee.exchange)
        }
        endTransfers()
        for slot in users.used { endConversation(Int32(slot)) }
        closeSockets()
        report(.ended(second: second, takeInterval(), findings, at: now))
    }

    /// Gives all sockets back: what follows the load needs descriptors, the results first of all.
    private func closeSockets() {
        // Its handles point into the plan and to answers that are given back after it.
        transport = nil
        for index in connections.used where connections.base[index].state != .free {
            if connections.base[index].descriptor >= 0 { close(connections.base[index].descriptor) }
            connections.give(back: Int32(index))
        }
    }
}
