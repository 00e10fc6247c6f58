import CLinux
import Glibc
import Measures
import Scenarios
import Scheduling

/// Carries its share of a run: one thread, one epoll, its own connections, users, schedule and histograms.
///
/// `@unchecked Sendable`: `run` is called once, on the reactor's own serial queue, and nothing but the mailbox and the
/// immutable plan is touched from elsewhere.
final class Reactor: @unchecked Sendable {
    enum Command: Sendable {
        /// The load's stage begins, its predecessor having ended with its last iteration everywhere.
        case enter(stage: Int, load: Int, at: Instant)
        /// The load ends, its last stage having ended with its last iteration everywhere.
        case end(load: Int, at: Instant)
        /// Somebody changed the load's pace, from an instant on.
        case change(load: Int, to: LoadPace, at: Instant)
        /// No load any more from this instant on; iterations under way may go on for the graceful stop.
        case stop(at: Instant)
        /// A name's addresses are others from now on.
        case moved(NameTable.Update)
        /// Ends at once.
        case quit
    }

    enum Report: Sendable {
        /// The exchanges that ended since the last such report, those cut off by the end of the run among them.
        case attempts([Attempt])
        /// What was measured in the second from `second` to `second + 1` of the run.
        case second(Int, Interval)
        /// The reactor's share of a load's stage of fixed iterations is done.
        case stageDone(stage: Int, load: Int, at: Instant)
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
        /// Exchanges that failed, and each step's slowest.
        var failed: [KeptExchange] = []
        var slow: [KeptExchange] = []

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
        var segment = RunSegment()
    }

    let plan: RunPlan
    let share: Share
    private let number: Int
    private let grant: SchedulingGrant
    /// The thread it runs on; nil while it doesn't.
    private var thread: PromptThread?
    private var nextLook = Instant.distantFuture
    let mailbox: Mailbox<Command>
    let report: @Sendable (Report) -> Void
    let epoll: Int32
    var random: SeededRandom

    // Time
    var clock = ReactorClock()
    private(set) var seconds: SecondClock
    /// When this process was held up.
    var stalls: StallWatch
    /// Up to when all that came in was read.
    var sweep = ReadSweep()
    var deadlines: DeadlineLists
    var timers = TimerHeap<UserID>()

    // Load
    /// The loads that are sent at once, in memory that never moves.
    let loads: UnsafeMutableBufferPointer<CarriedLoad>
    /// The run's beginning.
    private(set) var start = Instant.distantFuture
    /// True when all loads are over, and when everything must have ended then.
    var loadsAreOver = false
    var deadline = Instant.distantFuture
    var users: UserTable
    var turn = TurnWork()

    // Connections
    var dialer: Dialer
    var connections: ConnectionTable
    var kept: KeptConnections
    let buffers: ReactorBuffers
    /// Memory that the first exchange needs.
    private var hotMemory = HotMemory()
    var keptAnswers = KeptAnswerPool()
    /// HTTP/2: connections that all users share, and memory of what goes over them.
    var pools: HTTP2Pools
    var streams = HTTP2StreamPool()
    /// Lists that are empty between two uses, so that nothing is allocated for them.
    var endedStreams: [UnsafeMutablePointer<HTTP2Stream>] = []
    var heardStreams: [UnsafeMutablePointer<HTTP2Stream>] = []
    var startedStreams: [ConnectionID] = []
    var sendingCarriers: [ConnectionID] = []
    /// libcurl's share; nil where no step needs it.
    private(set) var transport: CurlTransport?
    /// Watches the calls into libcurl; nil where there are none.
    let watch: CurlWatch?
    var transfers = TransferTable()
    /// What WebSockets use in turn.
    var webSockets = WebSocketWorkspace()
    var messageIDs: MessageIDs

    // Recording
    var recorder: Recorder
    var failures: FailureNotes
    let evidence: EvidenceStore
    /// Connections that were opened, by which they are numbered.
    var connectionCount: Int64 = 0
    var attempts: AttemptBuffer
    /// What requests were answered in the whole run.
    let answers: AnswerMemory

    /// Memory for a request that an idle connection keeps at most.
    static let keptOutputSize = 2 * 1024
    /// Events and arrivals handled in one turn, so that neither starves the other.
    static let turn = 256
    private static let mailboxPayload = UInt64.max
    /// Of users and connections, how many have their memory before the load begins.
    private static let heldPlaces = 1_024

    /// `number`: among the reactors of this process, from 0. The run's start is told by `schedule(at:)`.
    ///
    /// Throws `SystemError` where the process has no descriptor left, and `UnusableSetting` where the scenario asks for
    /// something that this machine can't do.
    init(
        plan: RunPlan, destinations: Destinations, share: Share, number: Int, scheduling: SchedulingGrant,
        entropy: UInt64, descriptors: Int, dealer: NumberDealer, answers: AnswerMemory,
        report: @escaping @Sendable (Report) -> Void
    ) throws {
        self.plan = plan
        self.number = number
        grant = scheduling
        let start = Instant.distantFuture
        dialer = try Dialer(plan, destinations, part: share.part)
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
        let capacities = plan.loads.map { ($0.mostUsers + share.stride - 1) / share.stride }
        let slots = capacities.reduce(0, +)
        users = UserTable(
            capacities: capacities, captures: plan.captureCount, tables: plan.tables.count, cookies: plan.keepsCookies,
            blocks: plan.blockDepth)
        // Besides those kept, a user may have a WebSocket, and another that is still being left.
        let perUser = plan.endpoints.count + (plan.conversations.isEmpty ? 0 : 2)
        // A stream of HTTP/2 has a place beside its connection's, and a user one stream at a time.
        connections = ConnectionTable(
            capacity: min(slots * perUser, descriptors) + (plan.mostFields > 0 ? slots : 0))
        deadlines = DeadlineLists(classes: plan.timeouts.count, connections: connections.base)
        messageIDs = MessageIDs(
            start: start, part: share.part, stride: share.stride, segments: share.segment.count)
        recorder = Recorder(
            steps: plan.steps.count, flows: plan.flowCount, blocks: plan.measuredBlocks, parts: plan.parts)
        loads = .allocate(capacity: plan.loads.count)
        for (load, loadPlan) in plan.loads.enumerated() {
            loads.initializeElement(
                at: load,
                to: CarriedLoad(
                    loadPlan, stages: StageCursor(plan: loadPlan, share: share, start: start),
                    iterations: IterationDealer(
                        weights: loadPlan.weights,
                        tables: (0..<plan.tables.count).map { (plan.tables.order($0), plan.tables.rows($0)) },
                        share: share, dealer: dealer, load: load, seed: loadPlan.seed)))
        }
        seconds = SecondClock(start: start)
        kept = KeptConnections(
            plan.connectionPolicy, origins: plan.endpoints.count, connections: connections.base, users: users.base)
        buffers = ReactorBuffers(hasTLS: dialer.tls != nil, fields: plan.mostFields, steps: plan.steps.count)
        pools = HTTP2Pools(origins: plan.endpoints.count)
        let transport = try Self.makeTransport(
            plan, destinations, epoll: epoll, slots: slots, descriptors: descriptors, part: share.part)
        self.transport = transport
        watch = transport?.watch
        failures = FailureNotes(steps: plan.steps.count)
        evidence = EvidenceStore(steps: plan.steps.count)
        attempts = AttemptBuffer(isWanted: plan.scenario.drill != nil)
    }

    deinit {
        hotMemory.release()
        closeSockets()
        close(epoll)
        keptAnswers.release()
        streams.release()
        for slot in users.used { discardConversation(slot) }
        webSockets.release()
        buffers.release()
        dialer.release()
        loads.deinitialize()
        loads.deallocate()
        recorder.release()
        evidence.release()
        deadlines.release()
        users.release()
        connections.release()
    }

    /// Has the memory that the first exchanges need, and `budget` bytes of it locked, where the system lets it.
    func prepareMemory(budget: Int) {
        hotMemory.budget = budget
        hotMemory.hold(buffers.read, ReactorBuffers.readSize)
        if let plain = buffers.plain.baseAddress { hotMemory.hold(plain, buffers.plain.count) }
        hotMemory.hold(connections.base, min(connections.capacity, Self.heldPlaces))
        hotMemory.hold(users.base, min(users.capacity, Self.heldPlaces))
    }

    /// Sets the instant at which the load begins. To be called once, before `run`.
    func schedule(at start: Instant) {
        self.start = start
        for load in loads.indices {
            loads[load].stages = StageCursor(plan: loads[load].plan, share: share, start: start)
        }
        seconds = SecondClock(start: start)
        messageIDs = MessageIDs(
            start: start, part: share.part, stride: share.stride, segments: share.segment.count)
    }

    /// The reactor's life, on its own thread: ends when the load has ended and the last iteration with it.
    func run() {
        thread = PromptThread(
            "lg-reactor-\(number)",
            processors: Double(Int(loadgate_usable_processors()) * share.segment.count) / Double(share.stride), grant,
            at: ReactorClock.now())
        nextLook = thread?.next ?? .distantFuture
        defer {
            thread?.end()
            thread = nil
        }
        HotMemory.touchStack()
        watch?.begin()
        defer { watch?.resign() }
        _ = loadgate_epoll_control(epoll, EPOLL_CTL_ADD, mailbox.descriptor, EPOLLIN.rawValue, Self.mailboxPayload)
        let events = UnsafeMutablePointer<epoll_event>.allocate(capacity: Self.turn)
        defer { events.deallocate() }
        // The processor time of the thread before it became a reactor belongs to nobody here.
        seconds.begin(cpu: loadgate_thread_cpu())
        stalls = StallWatch(at: ReactorClock.now())
        lookForSuspension()
        while true {
            let now = ReactorClock.now()
            notice(stalls.see(now))
            if now >= nextLook { lookAtScheduling(now) }
            transport?.ran(at: now)
            carryTransfers(now)
            let hasMore = carryLoad(now)
            endFailedExchanges()
            expireDeadlines(readUpTo: sweep.done)
            sendOutgoing()
            if now >= seconds.end { handOver(at: now) }
            if hasEnded { break }
            // The clock again: what was begun in this turn took its time.
            let isPressed = hasMore || !turn.failed.isEmpty || turn.hasFrames || (transport?.completedCount ?? 0) > 0
            let begun = ReactorClock.now()
            notice(stalls.see(begun))
            let longest = users.busy > 0 ? StallWatch.beat.nanoseconds : Int64.max
            let wait = isPressed ? 0 : max(0, min((nextWake - begun).nanoseconds, longest))
            let count = loadgate_epoll_wait(epoll, events, Int32(Self.turn), wait)
            let woken = lookForSuspension()
            notice(stalls.see(woken, asleep: Span(nanoseconds: wait)))
            transport?.ran(at: woken)
            let sockets = connections.usedCount + 2 * transfers.count + 2
            sweep.take(Int(count), atMost: Self.turn, sockets: sockets, at: woken)
            for index in 0..<max(0, Int(count)) { handle(events + index) }
        }
        end()
    }

    private func lookAtScheduling(_ now: Instant) {
        thread?.look(at: now)
        nextLook = thread?.next ?? .distantFuture
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
        let lower = Int32(truncatingIfNeeded: payload & 0xFFFF_FFFF)
        if payload >> 32 == UInt64(Self.transferTag) {
            transport?.onEvent(lower, event.pointee.events)
            return
        }
        let index = ConnectionID(index: lower)
        // A connection may have been closed, and its place taken again, by an event handled before in this turn.
        guard connections[index].pointee.generation == UInt32(truncatingIfNeeded: payload >> 32) else { return }
        onEvent(index)
    }

    private func carryOut(_ command: Command) {
        switch command {
        case .enter(let stage, let load, let instant): enterStage(stage, of: load, at: instant)
        case .end(let load, let instant): endLoad(load, at: instant)
        case .change(let load, let pace, let instant): change(load, to: pace, at: instant)
        case .stop(let instant): stopLoads(at: instant)
        case .moved(let update):
            dialer.take(update)
            transport?.take(update)
        case .quit:
            let now = ReactorClock.now()
            stopLoads(at: now)
            deadline = min(deadline, now)
        }
    }

    // MARK: Seconds

    private var nextWake: Instant {
        min(transport?.nextWake ?? .distantFuture, idleWake)
    }

    private var idleWake: Instant {
        min(min(nextInstantOfLoads, timers.earliest), min(deadlines.earliest, seconds.end))
    }

    private func handOver(at now: Instant) {
        reportAttempts()
        report(.second(seconds.second, takeInterval()))
        seconds.advance()
        // A thread that was held up for seconds still accounts for each of them.
        while now >= seconds.end {
            report(.second(seconds.second, plan.emptyInterval))
            seconds.advance()
        }
    }

    private func reportAttempts() {
        if attempts.isWanted { report(.attempts(attempts.take())) }
    }

    private func takeInterval() -> Interval {
        recorder.interval.cpu = seconds.take(cpu: loadgate_thread_cpu())
        recorder.interval.fellBack = thread?.takeFellBack(at: ReactorClock.now()) ?? .zero
        recorder.interval.users = users.busy
        for load in loads.indices {
            let counts = loads[load].takeCounts()
            recorder.interval.inTime &+= counts.inTime
            recorder.interval.dropped &+= counts.dropped
            recorder.interval.withoutRow &+= counts.withoutRow
            recorder.interval.tooLate &+= counts.tooLate
            if plan.loadsAreNamed { recorder.interval.loads.append(counts) }
        }
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
    private var hasEnded: Bool { loadsAreOver && (users.busy == 0 || sweep.done >= deadline) }

    /// Ends what is still under way: how it would have ended is not known.
    private func end() {
        let now = ReactorClock.now()
        for index in connections.used
        where connections[index].pointee.state.isUnderWay && connections[index].pointee.session == nil {
            takeCounts(index)
            countStream(
                connections[index].pointee.kept, of: connections[index].pointee.exchange, at: now, isCutOff: true)
            if let kept = connections[index].pointee.kept { keptAnswers.giveBack(kept) }
            connections[index].pointee.exchange.address = connections[index].pointee.address
            cutOff(connections[index].pointee.exchange, of: connections[index].pointee.user, at: now)
        }
        endTransfers(at: now)
        for slot in users.used { endConversation(slot) }
        closeSockets()
        reportAttempts()
        var findings = failures.findings
        findings.failed = evidence.failed
        findings.slow = evidence.slow
        for position in findings.failed.indices { findings.failed[position].number(among: share) }
        for position in findings.slow.indices { findings.slow[position].number(among: share) }
        report(.ended(second: seconds.second, takeInterval(), findings, at: now))
    }

    /// Gives all sockets back: what follows the load needs descriptors, the results first of all.
    private func closeSockets() {
        // Its handles point into the plan and to answers that are given back after it.
        transport = nil
        for index in connections.used where connections[index].pointee.state != .free {
            if connections[index].pointee.descriptor >= 0 { close(connections[index].pointee.descriptor) }
            connections.give(back: index)
        }
    }
}
