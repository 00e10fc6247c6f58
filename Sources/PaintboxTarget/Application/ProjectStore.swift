import NIOConcurrencyHelpers
import NIOCore

/// All projects, in memory. Both regions share it, as if replication took no time.
///
/// Bounded: beyond `maxCreated` created projects the oldest of them is forgotten, beyond ``maxEstimates`` estimates
/// of a project its oldest. The projects made at the start stay.
final class ProjectStore: Sendable {
    /// Projects on a page of the list.
    static let pageSize = 20
    /// Projects made at the start, with the ids 1 to this.
    static let seeded = 200
    /// Estimates kept for each project.
    static let maxEstimates = 20

    private struct State: Sendable {
        var seeded: [Project] = []
        var created = CircularBuffer<Project>()
        var nextID = 1
        var nextEstimate = 1
        var forgotten = 0

        /// Ids are consecutive, so that a place follows from an id.
        func createdIndex(_ id: Int) -> CircularBuffer<Project>.Index? {
            guard let first = created.first?.id, id >= first, id < nextID else { return nil }
            return created.index(created.startIndex, offsetBy: id - first)
        }
    }

    private let state: NIOLockedValueBox<State>
    private let maxCreated: Int

    init(seed: UInt64, maxCreated: Int) {
        self.maxCreated = maxCreated
        var random = SplitMix64(seed: seed)
        let jobs = ["Facade", "Stairwell", "Kitchen", "Loft", "Office floor", "Fence", "Garage", "Ceiling"]
        let clients = ["Abel", "Brandt", "Castillo", "Dimitrov", "Eze", "Fischer", "Grant", "Hassan"]
        var state = State()
        for id in 1...Self.seeded {
            let name = "\(jobs[random.below(jobs.count)]) \(id)"
            state.seeded.append(Project(id: id, name: name, client: clients[random.below(clients.count)]))
        }
        state.nextID = Self.seeded + 1
        self.state = NIOLockedValueBox(state)
    }

    /// A page of the list, the pages' number and the projects' number.
    struct Page {
        let projects: [Project]
        let pages: Int
        let total: Int
    }

    /// How many created projects were forgotten.
    var forgotten: Int { state.withLockedValue { $0.forgotten } }

    /// Gives page `number`, which begins at 1; pages past the end are empty.
    func page(_ number: Int) -> Page {
        state.withLockedValue { state in
            let total = state.seeded.count + state.created.count
            let begin = min((number - 1) * Self.pageSize, total)
            let projects = (begin..<min(begin + Self.pageSize, total)).map { index in
                index < state.seeded.count
                    ? state.seeded[index]
                    : state.created[state.created.index(state.created.startIndex, offsetBy: index - state.seeded.count)]
            }
            return Page(projects: projects, pages: (total + Self.pageSize - 1) / Self.pageSize, total: total)
        }
    }

    /// Gives a project.
    func project(_ id: Int) -> Project? {
        state.withLockedValue { state in
            if id >= 1 && id <= state.seeded.count { return state.seeded[id - 1] }
            return state.createdIndex(id).map { state.created[$0] }
        }
    }

    /// Makes a project.
    func add(name: String, client: String) -> Project {
        state.withLockedValue { state in
            let project = Project(id: state.nextID, name: name, client: client)
            state.nextID += 1
            state.created.append(project)
            if state.created.count > maxCreated {
                state.created.removeFirst()
                state.forgotten += 1
            }
            return project
        }
    }

    /// Keeps an estimate for a project; nil if there is no such project.
    func add(_ calculation: Calculation, to id: Int) -> Estimate? {
        state.withLockedValue { state in
            let estimate = Estimate(id: state.nextEstimate, calculation: calculation)
            if id >= 1 && id <= state.seeded.count {
                Self.append(estimate, to: &state.seeded[id - 1])
            } else if let index = state.createdIndex(id) {
                Self.append(estimate, to: &state.created[index])
            } else {
                return nil
            }
            state.nextEstimate += 1
            return estimate
        }
    }

    private static func append(_ estimate: Estimate, to project: inout Project) {
        project.estimates.append(estimate)
        if project.estimates.count > maxEstimates { project.estimates.removeFirst() }
    }
}
