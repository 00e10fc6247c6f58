import Glibc

/// Orders in a PostgreSQL server, or behind a pooler in front of one.
///
/// Confined to its thread. A connection that was lost, or whose answer did not come in time, is made again with the next
/// question: libpq then tries the hosts of the connection string in turn.
final class PostgresOrders: OrderSource {
    /// How long an answer may take, in milliseconds. The server is not told: one that waits for its standby would
    /// acknowledge at a cancellation (PostgreSQL, `synchronous_commit`).
    private static let patience: Int32 = 1_500

    private let library: PostgresLibrary
    private let connectionText: String
    private var connection: PostgresLibrary.Connection?

    init(library: PostgresLibrary, connection: String) {
        self.library = library
        connectionText = connection
    }

    deinit { disconnect() }

    /// Why a statement has no rows.
    private enum Failure: Error {
        /// It never reached a server, or the server rolled it back.
        case refused(String)
        case unknown
    }

    // A second row of the same id must write, too: only then does its commit wait for a standby.
    private static let insertion = """
        INSERT INTO orders AS o (id, count) VALUES ($1, $2::integer) \
        ON CONFLICT (id) DO UPDATE SET count = o.count + $3::integer RETURNING count
        """

    func apply(_ id: String, _ rules: OrderRules) throws(RequestProblem) -> Int {
        let again = rules.isIdempotent ? 0 : rules.times
        do throws(Failure) {
            let rows = try rows(Self.insertion, [id, String(rules.times), String(again)])
            guard let count = rows.first.flatMap({ Int($0) }) else { throw .unknown }
            return count
        } catch {
            switch error {
            case .refused(let reason):
                throw .notApplied(reason == "42P01" ? "the table is still being made" : reason)
            case .unknown: throw .outcomeUnknown
            }
        }
    }

    func count(_ id: String) throws(RequestProblem) -> Int? {
        do throws(Failure) {
            return try rows("SELECT count FROM orders WHERE id = $1", [id]).first.flatMap { Int($0) }
        } catch {
            throw .ordersUnreadable
        }
    }

    func ids() throws(RequestProblem) -> [String] {
        do throws(Failure) { return try rows("SELECT id FROM orders", []) } catch { throw .ordersUnreadable }
    }

    // No id holds a blank. The collation is that of bytes, whatever the database's is.
    private static let page = """
        SELECT id || ' ' || count FROM orders WHERE id COLLATE "C" > $1 ORDER BY id COLLATE "C" LIMIT $2::integer
        """

    func page(after id: String, limit: Int) throws(RequestProblem) -> [CountedOrder] {
        do throws(Failure) {
            return try rows(Self.page, [id, String(limit)]).compactMap { row in
                let parts = row.split(separator: " ")
                guard parts.count == 2, let count = Int(parts[1]) else { return nil }
                return CountedOrder(id: String(parts[0]), count: count)
            }
        } catch {
            throw .ordersUnreadable
        }
    }

    // MARK: - Statements

    /// The first column of a statement's rows; the table is made where it is missing.
    private func rows(_ statement: String, _ values: [String]) throws(Failure) -> [String] {
        for _ in 0..<20 {
            do throws(Failure) {
                return try ask(statement, values)
            } catch {
                // undefined_table
                guard case .refused("42P01") = error else { throw error }
            }
            // Another session may make it at the same time, which PostgreSQL calls an error, and may not be done yet.
            do throws(Failure) { _ = try ask(Self.table, []) } catch { usleep(50_000) }
        }
        return try ask(statement, values)
    }

    private static let table = """
        CREATE TABLE IF NOT EXISTS orders \
        (id text PRIMARY KEY, count integer NOT NULL, made timestamptz NOT NULL DEFAULT now())
        """

    private func ask(_ statement: String, _ values: [String]) throws(Failure) -> [String] {
        guard connect() else { throw .refused("the database can't be reached") }
        let copies = values.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        let pointers = copies.map { UnsafePointer($0) }
        guard library.send(connection, statement, Int32(values.count), nil, pointers, nil, nil, 0) == 1 else {
            disconnect()
            throw .unknown
        }
        guard let result = answer() else {
            disconnect()
            throw .unknown
        }
        defer { library.clear(result) }
        guard PostgresLibrary.good ~= library.resultStatus(result) else {
            let code = library.errorField(result, PostgresLibrary.sqlState).map { String(cString: $0) } ?? ""
            // Class 08: connections; 57P0x: the server ends, maybe after the commit; 40003: completion unknown.
            let isUnknown =
                library.status(connection) != PostgresLibrary.isConnected || code.isEmpty || code.hasPrefix("08")
                || code.hasPrefix("57P") || code == "40003"
            // 25006: a standby, or a master that became one; another host may do.
            if isUnknown || code == "25006" { disconnect() }
            if isUnknown { throw .unknown }
            throw .refused(code == "25006" ? "the database takes no writes" : code)
        }
        return (0..<library.rowCount(result)).map { row in
            library.value(result, row, 0).map { String(cString: $0) } ?? ""
        }
    }

    /// The last result of the statement on its way; nil: none came in time, or the connection broke.
    private func answer() -> PostgresLibrary.Result? {
        let end = Self.milliseconds + Int64(Self.patience)
        var last: PostgresLibrary.Result?
        while true {
            while library.isBusy(connection) == 1 {
                var request = pollfd(fd: library.socket(connection), events: Int16(POLLIN), revents: 0)
                let left = end - Self.milliseconds
                guard left > 0, request.fd >= 0 else { return forget(last) }
                let ready = poll(&request, 1, Int32(left))
                if ready < 0, errno != EINTR { return forget(last) }
                if ready > 0, library.consume(connection) != 1, library.isBusy(connection) == 1 { return forget(last) }
            }
            guard let next = library.nextResult(connection) else { return last }
            if let last { library.clear(last) }
            last = next
        }
    }

    private func forget(_ result: PostgresLibrary.Result?) -> PostgresLibrary.Result? {
        if let result { library.clear(result) }
        return nil
    }

    private static var milliseconds: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1_000 + Int64(now.tv_nsec) / 1_000_000
    }

    // MARK: - Connections

    private func connect() -> Bool {
        if connection != nil, library.status(connection) == PostgresLibrary.isConnected { return true }
        disconnect()
        connection = library.connect(connectionText)
        guard library.status(connection) == PostgresLibrary.isConnected else {
            disconnect()
            return false
        }
        return true
    }

    private func disconnect() {
        if connection != nil { library.finish(connection) }
        connection = nil
    }
}
