import Measures
import Scenarios

/// Stages, arrivals and users: when iterations begin.
extension Reactor {
    /// Begins what is due. True where more is due already.
    func carryLoad(_ now: Instant) -> Bool {
        if !entered { enterStage(0, at: load.start) }
        let begun = beginDueArrivals(now)
        fireTimers(now)
        beginReadyIterations()
        while load.stageIsOver(at: now) {
            let end = load.stageEnd
            if let following = load.following { enterStage(following, at: end) } else { load.stop(at: end) }
        }
        return begun == Self.turn
    }

    func enterStage(_ stage: Int, at instant: Instant) {
        entered = true
        load.enter(stage, at: instant)
        guard load.isRunning else { return }
        for slot in users.used where users.base[slot].state == .waiting { users.base[slot].state = .free }
        ready.removeAll()
        switch load.current.course {
        case .arrivals: users.collectFree()
        case .users(let schedule):
            users.make(upTo: slots(of: schedule.users))
            for slot in users.used where users.base[slot].state == .free { goOn(Int32(slot), from: instant) }
        case .iterations(_, let userCount):
            users.make(upTo: slots(of: userCount))
            for slot in users.used where users.base[slot].state == .free { goOn(Int32(slot), from: instant) }
            reportStageIfDone(at: instant)
        }
    }

    /// How many of a run's first `count` users are this reactor's.
    private func slots(of count: Int) -> Int { max(0, (count - share.part + share.stride - 1) / share.stride) }

    /// The user's number in the run, from 0.
    private func number(of slot: Int32) -> Int { Int(slot) * share.stride + share.part }

    // MARK: Open load

    private func beginDueArrivals(_ now: Instant) -> Int {
        var begun = 0
        while begun < Self.turn, let arrival = load.arrival {
            let due = load.stageStart + arrival.offset
            guard due <= now else { break }
            begun += 1
            load.nextArrival()
            guard let slot = users.takeFree(bound: slots(of: plan.loadPlan.maxUsers)) else {
                load.drop()
                continue
            }
            let measured = !load.current.warmup
            if measured, ReactorClock.now() <= load.stageEnd { recorder.interval.inTime &+= 1 }
            beginIteration(slot, load.iteration(number: arrival.number), intended: due)
        }
        return begun
    }

    // MARK: Closed load

    /// Lets a user without an iteration go on as the current stage has it. `at once`: its next iteration begins here and
    /// now, not in its turn of the loop.
    private func goOn(_ slot: Int32, from instant: Instant, atOnce: Bool = false) {
        let user = users.base + Int(slot)
        user.pointee.state = .free
        guard load.isRunning else { return }
        switch load.current.course {
        case .arrivals:
            users.giveBack(slot)
            return
        case .users(let schedule):
            guard let activity = schedule.activity(of: number(of: slot)),
                instant < load.stageStart + activity.end
            else { return }
            user.pointee.state = .waiting
            let begin = load.stageStart + activity.begin
            if instant < begin {
                wake(slot, at: begin)
                return
            }
        case .iterations(_, let userCount):
            guard let fixed = load.fixed, fixed.left > 0, Int(slot) < slots(of: userCount) else { return }
            load.fixed?.left -= 1
            load.fixed?.underWay += 1
            user.pointee.state = .waiting
        }
        if atOnce { beginClosedIteration(slot, intended: instant) } else { ready.append((slot, instant)) }
    }

    private func beginReadyIterations() {
        // The rest has its turn after the next look at the sockets.
        let batch = ready.prefix(Self.turn)
        ready.removeFirst(batch.count)
        for (slot, intended) in batch where users.base[Int(slot)].state == .waiting {
            beginClosedIteration(slot, intended: intended)
        }
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
        beginIteration(slot, load.iteration(number: number), intended: intended)
    }

    private func reportStageIfDone(at instant: Instant) {
        guard load.isRunning, let fixed = load.fixed, fixed.isDone else { return }
        load.waitForStage()
        report(.stageDone(stage: load.stage, at: instant))
    }

    // MARK: Iterations

    private func beginIteration(_ slot: Int32, _ iteration: Int, intended: Instant) {
        let user = users.base + Int(slot)
        let flow = mix.flow(ofIteration: iteration)
        user.pointee.state = .busy
        user.pointee.stage = Int32(load.stage)
        user.pointee.measured = !load.current.warmup
        busyUsers += 1
        let identities = plan.scenario.identities?.count
        let isOpen = if case .arrivals = load.current.course { true } else { false }
        user.pointee.context.iteration = iteration
        user.pointee.context.user =
            identities.map { (isOpen ? iteration : number(of: slot)) % $0 + 1 } ?? number(of: slot) + 1
        if let captures = user.pointee.context.captures {
            for index in 0..<plan.captureCount { captures[index] = nil }
        }
        for table in plan.flowTables[flow] {
            guard let row = rowCursors[table].take(random: &random) else {
                endWithoutRow(slot, table: table)
                return
            }
            user.pointee.context.rows?[table] = row
        }
        if user.pointee.measured { recorder.interval.started &+= 1 }
        user.pointee.action = plan.flowActions[flow].lowerBound
        user.pointee.end = plan.flowActions[flow].upperBound
        advance(slot, from: intended)
    }

    /// Each row was to be used once and none is left: what can't begin is dropped, so that the run says so.
    private func endWithoutRow(_ slot: Int32, table: Int) {
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
            endIteration(slot, at: instant)
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
            if load.isOver, due >= load.deadline { endIteration(slot, at: instant) } else { wake(slot, at: due) }
        }
    }

    func endIteration(_ slot: Int32, at instant: Instant) {
        let user = users.base + Int(slot)
        busyUsers -= 1
        if user.pointee.measured { recorder.interval.iterations &+= 1 }
        if load.fixed != nil, user.pointee.stage == Int32(load.stage) { load.fixed?.underWay -= 1 }
        goOn(slot, from: instant, atOnce: true)
        reportStageIfDone(at: instant)
    }

    // MARK: Timers

    private func wake(_ slot: Int32, at due: Instant) {
        users.base[Int(slot)].wake = due
        timers.add(TimerHeap.Timer(due: due, user: slot))
    }

    private func fireTimers(_ now: Instant) {
        while let timer = timers.takeDue(at: now) {
            let user = users.base + Int(timer.user)
            guard user.pointee.wake == timer.due else { continue }
            user.pointee.wake = .distantFuture
            switch user.pointee.state {
            case .busy: advance(timer.user, from: timer.due)
            case .waiting: ready.append((timer.user, timer.due))
            case .free: break
            }
        }
    }
}
