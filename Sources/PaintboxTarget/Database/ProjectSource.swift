/// Where projects are kept: in memory, or in a database.
protocol ProjectSource {
    /// Gives page `number`, which begins at 1; pages past the end are empty.
    func page(_ number: Int) throws(RequestProblem) -> ProjectStore.Page
    /// Gives a project; nil if there is none of that id.
    func project(_ id: Int) throws(RequestProblem) -> Project?
    /// Makes a project.
    func add(name: String, client: String) throws(RequestProblem) -> Project
    /// Keeps an estimate for a project; nil if there is no such project.
    func add(_ calculation: Calculation, to id: Int) throws(RequestProblem) -> Estimate?
}

extension ProjectStore: ProjectSource {}
