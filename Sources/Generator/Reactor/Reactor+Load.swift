import Measures
import Scenarios

/// Stages, arrivals and users: when iterations begin.
extension Reactor {
    /// Begins what is due. True where more is due already.
    func carryLoad(_ now: Instant) -> Bool {
        if load.hasNotBegun {
            guard now >= load.start else { return false }
            enterStage(0, at: load.start)
        }
        // First, so that arrivals which came too late even for the graceful stop are dropped, not begun and cut off.
        while load.stageIsOver(at: now) {
            let end = load.stageEnd
            if let following = load.following { enterStage(following, at: end) } else { stopLoad(at: end) }
        }
        let moreArrivals = beginDueArrivals(now)
        let moreTimers = fireTimers(now)
        let moreReady = beginReadyIterations()
        return moreArrivals || moreTimers || moreReady
    }

    func enterStage(_ stage: Int, at instant: Instant) {
        load.enter(stage, at: instant)
        guard load.isRunning else { return }
        freeWaitingUsers()
        switch load.current.course {
        case .arrivals: users.collectFree()
        case .users(let schedule): beginClosedStage(users: schedule.users, at: instant)
        case .iterations(_, let userCount): beginClosedStage(users: userCount, at: instant)
        }
    }

    private func beginClosedStage(users count: Int, at instant: Instant) {
        users.make(upTo: slots(of: count))
        for slot in users.used where users.base[slot].state == .free { goOn(Int32(slot), from: instant) }
        // A share may be empty.
        reportStageIfDone(at: instant)
    }

    /// No load any more from this instant on.
    func stopLoad(at instant: Instant) {
        load.stop(at: instant)
        freeWaitingUsers()
        // Nobody waits for a pause that the run's end cuts off.
        for slot in users.used where users.base[slot].state == .busy {
            if users.base[slot].course != nil {
                cutConversation(Int32(slot), at: instant)
                continue
            }
            let wake = users.base[slot].wake
            if wake != .distantFuture, wake >= load.deadline {
                endIteration(Int32(slot), at: instant, completed: false)
            }
        }
    }

    /// Users that wait for their turn in a closed stage need not any more.
    private func freeWaitingUsers() {
        for slot in users.used where users.base[slot].state == .waiting {
            users.base[slot].state = .free
            users.base[slot].wake = .distantFuture
        }
        ready.removeAll()
        nextReady = 0
    }

    /// How many of a run's first `count` users are this reactor's.
    private func slots(of count: Int) -> Int { max(0, (count - share.part + share.stride - 1) / share.stride) }

    /// The user's number in the run, from 0.
    private func number(of slot: Int32) -> Int { Int(slot) * share.stride + share.part }

    // MARK: Open load

    /// True where more arrivals may be due.
    private func beginDueArrivals(_ now: Instant) -> Bool {
        for _ in 0..<Self.turn {
            guard let arrival = load.arrival else { return false }
            let due = load.stageStart + arrival.offset
            guard due <= now else { return false }
            load.nextArrival()
            guard let slot = users.takeFree(bound: slots(of: plan.loadPlan.maxUsers)) else {
                load.drop()
                continue
            }
            let inTime = !load.current.warmup && ReactorClock.now() <= load.stageEnd
            if beginIteration(slot, load.iteration(number: arrival.number), intended: due), inTime {
                recorder.interval.inTime &+= 1
            }
        }
        return true
    }

    // MARK: Closed load

    /// How soon a user begins its next iteration.
    enum Promptness {
        /// Here and now; only after an iteration that came to its end, and so had to wait for something: one that is given
        /// up while it begins would recurse.
        case atOnce
        /// In its turn of the loop.
        case inTurn
        /// Not before the instant given.
        case later
    }

    /// Lets a user without an iteration go on from `instant` as the current stage has it.
    private func goOn(_ slot: Int32, from instant: Instant, _ promptness: Promptness = .inTurn) {
        let user = users.base + Int(slot)
        user.pointee.state = .free
        guard load.isRunning else { return }
        var begin = instant
        switch load.current.course {
        case .arrivals:
            users.giveBack(slot)
            return
        case .users(let schedule):
            guard let activity = schedule.activity(of: number(of: slot)),
                instant < load.stageStart + activity.end
            else { return }
            begin = max(begin, load.stageStart + activity.begin)
        case .iterations(_, let userCount):
            guard let fixed = load.fixed, fixed.left > 0, Int(slot) < slots(of: userCount) else { return }
            load.fixed?.left -= 1
            load.fixed?.underWay += 1
        }
        user.pointee.state = .waiting
        if begin > instant || promptness == .later {
            wake(slot, at: begin)
        } else if promptness == .atOnce {
            beginClosedIteration(slot, intended: begin)
        } else {
            ready.append((slot, begin))
        }
    }

    /// Begins iterations of users that are ready; true where some have to wait for the next turn.
    private func beginReadyIterations() -> Bool {
        let end = min(ready.count, nextReady + Self.turn)
        while nextReady < end {
            let (slot, intended) = ready[nextReady]
            nextReady += 1
            if users.base[Int(slot)].state == .waiting { beginClosedIteration(slot, intended: intended) }
        }
        if nextReady < ready.count { return true }
        ready.removeAll(keepingCapacity: true)
        nextReady = 0
        return false
    }

    private func beginClosedIteration(_ slot: Int32, intended: Instant) {
        let number: Int
        if let fixed = load.fixed {
            number = share.part + fixed.parts * fixed.begun
            load.fixed?.begun += 1
        } else {
            number = share.part + share.stride * closedIterations
            closedIterations += 1
        }
        _ = beginIteration(slot, load.iteration(number: number), intended: intended)
    }

    private func reportStageIfDone(at instant: Instant) {
        guard load.isRunning, let fixed = load.fixed, fixed.isDone else { return }
        load.waitForStage()
        report(.stageDone(stage: load.stage, at: instant))
    }

    // MARK: Iterations

    /// False where the iteration could not begin for want of a row.
    private func beginIteration(_ slot: Int32, _ iteration: Int, intended: Instant) -> Bool {
        let user = users.base + Int(slot)
        let flow = mix.flow(ofIteration: iteration)
        user.pointee.state = .busy
        user.pointee.wake = .distantFuture
        user.pointee.stage = Int32(load.stage)
        user.pointee.measured = !load.current.warmup
        busyUsers += 1
        let isOpen = if case .arrivals = load.current.course { true } else { false }
        let identities = plan.identityCount
        user.pointee.context.iteration = iteration
        user.pointee.context.user =
            identities > 0 ? (isOpen ? iteration : number(of: slot)) % identities + 1 : number(of: slot) + 1
        if let captures = user.pointee.context.captures {
            for index in 0..<plan.captureCount { captures[index] = nil }
        }
        for place in plan.flowTables[flow] {
            let table = plan.tableNumbers[place]
            guard let row = rowCursors[table].take(random: &random) else {
                endWithoutRow(slot)
                return false
            }
            user.pointee.context.rows?[table] = row
        }
        if user.pointee.measured { recorder.interval.started &+= 1 }
        user.pointee.action = plan.flowActions[flow].lowerBound
        user.pointee.end = plan.flowActions[flow].upperBound
        advance(slot, from: intended)
        return true
    }

    /// Each row was to be used once and none is left: what can't begin is dropped, so that the run says so.
    private func endWithoutRow(_ slot: Int32) {
        busyUsers -= 1
        users.base[Int(slot)].state = .free
        load.drop()
        switch load.current.course {
        case .arrivals: users.giveBack(slot)
        case .users: break
        case .iterations:
            load.drop(load.fixed?.left ?? 0)
            load.fixed?.left = 0
            load.fixed?.underWay -= 1
            reportStageIfDone(at: ReactorClock.now())
        }
    }

    /// Does the user's next action, which is meant to happen at `instant`.
    func advance(_ slot: Int32, from instant: Instant) {
        let user = users.base + Int(slot)
        guard user.pointee.action < user.pointee.end else {
            endIteration(slot, at: instant, completed: true)
            return
        }
        let action = plan.actions[user.pointee.action]
        user.pointee.action += 1
        switch action {
        case .step(let step): beginExchange(slot, step: step, intended: instant)
        case .pause(let shortest, let longest):
            let length = shortest + Int64(random.below(UInt64(longest - shortest) + 1))
            let due = instant + Span(nanoseconds: length)
            // Nobody waits for a pause that the run's end cuts off.
            if load.isOver, due >= load.deadline {
                endIteration(slot, at: instant, completed: false)
            } else {
                wake(slot, at: due)
            }
        }
    }

    /// The user's iteration is over; `completed`: it came to its end and was not given up.
    func endIteration(_ slot: Int32, at instant: Instant, completed: Bool, then promptness: Promptness = .inTurn) {
        let user = users.base + Int(slot)
        busyUsers -= 1
        user.pointee.wake = .distantFuture
        if completed, user.pointee.measured { recorder.interval.iterations &+= 1 }
        if load.fixed != nil, user.pointee.stage == Int32(load.stage) { load.fixed?.underWay -= 1 }
        goOn(slot, from: instant, completed ? .atOnce : promptness)
        reportStageIfDone(at: instant)
    }

    // MARK: Timers

    private func wake(_ slot: Int32, at due: Instant) {
        users.base[Int(slot)].wake = due
        timers.add(TimerHeap.Timer(due: due, user: slot))
    }

    /// Wakes the user at an instant, or before: whoever is woken earlier than need be asks to be woken again. So timers
    /// don't pile up where the instant is put off again and again.
    func wake(_ slot: Int32, by due: Instant) { if due < users.base[Int(slot)].wake { wake(slot, at: due) } }

    /// True where more timers may be due.
    private func fireTimers(_ now: Instant) -> Bool {
        for _ in 0..<Self.turn {
            guard let timer = timers.takeDue(at: now) else { return false }
            let user = users.base + Int(timer.user)
            guard user.pointee.wake == timer.due else { continue }
            user.pointee.wake = .distantFuture
            switch user.pointee.state {
            case .busy where user.pointee.course != nil: proceed(timer.user, at: ReactorClock.now())
            case .busy: advance(timer.user, from: timer.due)
            case .waiting: ready.append((timer.user, timer.due))
            case .free: break
            }
        }
        return true
    }
}
