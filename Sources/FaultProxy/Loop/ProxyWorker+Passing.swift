import CLinux
import Glibc
import Measures

/// Bytes go through.
extension ProxyWorker {
    /// How long a connection that a disturbance closed waits for its sides to close, too.
    private static let closingTime = Span(nanoseconds: 1_000_000_000)

    func take(_ events: UInt32, side: Int, of connection: ProxiedConnection) {
        let isBroken = events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0
        switch connection.phase {
        case .connecting:
            if side == ProxiedConnection.upstream {
                finishConnecting(connection)
            } else if isBroken {
                end(connection)
            }
        case .closing: drain(connection, side: side)
        case .open:
            // Most events: something came, and nothing is done to it.
            if events == EPOLLIN.rawValue, connection.lanes[side].isStraight { return pass(connection, from: side) }
            if events & EPOLLOUT.rawValue != 0 { connection.lanes[1 - side].isBlocked = false }
            if events & ~EPOLLOUT.rawValue != 0 {
                if connection.lanes[side].room > 0 {
                    read(connection, from: side)
                } else if isBroken {
                    // It would be told again and again. What is unread stays until it can be taken.
                    unwatch(connection, side: side)
                    if events & EPOLLERR.rawValue != 0 {
                        connection.lanes[side].noteEnd(.reset, at: Self.now(), &random)
                    }
                }
            }
            settle(connection, at: Self.now())
        }
    }

    /// Passes on what came, where nothing disturbs it.
    private func pass(_ connection: ProxiedConnection, from side: Int) {
        guard pool.free * BlockPool.blockSize > Self.bufferSize + BlockPool.blockSize else {
            return settle(connection, at: Self.now())
        }
        let lane = connection.lanes + side
        let size = loadgate_read(connection.sockets[side].descriptor, buffer.baseAddress, Self.bufferSize)
        guard size > 0 else { return endReading(connection, from: side, size) }
        let sent = loadgate_send(connection.sockets[1 - side].descriptor, buffer.baseAddress, Int(size))
        let passed = max(0, sent)
        lane.pointee.passed += passed
        if side == 0 { connection.proxy.bytes.0 += passed } else { connection.proxy.bytes.1 += passed }
        guard passed < size else { return }
        let now = Self.now()
        if sent < 0, sent != -Int64(EAGAIN), sent != -Int64(EINTR) {
            kill(connection, side: 1 - side, at: now)
        } else {
            let rest = UnsafeRawBufferPointer(rebasing: buffer[Int(passed)..<Int(size)])
            lane.pointee.keep(rest, at: now, &random, &pool)
        }
        settle(connection, at: now)
    }

    /// Reads what came, to be passed on when it may.
    private func read(_ connection: ProxiedConnection, from side: Int) {
        let lane = connection.lanes + side
        let memory = pool.free * BlockPool.blockSize - BlockPool.blockSize
        let room = min(lane.pointee.room, Self.bufferSize)
        guard memory >= room else { return }
        let size = loadgate_read(connection.sockets[side].descriptor, buffer.baseAddress, room)
        guard size > 0 else { return endReading(connection, from: side, size) }
        for count in lane.pointee.rules.counts { count.value += 1 }
        lane.pointee.keep(
            UnsafeRawBufferPointer(rebasing: buffer[..<Int(size)]), at: Self.now(), &random, &pool)
    }

    /// A read gave no bytes: 0 at the end of the stream, or an error's number below zero.
    private func endReading(_ connection: ProxiedConnection, from side: Int, _ result: Int64) {
        if result == -Int64(EAGAIN) || result == -Int64(EINTR) { return }
        let now = Self.now()
        connection.lanes[side].noteEnd(result == 0 ? .finished : .reset, at: now, &random)
        settle(connection, at: now)
    }

    /// A side takes no bytes any more: it has reset its connection.
    private func kill(_ connection: ProxiedConnection, side: Int, at now: Instant) {
        connection.lanes[1 - side].isDead = true
        connection.lanes[1 - side].line.clear(&pool)
        connection.lanes[side].noteEnd(.reset, at: now, &random)
    }

    /// Does all that can be done for a connection now, and arranges for the rest.
    func settle(_ connection: ProxiedConnection, at now: Instant) {
        guard connections[connection.slot] === connection else { return }
        if connection.rules.resetAt <= now {
            connection.rules.resetCount?.value += 1
            connection.proxy.broken += 1
            return abort(connection)
        }
        if connection.phase == .connecting { return schedule(connection, next: connection.rules.resetAt) }
        if connection.phase == .closing {
            if connection.deadline <= now { return end(connection) }
            return schedule(connection, next: connection.deadline)
        }
        if connection.rules.closeAt <= now {
            return beginClosing(connection, for: connection.rules.closeCount, at: now)
        }

        var next = min(connection.rules.resetAt, connection.rules.closeAt)
        for lane in 0..<2 {
            let reach = passOn(connection, lane: lane, at: now)
            guard connection.phase == .open else { return }
            next = min(next, reach)
        }
        for lane in 0..<2 where connection.lanes[lane].dueEnd <= now {
            if connection.lanes[lane].end == .reset { return abort(connection) }
            let descriptor = connection.sockets[1 - lane].descriptor
            if descriptor >= 0 { shutdown(descriptor, Int32(SHUT_WR)) }
            connection.lanes[lane].hasEnded = true
        }
        if connection.lanes[0].hasEnded, connection.lanes[1].hasEnded { return end(connection) }
        for lane in 0..<2 { next = min(next, connection.lanes[lane].dueEnd) }
        for side in 0..<2 { rewatch(connection, side: side) }
        schedule(connection, next: next)
    }

    /// Sends what waits in a lane and may leave. Gives when more of it may.
    private func passOn(_ connection: ProxiedConnection, lane side: Int, at now: Instant) -> Instant {
        let lane = connection.lanes + side
        let descriptor = connection.sockets[1 - side].descriptor
        while !lane.pointee.line.isEmpty, !lane.pointee.isBlocked {
            let front = lane.pointee.line.front(pool)
            switch lane.pointee.turn(front.count, at: now, &random) {
            case .wait(let until): return until
            case .close(let count):
                beginClosing(connection, for: count, at: now)
                return .distantFuture
            case .send(let size):
                let sent = loadgate_send(descriptor, front.baseAddress, size)
                if sent == -Int64(EINTR) { continue }
                if sent == -Int64(EAGAIN) {
                    lane.pointee.isBlocked = true
                    return .distantFuture
                }
                guard sent > 0 else {
                    kill(connection, side: 1 - side, at: now)
                    return .distantFuture
                }
                lane.pointee.noteSent(Int(sent), at: now, &pool)
                if side == 0 { connection.proxy.bytes.0 += sent } else { connection.proxy.bytes.1 += sent }
                if !lane.pointee.isClear, let count = lane.pointee.reachedLimit {
                    beginClosing(connection, for: count, at: now)
                    return .distantFuture
                }
            }
        }
        return .distantFuture
    }

    // MARK: Closing

    /// Ends both sides, for a disturbance.
    private func beginClosing(_ connection: ProxiedConnection, for count: StrikeCount?, at now: Instant) {
        count?.value += 1
        connection.proxy.broken += 1
        connection.phase = .closing
        connection.deadline = now + Self.closingTime
        for side in 0..<2 {
            connection.lanes[side].line.clear(&pool)
            connection.lanes[side].hasEnded = false
            guard connection.sockets[side].descriptor >= 0 else {
                connection.lanes[side].hasEnded = true
                continue
            }
            shutdown(connection.sockets[side].descriptor, Int32(SHUT_WR))
            watch(connection, side: side, for: EPOLLIN.rawValue)
        }
        schedule(connection, next: connection.deadline)
    }

    /// Throws away what a side still sends; ends the connection where both have ended.
    private func drain(_ connection: ProxiedConnection, side: Int) {
        let size = loadgate_read(connection.sockets[side].descriptor, buffer.baseAddress, Self.bufferSize)
        if size > 0 || size == -Int64(EAGAIN) || size == -Int64(EINTR) { return }
        connection.lanes[side].hasEnded = true
        unwatch(connection, side: side)
        if connection.lanes[1 - side].hasEnded { end(connection) }
    }

    // MARK: Waiting

    /// Has the connection looked at again by then.
    func schedule(_ connection: ProxiedConnection, next: Instant) {
        guard next < connection.timer else { return }
        connection.timer = next
        timers.add(TimerHeap.Timer(due: next, waiter: connection.key))
    }

    /// Asks for what a side is waited for.
    private func rewatch(_ connection: ProxiedConnection, side: Int) {
        guard connection.sockets[side].descriptor >= 0 else { return }
        var interest: UInt32 = connection.lanes[1 - side].isBlocked ? EPOLLOUT.rawValue : 0
        let room = min(connection.lanes[side].room, Self.bufferSize)
        if room > 0 {
            if pool.free * BlockPool.blockSize > Self.bufferSize + BlockPool.blockSize {
                interest |= EPOLLIN.rawValue
            } else if !connection.isStarved {
                connection.isStarved = true
                starved.append(connection.key)
            }
        }
        // A socket that was taken out since both its ends are closed comes back only for what is left to be done.
        if interest != 0 || connection.sockets[side].interest != nil { watch(connection, side: side, for: interest) }
    }

    func watch(_ connection: ProxiedConnection, side: Int, for interest: UInt32) {
        let socket = connection.sockets + side
        guard socket.pointee.interest != interest else { return }
        let operation = socket.pointee.interest == nil ? EPOLL_CTL_ADD : EPOLL_CTL_MOD
        socket.pointee.interest = interest
        _ = loadgate_epoll_control(
            epoll, operation, socket.pointee.descriptor, interest, Self.payload(connection, side: side))
    }

    private func unwatch(_ connection: ProxiedConnection, side: Int) {
        let socket = connection.sockets + side
        guard socket.pointee.interest != nil else { return }
        socket.pointee.interest = nil
        _ = loadgate_epoll_control(epoll, EPOLL_CTL_DEL, socket.pointee.descriptor, 0, 0)
    }
}
