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
    let share: Share
    let mailbox: Mailbox<Command>
    let report: @Sendable (Report) -> Void
    let epoll: Int32
    var random: SeededRandom

    // Time
    var clock = ReactorClock()
    var seconds: SecondClock
    /// When this process was held up.
    var stalls: StallWatch
    /// Up to when all that came in was read.
    var sweep = ReadSweep()
    var deadlines: DeadlineLists
    var timers = TimerHeap<UserID>()

    // Load
    var stages: StageCursor
    var iterations: IterationDealer
    var users: UserTable
    var turn = TurnWork()

    // Connections
    var dialer: Dialer
    var connections: ConnectionTable
    var kept: KeptConnections
    let buffers: ReactorBuffers
    var keptAnswers = KeptAnswerPool()
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
    /// What requests were answered in the whole run.
    let answers: AnswerMemory

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
        dialer = try Dialer(plan, destinations)
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
        stages = StageCursor(plan: plan.loadPlan, share: share, start: start)
        seconds = SecondClock(start: start)
        iterations = IterationDealer(
            weights: plan.scenario.flows.map(\.weight),
            tables: (0..<plan.tables.count).map { (plan.tables.order($0), plan.tables.rows($0)) }, share: share,
            dealer: dealer)
        kept = KeptConnections(
            plan.connectionPolicy, origins: plan.endpoints.count, connections: connections.base, users: users.base)
        buffers = ReactorBuffers(hasTLS: dialer.tls != nil)
        let transport = try Self.makeTransport(
            plan, destinations, epoll: epoll, slots: slots, descriptors: descriptors)
        self.transport = transport
        watch = transport?.watch
        failures = FailureNotes(steps: plan.steps.count)
    }

    deinit {
        closeSockets()
        close(epoll)
        keptAnswers.release()
        for slot in users.used { discardConversation(slot) }
        webSockets.release()
        buffers.release()
        dialer.release()
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
        seconds.begin(cpu: loadgate_thread_cpu())
        stalls = StallWatch(at: ReactorClock.now())
        lookForSuspension()
        while true {
            let now = ReactorClock.now()
            notice(stalls.see(now))
            transport?.ran(at: now)
            carryTransfers(now)
            let hasMore = carryLoad(now)
            endFailedExchanges()
            expireDeadlines(readUpTo: sweep.done)
            sendOutgoing()
            if now >= seconds.end { handOver(at: now) }
            if hasEnded { break }
            // The clock again: what was begun in this turn took its time.
            let isPressed = hasMore || !turn.failed.isEmpty || (transport?.completedCount ?? 0) > 0
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
        case .enter(let stage, let instant): enterStage(stage, at: instant)
        case .stop(let instant): stopLoad(at: instant)
        case .quit:
            let now = ReactorClock.now()
            stopLoad(at: now)
            stages.endGrace(at: now)
        }
    }

    // MARK: Seconds

    private var nextWake: Instant {
        min(transport?.nextWake ?? .distantFuture, idleWake)
    }

    private var idleWake: Instant {
        min(min(stages.nextInstant, timers.earliest), min(deadlines.earliest, seconds.end))
    }

    private func handOver(at now: Instant) {
        report(.second(seconds.second, takeInterval()))
        seconds.advance()
        // A thread that was held up for seconds still accounts for each of them.
        while now >= seconds.end {
            report(.second(seconds.second, Interval(steps: plan.steps.count, flows: plan.flowCount)))
            seconds.advance()
        }
    }

    private func takeInterval() -> Interval {
        recorder.interval.cpu = seconds.take(cpu: loadgate_thread_cpu())
        recorder.interval.users = users.busy
        let dropped = stages.takeDropped()
        recorder.interval.dropped &+= dropped.all
        recorder.interval.withoutRow &+= dropped.withoutRow
        recorder.interval.tooLate &+= dropped.tooLate
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
    private var hasEnded: Bool { stages.isOver && (users.busy == 0 || sweep.done >= stages.deadline) }

    /// Ends what is still under way: how it would have ended is not known.
    private func end() {
        let now = ReactorClock.now()
        for index in connections.used where connections[index].pointee.state.isUnderWay {
            if let kept = connections[index].pointee.kept { keptAnswers.giveBack(kept) }
            recorder.cutOff(connections[index].pointee.exchange)
        }
        endTransfers()
        for slot in users.used { endConversation(slot) }
        closeSockets()
        report(.ended(second: seconds.second, takeInterval(), failures.findings, at: now))
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
