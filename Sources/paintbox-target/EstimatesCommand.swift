import ArgumentParser
import PaintboxTarget

/// Prints a table of expected prices, to check answers against.
struct EstimatesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "estimates",
        abstract: "Print a CSV of areas, coats and the totals that the price calculation must give.",
        shouldDisplay: false)

    @Option(help: "Rows, 1 to 1000000.")
    var count = 200

    @Option(help: "The same seed gives the same rows.")
    var seed: UInt64 = 1

    func validate() throws {
        guard (1...1_000_000).contains(count) else { throw ValidationError("--count must be 1 to 1000000") }
    }

    func run() {
        print(EstimateTable.csv(count: count, seed: seed), terminator: "")
    }
}
