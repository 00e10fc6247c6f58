import CLinux
import Glibc
import Measures

/// Connections begin and end.
extension ProxyWorker {
    /// Connections accepted in one turn of the loop.
    private static let batch = 64

    func accept(_ proxy: WorkerProxy) {
        guard let listener = proxy.listener else { return }
        for _ in 0..<Self.batch {
            let descriptor = loadgate_accept(listener)
            if descriptor >= 0 {
                open(proxy, client: descriptor)
            } else if descriptor == -EMFILE || descriptor == -ENFILE {
                guard refuseForWantOfDescriptors(proxy, listener) else { return }
            } else if descriptor != -EINTR, descriptor != -ECONNABORTED {
                return
            }
        }
    }

    /// The process has no descriptor left: a client that waits learns so by a reset. False where that can't be had either.
    private func refuseForWantOfDescriptors(_ proxy: WorkerProxy, _ listener: Int32) -> Bool {
        guard spare >= 0 else { return false }
        close(spare)
        let descriptor = loadgate_accept(listener)
        if descriptor >= 0 {
            loadgate_close_with_reset(descriptor)
            proxy.accepted += 1
            proxy.failed += 1
        }
        spare = Glibc.open("/dev/null", O_RDONLY | O_CLOEXEC)
        return descriptor >= 0
    }

    private func open(_ proxy: WorkerProxy, client: Int32) {
        let now = Self.now()
        let slot = freeSlots.popLast() ?? connections.count
        if slot == connections.count { connections.append(nil) }
        generation = (generation &+ 1) & 0x3FFF_FFFF
        let connection = ProxiedConnection(
            slot: slot, generation: generation, proxy: proxy, client: client, seed: random.next(), at: now)
        connections[slot] = connection
        proxy.accepted += 1
        proxy.open += 1
        if !proxy.disturbances.isEmpty {
            connection.obeyDisturbances(at: now, &random)
            // One that is reset at once gets no connection to the upstream.
            if connection.rules.resetAt <= now { return settle(connection, at: now) }
        }
        connectUpstream(connection)
    }

    /// Begins to connect to the next address of the upstream.
    private func connectUpstream(_ connection: ProxiedConnection) {
        let addresses = connection.proxy.addresses
        while connection.address < addresses.count {
            var address = addresses[connection.address]
            let descriptor = loadgate_tcp_socket(address.family)
            guard descriptor >= 0 else { break }
            let status = loadgate_connect(descriptor, &address.storage, address.length)
            connection.sockets[ProxiedConnection.upstream] = .init(descriptor: descriptor)
            if status == 0 { return finishConnecting(connection) }
            if status == -EINPROGRESS {
                watch(connection, side: ProxiedConnection.upstream, for: EPOLLOUT.rawValue)
                // Only that it is gone is told.
                watch(connection, side: ProxiedConnection.client, for: 0)
                return schedule(connection, next: connection.rules.resetAt)
            }
            closeUpstream(connection)
            connection.address += 1
        }
        failUpstream(connection)
    }

    /// The connection to the upstream is made, or it isn't.
    func finishConnecting(_ connection: ProxiedConnection) {
        let descriptor = connection.sockets[ProxiedConnection.upstream].descriptor
        // A connection to a port at which nobody listens can meet itself, where that port was chosen for its own end.
        if loadgate_socket_error(descriptor) != 0 || loadgate_is_connected_to_itself(descriptor) {
            closeUpstream(connection)
            connection.address += 1
            return connectUpstream(connection)
        }
        connection.phase = .open
        settle(connection, at: Self.now())
    }

    private func closeUpstream(_ connection: ProxiedConnection) {
        let socket = connection.sockets[ProxiedConnection.upstream]
        if socket.descriptor >= 0 { close(socket.descriptor) }
        connection.sockets[ProxiedConnection.upstream] = .init()
    }

    /// Nobody accepts at the upstream: a client that would have been refused by it is reset, since the kernel has accepted it
    /// here already. What disturbs the way back disturbs that, too.
    private func failUpstream(_ connection: ProxiedConnection) {
        connection.proxy.failed += 1
        connection.phase = .open
        let now = Self.now()
        connection.lanes[0].isDead = true
        connection.lanes[1].noteEnd(.reset, at: now, &random)
        settle(connection, at: now)
    }

    /// Resets both sides.
    func abort(_ connection: ProxiedConnection) {
        for side in 0..<2 where connection.sockets[side].descriptor >= 0 {
            loadgate_close_with_reset(connection.sockets[side].descriptor)
        }
        forget(connection)
    }

    /// Closes both sides.
    func end(_ connection: ProxiedConnection) {
        for side in 0..<2 where connection.sockets[side].descriptor >= 0 { close(connection.sockets[side].descriptor) }
        forget(connection)
    }

    private func forget(_ connection: ProxiedConnection) {
        guard connections[connection.slot] === connection else { return }
        for side in 0..<2 {
            connection.sockets[side] = .init()
            connection.lanes[side].line.clear(&pool)
        }
        connections[connection.slot] = nil
        freeSlots.append(connection.slot)
        connection.proxy.open -= 1
    }
}
