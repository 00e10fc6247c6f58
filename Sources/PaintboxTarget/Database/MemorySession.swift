import Foundation

/// A session with the process's own memory, whose queries take as long as it is told: the embedded stand-in for a
/// database, with a real pool in front.
struct MemorySession: ProjectSource {
    let store: ProjectStore
    /// How long each query takes at least.
    let queryMicroseconds: Int

    func page(_ number: Int) -> ProjectStore.Page {
        pass()
        return store.page(number)
    }

    func project(_ id: Int) -> Project? {
        pass()
        return store.project(id)
    }

    func add(name: String, client: String) -> Project {
        pass()
        return store.add(name: name, client: client)
    }

    func add(_ calculation: Calculation, to id: Int) -> Estimate? {
        pass()
        return store.add(calculation, to: id)
    }

    private func pass() {
        if queryMicroseconds > 0 { usleep(UInt32(queryMicroseconds)) }
    }
}
