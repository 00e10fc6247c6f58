import Foundation
import Scenarios

/// The SHA-256 of what shapes a load: flows, defaults, identities, the stages as they are carried out, the rows of tables
/// and the files that are sent. Runs whose digests differ sent something else. Comments, objectives and verifications are no part of it.
enum LoadDigest {
    /// The digest in hexadecimal.
    static func sha256(of scenario: Scenario) -> String {
        var digest = Digest.sha256(Data(scenario.loadSource.utf8))
        for load in scenario.loads {
            if let name = load.name {
                let flows = (load.flows ?? []).map(JSONString.quoted).joined(separator: ",")
                let users = load.maxUsers.map { " \($0)" } ?? ""
                digest = Digest.sha256(
                    Data("\(digest) load \(name) [\(flows)] \(load.start.components)\(users)".utf8))
            }
            for stage in load.stages { digest = Digest.sha256(Data("\(digest) \(text(stage))".utf8)) }
        }
        for table in scenario.data { digest = add(table, to: digest) }
        for path in scenario.steps.flatMap({ $0.body?.paths ?? [] }) {
            let content = FileManager.default.contents(atPath: path) ?? Data()
            digest = Digest.sha256(Data("\(digest) \(Digest.sha256(content))".utf8))
        }
        return digest
    }

    private static func text(_ stage: Stage) -> String {
        let length = stage.duration.map { "\($0.components.seconds).\($0.components.attoseconds)" } ?? ""
        let warmup = stage.isWarmup ? " warmup" : ""
        return switch stage {
        case .arrivals(let stage): "arrivals \(stage.from) \(stage.to) \(stage.spacing) \(length)\(warmup)"
        case .users(let stage): "users \(stage.from) \(stage.to) \(length)\(warmup)"
        case .iterations(let stage): "iterations \(stage.iterations) \(stage.users)\(warmup)"
        }
    }

    /// A large table goes in piece by piece, so that it isn't in memory twice.
    private static func add(_ table: DataTable, to digest: String) -> String {
        var digest = digest
        var piece = Data("\(table.name) \(table.order.rawValue)\n".utf8)
        // What the values don't tell themselves: a text of JSON lines that looks like a number.
        for (column, form) in table.forms.enumerated()
        where form != ColumnForm(ofValues: table.rows.lazy.map { $0[column] }) {
            piece.append(Data("\(column) \(form)\n".utf8))
        }
        for row in [table.columns] + table.rows {
            for value in row { piece.append(Data("\(JSONString.quoted(value)),".utf8)) }
            piece.append(UInt8(ascii: "\n"))
            if piece.count > 1 << 20 {
                digest = Digest.sha256(Data(digest.utf8) + piece)
                piece.removeAll(keepingCapacity: true)
            }
        }
        return Digest.sha256(Data(digest.utf8) + piece)
    }
}
