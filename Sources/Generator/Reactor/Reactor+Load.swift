import Measures
import Scenarios

/// Stages, arrivals and users: when iterations begin.
extension Reactor {
    /// Begins what is due. True where more is due already.
    func carryLoad(_ now: Instant) -> Bool {
        for load in loads.indices {
            if loads[load].stages.hasNotBegun {
                let start = loads[load].stages.start
                guard now >= start else { continue }
                enterStage(0, of: load, at: start)
            }
            // First, so that arrivals which came too late even for the graceful stop are dropped, not begun and cut off.
            while loads[load].stages.stageIsOver(at: now) {
                let end = loads[load].stages.stageEnd
                if let following = loads[load].stages.following {
                    enterStage(following, of: load, at: end)
                } else {
                    endLoad(load, at: end)
                }
            }
        }
        let moreArrivals = beginDueArrivals(now)
        let moreTimers = fireTimers(now)
        let moreReady = beginReadyIterations()
        return moreArrivals || moreTimers || moreReady
    }

    /// The next instant at which a load has something to do; of all that are over, the end of the graceful stop.
    var nextInstantOfLoads: Instant {
        if loadsAreOver { return deadline }
        var next = Instant.distantFuture
        for load in loads.indices where !loads[load].stages.isOver { next = min(next, loads[load].stages.nextInstant) }
        return next
    }

    func enterStage(_ stage: Int, of load: Int, at instant: Instant) {
        loads[load].stages.enter(stage, at: instant)
        guard loads[load].stages.isRunning else { return }
        freeWaitingUsers(of: load)
        switch loads[load].stages.current.course {
        case .arrivals: users.collectFree(of: load)
        case .users(let schedule): beginClosedStage(users: schedule.users, of: load, at: instant)
        case .iterations(_, let userCount): beginClosedStage(users: userCount, of: load, at: instant)
        }
    }

    private func beginClosedStage(users count: Int, of load: Int, at instant: Instant) {
        users.make(upTo: slots(of: count), of: load)
        for slot in users.used(of: load) where users[slot].pointee.state == .free {
            startNextIteration(slot, from: instant)
        }
        // A share may be empty.
        reportStageIfDone(of: load, at: instant)
    }

    /// Somebody changed a load's pace: arrivals follow it, users of closed stages only stop and go on.
    func change(_ load: Int, to pace: LoadPace, at instant: Instant) {
        let wasPaused = loads[load].stages.isPaused
        loads[load].stages.change(to: pace, at: instant)
        guard loads[load].stages.isRunning, wasPaused != (pace == .paused) else { return }
        if case .arrivals = loads[load].stages.current.course { return }
        if wasPaused {
            for slot in users.used(of: load) where users[slot].pointee.state == .free {
                startNextIteration(slot, from: instant)
            }
        } else if !loads[load].stages.isFixed {
            // Of fixed iterations those that users have claimed begin.
            freeWaitingUsers(of: load)
        }
    }

    /// The load is over: its iterations under way may come to their end. When all loads are over, so is the run, after the
    /// graceful stop.
    func endLoad(_ load: Int, at instant: Instant) {
        loads[load].stages.stop(at: instant)
        freeWaitingUsers(of: load)
        concludeIfOver(at: instant)
    }

    /// No load any more from this instant on.
    func stopLoads(at instant: Instant) {
        for load in loads.indices {
            loads[load].stages.stop(at: instant)
            freeWaitingUsers(of: load)
        }
        concludeIfOver(at: instant)
    }

    private func concludeIfOver(at instant: Instant) {
        guard !loadsAreOver, loads.allSatisfy(\.stages.isOver) else { return }
        loadsAreOver = true
        deadline = loads.reduce(instant) { max($0, $1.stages.deadline) }
        turn.ready.removeAll()
        // Nobody waits for a pause that the run's end cuts off.
        for slot in users.used where users[slot].pointee.state == .busy {
            if users[slot].pointee.course != nil {
                cutConversation(slot, at: instant)
                continue
            }
            let wake = users[slot].pointee.wake
            if wake != .distantFuture, wake >= deadline {
                endIteration(slot, at: instant, completed: false)
            }
        }
    }

    /// Users that wait for their turn in a closed stage of the load need not any more.
    private func freeWaitingUsers(of load: Int) {
        for slot in users.used(of: load) where users[slot].pointee.state == .waiting {
            users[slot].pointee.state = .free
            users[slot].pointee.wake = .distantFuture
        }
        turn.ready.remove { users[$0].pointee.load == Int32(load) }
    }

    /// How many of a load's first `count` users are this reactor's.
    private func slots(of count: Int) -> Int { max(0, (count - share.part + share.stride - 1) / share.stride) }

    /// The user's number among those of its load, from 0.
    private func numberInLoad(of slot: UserID) -> Int { users.index(of: slot) * share.stride + share.part }

    /// The user's number in the run, from 0.
    private func number(of slot: UserID) -> Int { loads[load(of: slot)].plan.firstUser + numberInLoad(of: slot) }

    /// The load that the user belongs to.
    @inline(__always)
    private func load(of slot: UserID) -> Int { Int(users[slot].pointee.load) }

    // MARK: Open load

    /// True where more arrivals may be due.
    private func beginDueArrivals(_ now: Instant) -> Bool {
        for _ in 0..<Self.turn {
            let load = loads.indexOfNextArrival
            guard let arrival = loads[load].stages.arrival else { return false }
            let due = loads[load].stages.nextDue
            guard due <= now else { return false }
            loads[load].stages.nextArrival()
            guard let slot = users.takeFree(bound: slots(of: loads[load].plan.maxUsers), of: load) else {
                loads[load].stages.drop()
                continue
            }
            let inTime = !loads[load].stages.current.warmup && ReactorClock.now() <= loads[load].stages.stageEnd
            let iteration = loads[load].stages.iteration(number: arrival.number)
            if beginIteration(slot, iteration, position: iteration, intended: due), inTime { loads[load].countInTime() }
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

    /// A user without an iteration begins its next one from `instant` on, as the current stage has it.
    private func startNextIteration(_ slot: UserID, from instant: Instant, _ promptness: Promptness = .inTurn) {
        let user = users[slot]
        let load = load(of: slot)
        user.pointee.state = .free
        guard loads[load].stages.isRunning else { return }
        if loads[load].stages.isPaused {
            if case .arrivals = loads[load].stages.current.course { users.giveBack(slot) }
            return
        }
        var begin = instant
        switch loads[load].stages.current.course {
        case .arrivals:
            users.giveBack(slot)
            return
        case .users(let schedule):
            guard let activity = schedule.activity(of: numberInLoad(of: slot)),
                instant < loads[load].stages.stageStart + activity.end
            else { return }
            begin = max(begin, loads[load].stages.stageStart + activity.begin)
        case .iterations(_, let userCount):
            guard users.index(of: slot) < slots(of: userCount), loads[load].stages.claimFixed() else { return }
        }
        user.pointee.state = .waiting
        if begin > instant || promptness == .later {
            wake(slot, at: begin)
        } else if promptness == .atOnce {
            beginClosedIteration(slot, intended: begin)
        } else {
            turn.ready.add(slot, intended: begin)
        }
    }

    /// Begins iterations of users that are ready; true where some have to wait for the next turn.
    private func beginReadyIterations() -> Bool {
        for _ in 0..<turn.ready.turn(bound: Self.turn) {
            guard let (slot, intended) = turn.ready.next() else { break }
            if users[slot].pointee.state == .waiting { beginClosedIteration(slot, intended: intended) }
        }
        return turn.ready.endTurn()
    }

    private func beginClosedIteration(_ slot: UserID, intended: Instant) {
        let load = load(of: slot)
        if let iteration = loads[load].stages.beginFixed() {
            _ = beginIteration(slot, iteration, position: iteration, intended: intended)
        } else {
            let (number, position) = loads[load].iterations.nextOfUsers()
            let iteration = loads[load].stages.iteration(number: number)
            _ = beginIteration(slot, iteration, position: position, intended: intended)
        }
    }

    private func reportStageIfDone(of load: Int, at instant: Instant) {
        if let stage = loads[load].stages.takeDone() { report(.stageDone(stage: stage, load: load, at: instant)) }
    }

    // MARK: Iterations

    /// False where the iteration could not begin for want of a row. `number`: its number in the load; `position`: its place in
    /// the load's mix of flows.
    private func beginIteration(_ slot: UserID, _ number: Int, position: Int, intended: Instant) -> Bool {
        let user = users[slot]
        let load = load(of: slot)
        let iteration = loads[load].plan.firstIteration + number
        let flow = loads[load].flow(at: position)
        user.pointee.state = .busy
        user.pointee.wake = .distantFuture
        user.pointee.stage = Int32(loads[load].stages.stage)
        user.pointee.measured = !loads[load].stages.current.warmup
        user.pointee.flow = Int32(flow)
        user.pointee.intended = intended
        user.pointee.hasActed = false
        users.busy += 1
        loads[load].busy += 1
        user.pointee.context.iteration = iteration
        user.pointee.context.user = identity(of: slot, iteration: iteration)
        if let captures = user.pointee.context.captures {
            for index in plan.iterationCaptures { captures[index] = nil }
        }
        if plan.freshCookies {
            user.pointee.context.cookies?.pointee.removeAll()
            transport?.forgetCookies(of: slot.slot)
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
    private func identity(of slot: UserID, iteration: Int) -> Int {
        let identities = plan.identityCount
        if identities == 0 { return number(of: slot) + 1 }
        if !plan.hasLogin, case .arrivals = loads[load(of: slot)].stages.current.course {
            return iteration % identities + 1
        }
        return number(of: slot) % identities + 1
    }

    /// Takes a row of each table that the flow uses, and the user's own ones for the login; false where one has none left.
    private func takeRows(_ slot: UserID, flow: Int) -> Bool {
        guard takeRows(slot, ofTables: plan.flowTables[flow]) else { return false }
        if !plan.hasLogin || users[slot].pointee.hasLoginRows { return true }
        users[slot].pointee.hasLoginRows = takeRows(slot, ofTables: plan.flowTables[plan.flowCount])
        return users[slot].pointee.hasLoginRows
    }

    private func takeRows(_ slot: UserID, ofTables places: Range<Int>) -> Bool {
        for index in places {
            let table = plan.tableNumbers[index]
            guard let row = loads[load(of: slot)].iterations.row(of: table, random: &random) else { return false }
            users[slot].pointee.context.rows?[table] = row
        }
        return true
    }

    private func begin(_ slot: UserID, actions: Range<Int>) {
        users[slot].pointee.depth = 0
        users[slot].pointee.action = actions.lowerBound
        users[slot].pointee.end = actions.upperBound
    }

    /// The user logs in, with nothing of a login that failed.
    private func beginLogin(_ slot: UserID) {
        let user = users[slot]
        user.pointee.login = .underWay
        if let captures = user.pointee.context.captures {
            for index in plan.loginCaptures { captures[index] = nil }
        }
        begin(slot, actions: plan.flowActions[plan.flowCount + load(of: slot)])
    }

    /// Each row was to be used once and none is left: what can't begin is dropped, so that the run says so.
    private func endWithoutRow(_ slot: UserID) {
        let load = load(of: slot)
        users.busy -= 1
        loads[load].busy -= 1
        users[slot].pointee.state = .free
        loads[load].stages.drop(withoutRow: true)
        switch loads[load].stages.current.course {
        case .arrivals: users.giveBack(slot)
        case .users: break
        case .iterations:
            loads[load].stages.dropFixed()
            reportStageIfDone(of: load, at: ReactorClock.now())
        }
    }

    /// An exchange of the user's is over: without its login it can't go on.
    func finishStep(_ slot: UserID, after outcome: Outcome, at instant: Instant) {
        users[slot].pointee.hasActed = true
        if users[slot].pointee.depth > 0 { noteEnd(slot, at: instant, isCut: outcome == .unfinished) }
        if outcome != .ok, users[slot].pointee.login == .underWay {
            giveUpIteration(slot, .failedLogin, at: instant)
        } else {
            advance(slot, from: instant)
        }
    }

    /// Does the user's next action, which is meant to happen at `instant`.
    func advance(_ slot: UserID, from instant: Instant) {
        let user = users[slot]
        // What nearly all turns are: a step outside of blocks, and the end of an iteration.
        if user.pointee.depth == 0, user.pointee.login != .underWay {
            if user.pointee.action >= user.pointee.end {
                endIteration(slot, at: instant, completed: true)
                return
            }
            if case .step(let step) = plan.actions[user.pointee.action], plan.step(step).pointee.conditions.isEmpty {
                user.pointee.action += 1
                beginExchange(slot, step: step, intended: instant)
                return
            }
        }
        advanceFurther(slot, from: instant)
    }

    @inline(never)
    private func advanceFurther(_ slot: UserID, from instant: Instant) {
        let user = users[slot]
        var rounds = 0
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
                guard plan.step(step).pointee.conditions.isEmpty || hold(plan.step(step).pointee.conditions, slot)
                else {
                    continue
                }
                if user.pointee.depth > 0 { noteBegin(slot, at: instant) }
                beginExchange(slot, step: step, intended: instant)
            case .pause(let shortest, let longest):
                let length = shortest + Int64(random.below(UInt64(longest - shortest) + 1))
                pause(slot, until: instant + Span(nanoseconds: length), from: instant)
            case .enter(let block):
                if enter(slot, block: block, at: instant) != .givesUp { continue }
            case .leave(let block):
                rounds += 1
                var next = endRound(slot, block: block, at: instant)
                // Rounds in which nothing is done must not keep the others from their turn.
                if next == nil, rounds == Self.mostIdleRounds { next = ReactorClock.now() + Self.idleRound }
                guard let due = next else { continue }
                pause(slot, until: due, from: instant)
            }
            return
        }
        endIteration(slot, at: instant, completed: true)
    }

    private func pause(_ slot: UserID, until due: Instant, from instant: Instant) {
        users[slot].pointee.hasActed = true
        // Nobody waits for a pause that the run's end cuts off.
        if loadsAreOver, due >= deadline {
            endIteration(slot, at: instant, completed: false)
        } else {
            wake(slot, at: due)
        }
    }

    /// Whether all of some conditions hold, by their places in the plan's list.
    func hold(_ conditions: Range<Int>, _ slot: UserID) -> Bool {
        conditions.allSatisfy { holds(plan.conditions[$0], slot) }
    }

    func holds(_ condition: CompiledCondition, _ slot: UserID) -> Bool {
        condition.holds(
            users[slot].pointee.context, tables: plan.tables, random: &random, subject: &buffers.scratch.pointee,
            value: &buffers.request.pointee)
    }

    /// The user's iteration is over; `completed`: it came to its end and was not given up.
    func endIteration(_ slot: UserID, at instant: Instant, completed: Bool, then promptness: Promptness = .inTurn) {
        let user = users[slot]
        let load = load(of: slot)
        users.busy -= 1
        loads[load].busy -= 1
        user.pointee.wake = .distantFuture
        if user.pointee.login == .underWay { user.pointee.login = .none }
        if completed, user.pointee.measured {
            recorder.record(iteration: instant - user.pointee.intended, of: Int(user.pointee.flow))
        }
        loads[load].stages.endFixed(ofStage: Int(user.pointee.stage))
        if user.pointee.hasActed || promptness == .later {
            startNextIteration(slot, from: instant, completed ? .atOnce : promptness)
        } else if loads[load].stages.isFixed {
            startNextIteration(slot, from: instant)
        } else {
            // Nothing was done: a stage of users would go round and round as fast as the processor can.
            startNextIteration(slot, from: ReactorClock.now() + Self.idleRound, .later)
        }
        reportStageIfDone(of: load, at: instant)
    }

    /// Rounds of blocks in a row in which a user does nothing, at most, before others have their turn.
    private static let mostIdleRounds = 100

    /// How long an iteration without an exchange or a pause lasts at least in a stage of users.
    private static let idleRound = Span(nanoseconds: 1_000_000)

    // MARK: Timers

    private func wake(_ slot: UserID, at due: Instant) {
        users[slot].pointee.wake = due
        timers.add(TimerHeap<UserID>.Timer(due: due, waiter: slot))
    }

    /// Wakes the user at an instant, or before: whoever is woken earlier than need be asks to be woken again. So timers
    /// don't pile up where the instant is put off again and again.
    func wake(_ slot: UserID, by due: Instant) { if due < users[slot].pointee.wake { wake(slot, at: due) } }

    /// True where more timers may be due.
    private func fireTimers(_ now: Instant) -> Bool {
        for _ in 0..<Self.turn {
            guard let timer = timers.takeDue(at: now) else { return false }
            let user = users[timer.waiter]
            guard user.pointee.wake == timer.due else { continue }
            user.pointee.wake = .distantFuture
            switch user.pointee.state {
            case .busy where user.pointee.course != nil: proceed(timer.waiter, at: ReactorClock.now())
            case .busy: advance(timer.waiter, from: timer.due)
            case .waiting: turn.ready.add(timer.waiter, intended: timer.due)
            case .free: break
            }
        }
        return true
    }
}
