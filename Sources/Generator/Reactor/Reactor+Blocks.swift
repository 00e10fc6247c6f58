import Measures
import Scenarios

/// Blocks of steps: rounds, what ends them, and how long they took.
extension Reactor {
    /// The blocks that a user is in, the outermost first.
    private func openBlocks(_ slot: UserID) -> UnsafeMutableBufferPointer<OpenBlock> {
        UnsafeMutableBufferPointer(start: users[slot].pointee.blocks, count: Int(users[slot].pointee.depth))
    }

    /// What a user that comes to a block does.
    enum Entrance {
        /// Its steps.
        case enters
        /// What stands behind it: a condition doesn't hold, or no round is to be done.
        case passes
        /// Nothing: how many rounds there are is not known, so that its iteration was given up.
        case givesUp
    }

    /// The user comes to a block.
    func enter(_ slot: UserID, block number: Int, at instant: Instant) -> Entrance {
        let block = plan.block(number)
        let user = users[slot]
        guard let memory = user.pointee.blocks, hold(block.pointee.conditions, slot) else {
            user.pointee.action = block.pointee.end
            return .passes
        }
        guard let rounds = rounds(of: block, slot) else {
            giveUpUnsent(slot, step: block.pointee.firstStep, at: instant, Self.unknownRounds)
            return .givesUp
        }
        guard rounds > 0 else {
            user.pointee.action = block.pointee.end
            return .passes
        }
        memory[block.pointee.depth] = OpenBlock(number, rounds: rounds, at: instant)
        user.pointee.depth = UInt8(block.pointee.depth + 1)
        if block.pointee.kind != .group { user.pointee.context.round = 1 }
        return .enters
    }

    private static let unknownRounds =
        "not sent: what says how often it is repeated was not captured, or is not a whole number"

    /// How many rounds a block is to have; nil where a captured value is missing, or no number.
    private func rounds(of block: UnsafeMutablePointer<CompiledBlock>, _ slot: UserID) -> Int? {
        guard block.pointee.count < 0 else {
            let text = text(plan.counts[block.pointee.count], of: slot)
            return text.flatMap { Int($0) }.map { min($0, block.pointee.mostRounds) }
        }
        let fewest = block.pointee.fewestRounds
        let more = block.pointee.mostRounds - fewest
        return more == 0 ? fewest : fewest + Int(random.below(UInt64(more) + 1))
    }

    /// The end of a block's steps is reached: the user goes on behind it, or with the next round. Gives the instant at which
    /// that begins, where it is yet to come.
    func endRound(_ slot: UserID, block number: Int, at instant: Instant) -> Instant? {
        let block = plan.block(number)
        guard let open = users[slot].pointee.blocks.map({ $0 + block.pointee.depth }) else { return nil }
        let isReached = block.pointee.goal >= 0 && goalHolds(block.pointee.goal, open, slot)
        if isReached || open.pointee.round >= open.pointee.rounds {
            close(block, open, slot, isReached: isReached)
            return nil
        }
        var due = instant
        if block.pointee.longestPause > 0 {
            let (shortest, longest) = (block.pointee.shortestPause, block.pointee.longestPause)
            due = due + Span(nanoseconds: shortest + Int64(random.below(UInt64(longest - shortest) + 1)))
        } else if block.pointee.every > 0 {
            due = max(due, open.pointee.roundStart + Span(nanoseconds: block.pointee.every))
        }
        open.pointee.round += 1
        open.pointee.roundStart = due
        open.pointee.isJudged = false
        open.pointee.holds = false
        users[slot].pointee.context.round = open.pointee.round
        users[slot].pointee.action = block.pointee.first
        return due > instant ? due : nil
    }

    /// The user is through with a block.
    private func close(
        _ block: UnsafeMutablePointer<CompiledBlock>, _ open: UnsafeMutablePointer<OpenBlock>, _ slot: UserID,
        isReached: Bool
    ) {
        users[slot].pointee.depth = UInt8(block.pointee.depth)
        // What is around it has its own number of rounds.
        users[slot].pointee.context.round =
            openBlocks(slot).last { plan.block($0.block).pointee.kind != .group }?.round ?? 0
        guard users[slot].pointee.measured, open.pointee.hasBegun, block.pointee.measured >= 0 else { return }
        let tally = recorder.tally(ofBlock: block.pointee.measured)
        let time = open.pointee.last - open.pointee.start
        switch block.pointee.kind {
        case .group where open.pointee.isCut, .until where open.pointee.isCut && !isReached: break
        case .until where !isReached: tally.pointee.miss()
        case .until: tally.pointee.reach(in: time, rounds: open.pointee.round)
        case .group, .repeated: tally.pointee.complete(in: time, hasFailed: open.pointee.hasFailed)
        }
    }

    // MARK: Exchanges in blocks

    /// An exchange of a user that is in a block is to begin.
    func noteBegin(_ slot: UserID, at intended: Instant) {
        let open = openBlocks(slot)
        for index in open.indices where !open[index].hasBegun {
            open[index].hasBegun = true
            open[index].start = intended
            open[index].last = intended
            let measured = plan.block(open[index].block).pointee.measured
            if measured >= 0, users[slot].pointee.measured { recorder.tally(ofBlock: measured).pointee.begun &+= 1 }
        }
    }

    /// A step of a user that is in a block is over. `isCut`: a stall of this process cut it off.
    func noteEnd(_ slot: UserID, at instant: Instant, isCut: Bool = false) {
        let open = openBlocks(slot)
        for index in open.indices {
            open[index].last = instant
            if isCut { open[index].isCut = true }
        }
    }

    /// Something failed in the blocks that a user is in.
    func noteFailure(_ slot: UserID) {
        let open = openBlocks(slot)
        for index in open.indices { open[index].hasFailed = true }
    }

    /// The iteration of a user that is in blocks is given up.
    func giveUpBlocks(_ slot: UserID) {
        guard users[slot].pointee.measured else { return }
        for open in openBlocks(slot) where open.hasBegun {
            let measured = plan.block(open.block).pointee.measured
            if measured >= 0 { recorder.tally(ofBlock: measured).pointee.givenUp &+= 1 }
        }
    }

    // MARK: What untils wait for

    /// Whether what a block waits for holds at the end of a round.
    private func goalHolds(_ goal: Int, _ open: UnsafeMutablePointer<OpenBlock>, _ slot: UserID) -> Bool {
        if open.pointee.isJudged { return open.pointee.holds }
        // The last exchange got no answer.
        guard case .value(let condition) = plan.goals[goal].kind else { return false }
        return holds(condition, slot)
    }

    /// Looks at the answer that ends a round of one or more untils. Where it is the last one that they allow, and it is not
    /// what they wait for, its exchange failed for that.
    func judgeGoals(
        _ answer: AnswerJudge.Answer, _ slot: UserID, step: Int, isTold: Bool,
        _ judgement: inout AnswerJudge.Judgement
    ) {
        let open = openBlocks(slot)
        // Whether no block within has a round to come.
        var isLast = true
        for index in open.indices.reversed() {
            let block = plan.block(open[index].block)
            guard block.pointee.lastStep == step else { return }
            let isLastRound = open[index].round >= open[index].rounds
            guard block.pointee.goal >= 0 else {
                isLast = isLast && isLastRound
                continue
            }
            let goal = plan.goals[block.pointee.goal]
            let (holds, seen) = look(at: answer, goal, slot, step: step, isTold: isTold && isLastRound)
            open[index].isJudged = true
            open[index].holds = holds
            guard !holds else { continue }
            isLast = isLast && isLastRound
            if isLast, judgement.outcome == .ok {
                judgement.outcome = .untilUnmet
                judgement.message = isTold ? goal.message(seen: seen) : nil
            }
        }
    }

    /// Whether an answer is what a block waits for; if not, what it was, where that is told.
    private func look(
        at answer: AnswerJudge.Answer, _ goal: BlockGoal, _ slot: UserID, step: Int, isTold: Bool
    ) -> (holds: Bool, seen: String?) {
        switch goal.kind {
        case .answer(let judge):
            let found = judge.judge(
                answer, captures: nil, isTold: isTold, secrets: { self.secrets(of: slot, step, answer.body) },
                render: { text($0, of: slot) })
            return (found.outcome == .ok, isTold ? found.message : nil)
        case .value(let condition):
            guard !holds(condition, slot) else { return (true, nil) }
            guard isTold else { return (false, nil) }
            let seen = text(condition.subject, of: slot).map {
                "got \(secrets(of: slot, step, answer.body).excerpt($0, characters: 80))"
            }
            return (false, seen ?? "there is none")
        }
    }
}
