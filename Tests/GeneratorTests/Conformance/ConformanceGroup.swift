/// The parts of the table.
enum ConformanceGroup: String, CaseIterable, Sendable {
    case methods, requests, chunks, lengths, closes, resets, heads, statusLines, interim, bodiless, persistence, timing,
        judgement

    var entries: [ConformanceEntry] {
        switch self {
        case .methods: Self.methodEntries
        case .requests: Self.requestEntries
        case .chunks: Self.chunkEntries
        case .lengths: Self.lengthEntries
        case .closes: Self.closeEntries
        case .resets: Self.resetEntries
        case .heads: Self.headEntries
        case .statusLines: Self.statusLineEntries
        case .interim: Self.interimEntries
        case .bodiless: Self.bodilessEntries
        case .persistence: Self.persistenceEntries
        case .timing: Self.timingEntries
        case .judgement: Self.judgementEntries
        }
    }
}
