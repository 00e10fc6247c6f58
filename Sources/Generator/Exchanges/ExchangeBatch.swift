import Glibc
import Measures

/// A batch under way: when what is begun, released, given up.
final class ExchangeBatch {
    let sockets: ExchangeSockets
    private let userAgent: String
    private let units: [ReleaseUnit]
    private let start: Instant
    private var observed: [ObservedExchange?]
    /// Exchanges that have not ended.
    private var remaining: Int
    /// For each lane the units that use it, in their order, from the one whose turn it is.
    private var lanes: [Int: ArraySlice<ReleaseUnit>] = [:]
    /// Units that nothing hinders but the number of connections, in the order in which that came about.
    private var startable: [ReleaseUnit] = []
    private var started = 0
    /// Units that are not due yet.
    private var openings = TimerHeap<Int>()
    /// Units that are ready.
    private var releases = TimerHeap<Int>()
    /// Exchanges by their places.
    private var deadlines = TimerHeap<Int>()
    /// Exchanges for which this machine had no descriptor or port.
    private var retries = TimerHeap<Int>()
    private let courses: [ExchangeCourse]
    /// When this process was held up.
    private var stalls: StallWatch
    /// The longest of those that are told, while exchanges were under way.
    private(set) var stall = Span.zero

    /// How often `shouldStop` is asked.
    private static let stopInterval = Span(nanoseconds: 20_000_000)
    /// How often a connection that was lost before its request went out is made again.
    private static let lossBound = 2

    init(_ batch: [PlannedExchange], over sockets: ExchangeSockets, userAgent: String) {
        self.sockets = sockets
        self.userAgent = userAgent
        start = ReactorClock.now()
        stalls = StallWatch(at: start)
        units = ReleaseUnit.units(of: batch, bound: sockets.capacity)
        courses = units.flatMap(\.members).sorted { $0.index < $1.index }
        observed = Array(repeating: nil, count: batch.count)
        remaining = batch.count
        for unit in units {
            openings.add(TimerHeap<Int>.Timer(due: start + unit.offset - unit.lead, waiter: unit.number))
            for lane in unit.members.compactMap(\.lane) {
                // Behind the first one, a unit waits for its turn.
                if lanes[lane] != nil { unit.hindrances += 1 }
                lanes[lane, default: []].append(unit)
            }
        }
    }

    /// Carries it out. Ends early where `shouldStop` says so.
    func run(_ shouldStop: () -> Bool) -> [ObservedExchange] {
        var nextPoll = start
        while remaining > 0 {
            let now = ReactorClock.now()
            notice(now)
            if now >= nextPoll {
                if shouldStop() { break }
                nextPoll = ReactorClock.now() + Self.stopInterval
            }
            while let timer = openings.takeDue(at: now) { clear(units[timer.waiter]) }
            while let timer = retries.takeDue(at: now) { reopen(courses[timer.waiter]) }
            beginStartable()
            while let timer = releases.takeDue(at: now) { release(units[timer.waiter]) }
            while let timer = deadlines.takeDue(at: now) { expire(courses[timer.waiter], at: now) }
            if remaining == 0 { break }
            // The clock again: what was begun in this turn took its time.
            let wake = min(nextPoll, openings.earliest, min(releases.earliest, deadlines.earliest, retries.earliest))
            let begun = ReactorClock.now()
            notice(begun)
            let asleep = max(.zero, wake - begun)
            sockets.wait(
                min(asleep, StallWatch.beat),
                woken: {
                    let machine = ReactorClock.machine()
                    notice(ReactorClock.now(), asleep: min(asleep, StallWatch.beat), machine: machine)
                }, onEvent: onEvent)
        }
        let now = ReactorClock.now()
        // A batch that was stopped: what has not ended ends here.
        for course in courses where course.stage != .ended { end(course, .closedEarly, at: now) }
        units.forEach { $0.dissolve() }
        return observed.compactMap { $0 }
    }

    // MARK: Beginning

    /// One of the unit's hindrances is gone.
    private func clear(_ unit: ReleaseUnit) {
        unit.hindrances -= 1
        if unit.hindrances == 0 { startable.append(unit) }
    }

    /// Begins units as long as there is room for their connections. A group begins as a whole, so that no two of them
    /// hold what the other waits for.
    private func beginStartable() {
        while started < startable.count {
            let unit = startable[started]
            let spared = Set(unit.members.compactMap(\.lane))
            let needed = unit.members.count { member in
                guard let lane = member.lane else { return true }
                return !sockets.hasIdle(lane: lane)
            }
            guard sockets.makeRoom(for: needed, sparing: spared) else { return }
            started += 1
            unit.members.forEach(begin)
        }
        startable.removeAll(keepingCapacity: true)
        started = 0
    }

    private func begin(_ course: ExchangeCourse) {
        let now = ReactorClock.now()
        guard let route = sockets.route(of: course.planned) else {
            end(course, .refused, at: now)
            return
        }
        course.route = route
        course.stage = .opening
        set(course, deadline: max(now, start + course.unit.offset) + timeout(of: course))
        if let lane = course.lane, let connection = sockets.take(lane: lane, for: route) {
            connection.course = course
            course.connection = connection
            load(course, on: connection)
        } else {
            open(course, route)
        }
    }

    private func timeout(of course: ExchangeCourse) -> Span { ReleaseUnit.bounded(course.planned.timeout) }

    private func set(_ course: ExchangeCourse, deadline: Instant) {
        course.deadline = deadline
        if deadline != .distantFuture {
            deadlines.add(TimerHeap<Int>.Timer(due: deadline, waiter: course.index))
        }
    }

    private func reopen(_ course: ExchangeCourse) {
        if course.stage == .opening, course.connection == nil, let route = course.route { open(course, route) }
    }

    /// Begins to connect, through the origin's addresses until one lets it.
    private func open(_ course: ExchangeCourse, _ route: ExchangeConnection.Route) {
        course.stage = .opening
        switch sockets.open(route, refusals: course.refusals) {
        case .opened(let connection):
            connection.course = course
            course.connection = connection
        case .exhausted: openLater(course)
        case .refused(let error): refused(course, route, error)
        }
    }

    /// This machine has no descriptor or port left; until the exchange's deadline there may be one.
    private func openLater(_ course: ExchangeCourse) {
        let later = ReactorClock.now() + Span(nanoseconds: 10_000_000)
        retries.add(TimerHeap<Int>.Timer(due: later, waiter: course.index))
    }

    /// An address did not let it connect: the next one may.
    private func refused(_ course: ExchangeCourse, _ route: ExchangeConnection.Route, _ error: Int32) {
        course.refusals += 1
        if sockets.hasAddress(route, refusals: course.refusals) {
            open(course, route)
        } else {
            end(course, Outcome.ofConnect(error) ?? .refused, at: ReactorClock.now())
        }
    }

    // MARK: Releasing

    /// The connection is there: the request is made ready on it.
    private func load(_ course: ExchangeCourse, on connection: ExchangeConnection) {
        course.isOnReused = connection.requests > 0
        course.expectAnswer()
        let request = ExchangeRequest(
            course.planned, to: sockets.endpoints[connection.route.origin], userAgent: userAgent)
        course.leavesConnectionUsable = request.leavesConnectionUsable
        connection.load(request, ahead: course.unit.isGroup && !course.unit.isReleased)
        course.stage = .ready
        if course.unit.isReleased {
            // Sent again, after the others.
            course.sent = connection.release()
            course.stage = .sent
            connection.settleRelease()
            return
        }
        // It waits for the others, however long their connections take; its answer is due from the release on.
        if course.unit.isGroup { set(course, deadline: .distantFuture) }
        settle(course.unit)
    }

    /// A member of the unit has become ready, or has ended before that.
    private func settle(_ unit: ReleaseUnit) {
        unit.missing -= 1
        if unit.missing == 0 {
            releases.add(TimerHeap<Int>.Timer(due: start + unit.offset, waiter: unit.number))
        }
    }

    private func release(_ unit: ReleaseUnit) {
        // A connection may have been lost since the unit was ready.
        guard unit.missing == 0, !unit.isReleased else { return }
        unit.isReleased = true
        let ready = unit.members.filter { $0.stage == .ready }
        let connections = ready.compactMap(\.connection)
        // Nothing but this between one request and the next.
        for (course, connection) in zip(ready, connections) { course.sent = connection.release() }
        for (course, connection) in zip(ready, connections) {
            course.stage = .sent
            connection.settleRelease()
            if unit.isGroup, let sent = course.sent { set(course, deadline: sent + timeout(of: course)) }
        }
    }

    // MARK: Events

    private func onEvent(_ connection: ExchangeConnection) {
        guard let course = connection.course else {
            sockets.onIdleEvent(connection)
            return
        }
        if connection.phase == .connecting {
            established(course, connection)
            return
        }
        connection.flush()
        let phase = connection.phase
        guard let received = connection.receive(sockets.buffers) else { return }
        if phase == .securing, connection.phase == .ready, received.end == nil { load(course, on: connection) }
        if !received.bytes.isEmpty, take(received.bytes, course, connection, at: received.arrival) { return }
        if let end = received.end { lost(course, connection, end, at: received.arrival) }
    }

    private func established(_ course: ExchangeCourse, _ connection: ExchangeConnection) {
        let error = sockets.established(connection)
        if error != 0 {
            sockets.close(connection)
            if Outcome.ofConnect(error) == nil { openLater(course) } else { refused(course, connection.route, error) }
            return
        }
        sockets.prefer(connection)
        do throws(TLSFailure) {
            try sockets.secure(connection)
        } catch {
            end(course, .tls, at: ReactorClock.now())
            return
        }
        if connection.phase == .ready { load(course, on: connection) }
    }

    /// Takes bytes of the answer; true where the exchange has ended with them.
    private func take(
        _ bytes: UnsafeBufferPointer<UInt8>, _ course: ExchangeCourse, _ connection: ExchangeConnection,
        at arrival: Instant
    ) -> Bool {
        if course.stage == .ready, course.isOnReused {
            // Unasked, on a kept connection: it belongs to no exchange.
            lost(course, connection, .closed(0, isCut: false), at: arrival)
            return true
        }
        // An answer that had come before the request was released was given to what the server had by then.
        if let sent = course.sent, arrival < sent, !(course.answer?.hasBegun ?? false) { course.sent = nil }
        do throws(ResponseFailure) {
            guard try course.answer?.take(bytes) ?? false else { return false }
            end(course, .ok, at: arrival)
        } catch {
            end(course, .protocolError, at: arrival)
        }
        return true
    }

    /// The connection has ended before the answer was complete, as far as its own length says.
    private func lost(
        _ course: ExchangeCourse, _ connection: ExchangeConnection, _ end: ExchangeConnection.End, at instant: Instant
    ) {
        let hasAnswer = course.answer?.hasBegun ?? false
        let isUnsent = course.stage == .ready && !hasAnswer
        // As its request was sent on it, a kept connection was closed: once, it is sent on a new one (RFC 9112 §9.3.1).
        let mayRetry = course.stage == .sent && course.isOnReused && !hasAnswer && !course.isRetried
        if isUnsent && course.losses < Self.lossBound || mayRetry {
            if mayRetry { course.isRetried = true } else { course.losses += 1 }
            if isUnsent { course.unit.missing += 1 }
            course.sent = nil
            sockets.close(connection)
            if course.deadline == .distantFuture { set(course, deadline: instant + timeout(of: course)) }
            open(course, connection.route)
            return
        }
        self.end(course, Self.outcome(of: end, course), at: instant)
    }

    private static func outcome(of end: ExchangeConnection.End, _ course: ExchangeCourse) -> Outcome {
        switch end {
        case .tls: .tls
        case .closed(ETIMEDOUT, _): .responseTimeout
        // Without the peer's word that nothing follows, an answer up to the close may have been cut.
        case .closed(0, isCut: false) where course.answer?.isCompleteAtClose ?? false: .ok
        case .closed(0, _): course.connection?.wasReset ?? false ? .reset : .closedEarly
        case .closed: .reset
        }
    }

    /// Where this process was held up, the time that was lost counts for no deadline.
    private func notice(_ now: Instant, asleep: Span = .zero, machine: Instant? = nil) {
        let suspension = machine.flatMap { stalls.look(now, machine: $0) } ?? .zero
        let lost = stalls.see(now, asleep: asleep) ?? .zero
        guard max(lost, suspension) > .zero else { return }
        let touched = courses.filter { $0.stage != .ended && $0.stage != .waiting }
        if max(lost, suspension) >= StallWatch.told, !touched.isEmpty { stall = max(stall, lost, suspension) }
        for course in touched {
            guard course.deadline != .distantFuture else { continue }
            set(course, deadline: course.deadline + lost)
        }
    }

    private func expire(_ course: ExchangeCourse, at now: Instant) {
        // The deadline may have been set again, or lifted.
        guard course.stage != .ended, course.deadline <= now else { return }
        if course.stage == .opening, let connection = course.connection {
            if connection.phase == .connecting { sockets.preferAddress(after: connection) }
        }
        end(course, course.stage == .opening ? .connectTimeout : .responseTimeout, at: ReactorClock.now())
    }

    // MARK: The end of an exchange

    private func end(_ course: ExchangeCourse, _ outcome: Outcome, at instant: Instant) {
        let wasMissing = course.stage == .waiting || course.stage == .opening
        observed[course.index] = course.observation(outcome, at: instant)
        course.stage = .ended
        remaining -= 1
        if let connection = course.connection { keepOrClose(connection, of: course, answered: outcome == .ok) }
        course.connection = nil
        if wasMissing, !course.unit.isReleased { settle(course.unit) }
        guard let lane = course.lane else { return }
        lanes[lane]?.removeFirst()
        if let next = lanes[lane]?.first { clear(next) }
    }

    private func keepOrClose(_ connection: ExchangeConnection, of course: ExchangeCourse, answered: Bool) {
        let isUsable =
            answered && course.leavesConnectionUsable && (course.answer?.leavesConnectionUsable ?? false)
            && connection.isDrained && !connection.isSpent
        if isUsable, let lane = course.lane {
            sockets.keep(connection, lane: lane)
        } else {
            sockets.close(connection)
        }
    }
}
