import Glibc
import NIOHTTP1

/// A session with a PostgreSQL server, or with a pooler in front of one: statements are sent by themselves, nothing
/// stays with the session, so that a pooler may give each transaction another connection.
///
/// Confined to its thread. A connection that was lost is made again with the next query.
final class PostgresSession: ProjectSource {
    private let library: PostgresLibrary
    private let connectionText: String
    private var connection: PostgresLibrary.Connection?

    init(library: PostgresLibrary, connection: String) {
        self.library = library
        connectionText = connection
        self.connection = library.connect(connection)
    }

    deinit { library.finish(connection) }

    /// Makes the tables where they are missing, and fills them with what `store` begins with.
    func prepare(_ store: ProjectStore) throws(RequestProblem) {
        for statement in Self.tables { _ = try rows(statement) }
        for id in 1...ProjectStore.seeded {
            guard let project = store.project(id) else { continue }
            _ = try rows(
                "INSERT INTO projects (id, name, client) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                [String(id), project.name, project.client])
        }
        _ = try rows("SELECT setval('projects_id_seq', GREATEST((SELECT max(id) FROM projects), 1))")
    }

    private static let tables = [
        "CREATE TABLE IF NOT EXISTS projects (id serial PRIMARY KEY, name text NOT NULL, client text NOT NULL)",
        """
        CREATE TABLE IF NOT EXISTS estimates (id serial PRIMARY KEY, project integer NOT NULL REFERENCES projects, \
        hundredths integer NOT NULL, coats integer NOT NULL)
        """,
        "CREATE INDEX IF NOT EXISTS estimates_project ON estimates (project, id)",
    ]

    func page(_ number: Int) throws(RequestProblem) -> ProjectStore.Page {
        let rows = try rows(
            """
            SELECT p.id, p.name, p.client, (SELECT count(*) FROM estimates e WHERE e.project = p.id), \
            (SELECT count(*) FROM projects) FROM projects p ORDER BY p.id LIMIT $1 OFFSET $2
            """,
            [String(ProjectStore.pageSize), String((number - 1) * ProjectStore.pageSize)])
        let projects = rows.map { row in
            Project(id: Int(row[0]) ?? 0, name: row[1], client: row[2], estimateCount: Int(row[3]) ?? 0)
        }
        let total =
            if let first = rows.first { Int(first[4]) ?? 0 } else {
                Int(try self.rows("SELECT count(*) FROM projects").first?.first ?? "") ?? 0
            }
        return ProjectStore.Page(
            projects: projects, pages: (total + ProjectStore.pageSize - 1) / ProjectStore.pageSize, total: total)
    }

    func project(_ id: Int) throws(RequestProblem) -> Project? {
        guard id <= Self.greatestID else { return nil }
        let rows = try rows(
            """
            SELECT p.name, p.client, e.id, e.hundredths, e.coats FROM projects p LEFT JOIN LATERAL (SELECT * FROM \
            estimates WHERE project = p.id ORDER BY id DESC LIMIT $2) e ON true WHERE p.id = $1 ORDER BY e.id
            """,
            [String(id), String(ProjectStore.maxEstimates)])
        guard let first = rows.first else { return nil }
        var project = Project(id: id, name: first[0], client: first[1])
        project.estimates = rows.compactMap { row in
            guard let number = Int(row[2]), let hundredths = Int(row[3]), let coats = Int(row[4]),
                let calculation = Calculation(area: Double(hundredths) / 100, coats: coats)
            else { return nil }
            return Estimate(id: number, calculation: calculation)
        }
        project.estimateCount = project.estimates.count
        return project
    }

    func add(name: String, client: String) throws(RequestProblem) -> Project {
        let rows = try rows("INSERT INTO projects (name, client) VALUES ($1, $2) RETURNING id", [name, client])
        guard let id = rows.first.flatMap({ Int($0[0]) }) else { throw Self.unavailable }
        return Project(id: id, name: name, client: client)
    }

    func add(_ calculation: Calculation, to id: Int) throws(RequestProblem) -> Estimate? {
        guard id <= Self.greatestID else { return nil }
        let rows = try rows(
            """
            INSERT INTO estimates (project, hundredths, coats) SELECT id, $2::integer, $3::integer FROM projects \
            WHERE id = $1 RETURNING id
            """,
            [String(id), String(calculation.hundredths), String(calculation.coats)])
        return rows.first.flatMap { Int($0[0]) }.map { Estimate(id: $0, calculation: calculation) }
    }

    /// The column's type holds no more; the server would call a greater one an error.
    private static let greatestID = Int(Int32.max)

    /// What libpq says of the connection, for whoever started the server.
    var reason: String {
        guard let text = library.errorMessage(connection) else { return "it can't be reached" }
        return String(String(cString: text).trimmed)
    }

    private static let unavailable = RequestProblem(.serviceUnavailable, "the database is not available")

    /// The rows of a statement; a value that is NULL is empty. Its own words never reach a client.
    private func rows(_ statement: String, _ values: [String] = []) throws(RequestProblem) -> [[String]] {
        if library.status(connection) != PostgresLibrary.isConnected { library.reset(connection) }
        let copies = values.map { strdup($0) }
        defer { copies.forEach { free($0) } }
        let pointers = copies.map { UnsafePointer($0) }
        let result = library.execute(connection, statement, Int32(values.count), nil, pointers, nil, nil, 0)
        defer { library.clear(result) }
        guard PostgresLibrary.good ~= library.resultStatus(result) else { throw Self.unavailable }
        return (0..<library.rowCount(result)).map { row in
            (0..<library.columnCount(result)).map { column in
                library.value(result, row, column).map { String(cString: $0) } ?? ""
            }
        }
    }
}
