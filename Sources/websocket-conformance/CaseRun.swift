import Foundation
import Generator

/// The cases of a fuzzing server, one after the other.
struct CaseRun {
    static let agent = "loadgate"

    let port: UInt16

    /// Runs each case, then has the server write its reports. Prints where it is.
    func all() throws {
        let count = try caseCount()
        for number in 1...max(count, 1) {
            let identifier = try identifier(of: number)
            if number % 20 == 1 {
                print("  case \(number) of \(count): \(identifier)")
                fflush(nil)
            }
            try runCase(number, identifier: identifier)
        }
        _ = try answer("/updateReports?agent=\(Self.agent)")
    }

    /// Echoes what the server sends, as the cases ask. How that went the server judges: a connection that breaks is a
    /// result, not an error.
    private func runCase(_ number: Int, identifier: String) throws {
        let link = try Link(
            port: port, path: "/runCase?case=\(number)&agent=\(Self.agent)", deflate: Self.offer(for: identifier))
        link.converse { kind, message in link.send(kind, message) }
    }

    /// Cases 13.2 and 13.5 to 13.7 want to be allowed to ask for no context takeover; a client that offers that uses none,
    /// so it is not offered elsewhere.
    private static func offer(for identifier: String) -> DeflateOffer {
        var offer = DeflateOffer()
        let series = identifier.split(separator: ".").prefix(2).joined(separator: ".")
        offer.clientNoContextTakeover = ["13.2", "13.5", "13.6", "13.7"].contains(series)
        return offer
    }

    /// The server may still be starting: it gets a minute.
    private func caseCount() throws -> Int {
        let deadline = Date() + 60
        while true {
            do {
                return Int(try answer("/getCaseCount")) ?? 0
            } catch Link.Failure.connect where Date() < deadline {
                usleep(100_000)
            }
        }
    }

    private func identifier(of number: Int) throws -> String {
        struct Info: Decodable { var id: String }
        return try JSONDecoder().decode(Info.self, from: Data(try answer("/getCaseInfo?case=\(number)").utf8)).id
    }

    /// The one message that the server has for a path; empty where it has none.
    private func answer(_ path: String) throws -> String {
        let link = try Link(port: port, path: path, deflate: nil)
        var text = ""
        link.converse { _, message in text = String(decoding: message, as: UTF8.self) }
        return text
    }
}
