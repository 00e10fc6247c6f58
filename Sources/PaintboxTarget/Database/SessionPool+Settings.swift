extension SessionPool<any ProjectSource> {
    /// The pool that settings ask for. A database is made ready first.
    ///
    /// - Throws: ``PaintboxServer/StartError`` where it can't be used.
    convenience init(_ settings: DatabaseSettings, _ store: ProjectStore) throws(PaintboxServer.StartError) {
        let open: @Sendable () -> any ProjectSource
        switch settings.kind {
        case .memory(let microseconds):
            open = { MemorySession(store: store, queryMicroseconds: microseconds) }
        case .postgres(let connection):
            guard let library = PostgresLibrary() else {
                throw .database(reason: "libpq.so.5 is missing (Debian: libpq5)")
            }
            let first = PostgresSession(library: library, connection: connection)
            do throws(RequestProblem) {
                try first.prepare(store)
            } catch {
                throw .database(reason: first.reason)
            }
            open = { PostgresSession(library: library, connection: connection) }
        }
        self.init(size: settings.leastSessions...settings.mostSessions, open: open)
    }
}
