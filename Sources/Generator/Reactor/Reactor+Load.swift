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
            let iteration = load.iteration(number: arrival.number)
            if beginIteration(slot, iteration, place: iteration, intended: due), inTime {
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
        if nextReady < ready.count {
            // Iterations that end as soon as they begin add as many as they take: those taken must not pile up.
            if nextReady > ready.count / 2 {
                ready.removeFirst(nextReady)
                nextReady = 0
            }
            return true
        }
        ready.removeAll(keepingCapacity: true)
        nextReady = 0
        return false
    }

    private func beginClosedIteration(_ slot: Int32, intended: Instant) {
        if let fixed = load.fixed {
            let iteration = load.iteration(number: share.part + fixed.parts * fixed.begun)
            load.fixed?.begun += 1
            _ = beginIteration(slot, iteration, place: iteration, intended: intended)
        } else {
            // Reactors get differently far, so each has a mix of its own: weights then hold over what was begun.
            let place = mix.blockLength * (share.part << 32) + closedIterations
            let number = NumberDealer.next(of: iterationNumbers)
            let iteration = load.iteration(number: share.segment.index + share.segment.count * number)
            closedIterations += 1
            _ = beginIteration(slot, iteration, place: place, intended: intended)
        }
    }

    private func reportStageIfDone(at instant: Instant) {
        guard load.isRunning, let fixed = load.fixed, fixed.isDone else { return }
        load.waitForStage()
        report(.stageDone(stage: load.stage, at: instant))
    }

    // MARK: Iterations

    /// False where the iteration could not begin for want of a row. `place`: its place in the mix of flows.
    private func beginIteration(_ slot: Int32, _ iteration: Int, place: Int, intended: Instant) -> Bool {
        let user = users.base + Int(slot)
        let flow = mix.flow(ofIteration: place)
        user.pointee.state = .busy
        user.pointee.wake = .distantFuture
        user.pointee.stage = Int32(load.stage)
        user.pointee.measured = !load.current.warmup
        user.pointee.flow = Int32(flow)
        user.pointee.intended = intended
        user.pointee.hasActed = false
        busyUsers += 1
        user.pointee.context.iteration = iteration
        user.pointee.context.user = identity(of: slot, iteration: iteration)
        if let captures = user.pointee.context.captures {
            for index in plan.iterationCaptures { captures[index] = nil }
        }
        if plan.freshCookies {
            user.pointee.context.cookies?.pointee.removeAll()
            transport?.forgetCookies(of: slot)
        }
        guard takeRows(slot, flow: flow) else {
            endWithoutRow(slot)
            return false
        }
        if user.pointee.measured { recorder.begin(iterationOf: flow) }
        if plan.hasLogin, user.pointee.login != .done {
            beginLogin(slot)
        } else {
            begin(slot, actions: plan.flowActions[flow])
        }
        advance(slot, from: intended)
        return true
    }

    /// What `${user}` stands for. With a login an identity is a user's own; else open load's iterations take them in turn.
    private func identity(of slot: Int32, iteration: Int) -> Int {
        let identities = plan.identityCount
        if identities == 0 { return number(of: slot) + 1 }
        if !plan.hasLogin, case .arrivals = load.current.course { return iteration % identities + 1 }
        return number(of: slot) % identities + 1
    }

    /// Takes a row of each table that the flow uses, and the user's own ones for the login; false where one has none left.
    private func takeRows(_ slot: Int32, flow: Int) -> Bool {
        guard takeRows(slot, ofTables: plan.flowTables[flow]) else { return false }
        if !plan.hasLogin || users.base[Int(slot)].hasLoginRows { return true }
        users.base[Int(slot)].hasLoginRows = takeRows(slot, ofTables: plan.flowTables[plan.flowCount])
        return users.base[Int(slot)].hasLoginRows
    }

    private func takeRows(_ slot: Int32, ofTables places: Range<Int>) -> Bool {
        for place in places {
            let table = plan.tableNumbers[place]
            guard let row = rowCursors[table].take(random: &random) else { return false }
            users.base[Int(slot)].context.rows?[table] = row
        }
        return true
    }

    private func begin(_ slot: Int32, actions: Range<Int>) {
        users.base[Int(slot)].action = actions.lowerBound
        users.base[Int(slot)].end = actions.upperBound
    }

    /// The user logs in, with nothing of a login that failed.
    private func beginLogin(_ slot: Int32) {
        let user = users.base + Int(slot)
        user.pointee.login = .underWay
        if let captures = user.pointee.context.captures {
            for index in plan.loginCaptures { captures[index] = nil }
        }
        begin(slot, actions: plan.flowActions[plan.flowCount])
    }

    /// Each row was to be used once and none is left: what can't begin is dropped, so that the run says so.
    private func endWithoutRow(_ slot: Int32) {
        busyUsers -= 1
        users.base[Int(slot)].state = .free
        load.drop(withoutRow: true)
        switch load.current.course {
        case .arrivals: users.giveBack(slot)
        case .users: break
        case .iterations:
            load.drop(load.fixed?.left ?? 0, withoutRow: true)
            load.fixed?.left = 0
            load.fixed?.underWay -= 1
            reportStageIfDone(at: ReactorClock.now())
        }
    }

    /// An exchange of the user's is over: without its login it can't go on.
    func goOn(_ slot: Int32, after outcome: Outcome, at instant: Instant) {
        users.base[Int(slot)].hasActed = true
        if outcome != .ok, users.base[Int(slot)].login == .underWay {
            giveUpIteration(slot, .failedLogin, at: instant)
        } else {
            advance(slot, from: instant)
        }
    }

    /// Does the user's next action, which is meant to happen at `instant`.
    func advance(_ slot: Int32, from instant: Instant) {
        let user = users.base + Int(slot)
        while true {
            guard user.pointee.action < user.pointee.end else {
                guard user.pointee.login == .underWay else { break }
                user.pointee.login = .done
                begin(slot, actions: plan.flowActions[Int(user.pointee.flow)])
                continue
            }
            let action = plan.actions[user.pointee.action]
            user.pointee.action += 1
            switch action {
            case .step(let step):
                guard plan.step(step).pointee.conditions.isEmpty || conditionsHold(slot, step: step) else { continue }
                beginExchange(slot, step: step, intended: instant)
            case .pause(let shortest, let longest):
                let length = shortest + Int64(random.below(UInt64(longest - shortest) + 1))
                pause(slot, until: instant + Span(nanoseconds: length), from: instant)
            }
            return
        }
        endIteration(slot, at: instant, completed: true)
    }

    private func pause(_ slot: Int32, until due: Instant, from instant: Instant) {
        users.base[Int(slot)].hasActed = true
        // Nobody waits for a pause that the run's end cuts off.
        if load.isOver, due >= load.deadline {
            endIteration(slot, at: instant, completed: false)
        } else {
            wake(slot, at: due)
        }
    }

    private func conditionsHold(_ slot: Int32, step: Int) -> Bool {
        plan.step(step).pointee.conditions.allSatisfy { number in
            plan.conditions[number].holds(
                users.base[Int(slot)].context, tables: plan.tables, random: &random, subject: &scratch, value: &output)
        }
    }

    /// The user's iteration is over; `completed`: it came to its end and was not given up.
    func endIteration(_ slot: Int32, at instant: Instant, completed: Bool, then promptness: Promptness = .inTurn) {
        let user = users.base + Int(slot)
        busyUsers -= 1
        user.pointee.wake = .distantFuture
        if user.pointee.login == .underWay { user.pointee.login = .none }
        if completed, user.pointee.measured {
            recorder.record(iteration: instant - user.pointee.intended, of: Int(user.pointee.flow))
        }
        let isFixed = load.fixed != nil
        if isFixed, user.pointee.stage == Int32(load.stage) { load.fixed?.underWay -= 1 }
        if user.pointee.hasActed || promptness == .later {
            goOn(slot, from: instant, completed ? .atOnce : promptness)
        } else if isFixed {
            goOn(slot, from: instant)
        } else {
            // Nothing was done: a stage of users would go round and round as fast as the processor can.
            goOn(slot, from: ReactorClock.now() + Self.idleRound, .later)
        }
        reportStageIfDone(at: instant)
    }

    /// How long an iteration without an exchange or a pause lasts at least in a stage of users.
    private static let idleRound = Span(nanoseconds: 1_000_000)

    // MARK: Timers

    private func wake(_ slot: Int32, at due: Instant) {
        users.base[Int(slot)].wake = due
        timers.add(TimerHeap.Timer(due: due, waiter: slot))
    }

    /// Wakes the user at an instant, or before: whoever is woken earlier than need be asks to be woken again. So timers
    /// don't pile up where the instant is put off again and again.
    func wake(_ slot: Int32, by due: Instant) { if due < users.base[Int(slot)].wake { wake(slot, at: due) } }

    /// True where more timers may be due.
    private func fireTimers(_ now: Instant) -> Bool {
        for _ in 0..<Self.turn {
            guard let timer = timers.takeDue(at: now) else { return false }
            let user = users.base + Int(timer.waiter)
            guard user.pointee.wake == timer.due else { continue }
            user.pointee.wake = .distantFuture
            switch user.pointee.state {
            case .busy where user.pointee.course != nil: proceed(timer.waiter, at: ReactorClock.now())
            case .busy: advance(timer.waiter, from: timer.due)
            case .waiting: ready.append((timer.waiter, timer.due))
            case .free: break
            }
        }
        return true
    }
}
