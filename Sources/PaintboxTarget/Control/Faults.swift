import NIOCore
import NIOHTTP1

/// What is made to go wrong. Times are milliseconds, ratios and shares 0 to 1; what is absent is 0.
struct Faults: Decodable, Equatable, Sendable {
    /// Longest time that a fault may last or add (ten minutes).
    static let maxMilliseconds = 600_000

    /// Added to a `latency_share` of answers; fractions count, too.
    var latencyMilliseconds = 0.0
    /// Which share of answers `latency_ms` is added to; 1 if only the latency is given.
    var latencyShare = 1.0
    /// The share of requests answered with 500.
    var errorRatio = 0.0
    /// No answer leaves for this long from now on.
    var freezeMilliseconds = 0
    /// The share of requests whose connection is closed without an answer.
    var dropRatio = 0.0
    /// How much longer a calculation takes.
    var calculationDelayMilliseconds = 0
    /// The region concerned; all of the service, the edge's own answers too, if absent.
    var region: String?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case latencyMilliseconds = "latency_ms"
        case latencyShare = "latency_share"
        case errorRatio = "error_ratio"
        case freezeMilliseconds = "freeze_ms"
        case dropRatio = "drop_ratio"
        case calculationDelayMilliseconds = "calculation_delay_ms"
        case region
    }

    private struct AnyKey: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init() {}

    init(from decoder: any Decoder) throws {
        // A misspelt fault would switch nothing on and look as if it had.
        let names = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
        if let name = names.first(where: { CodingKeys(stringValue: $0) == nil }) {
            throw RequestProblem(.badRequest, "unknown fault \"\(name.prefix(64))\"")
        }
        let values = try decoder.container(keyedBy: CodingKeys.self)
        latencyMilliseconds = try values.decodeIfPresent(Double.self, forKey: .latencyMilliseconds) ?? 0
        latencyShare = try values.decodeIfPresent(Double.self, forKey: .latencyShare) ?? 1
        errorRatio = try values.decodeIfPresent(Double.self, forKey: .errorRatio) ?? 0
        freezeMilliseconds = try values.decodeIfPresent(Int.self, forKey: .freezeMilliseconds) ?? 0
        dropRatio = try values.decodeIfPresent(Double.self, forKey: .dropRatio) ?? 0
        calculationDelayMilliseconds = try values.decodeIfPresent(Int.self, forKey: .calculationDelayMilliseconds) ?? 0
        region = try values.decodeIfPresent(String.self, forKey: .region)
    }

    /// - Throws: ``RequestProblem`` 400 if a value is out of its range or the region is unknown.
    func check() throws(RequestProblem) {
        let times = [freezeMilliseconds, calculationDelayMilliseconds].map(Double.init) + [latencyMilliseconds]
        guard times.allSatisfy({ 0...Double(Self.maxMilliseconds) ~= $0 }) else {
            throw RequestProblem(.badRequest, "times must be 0 to \(Self.maxMilliseconds) ms")
        }
        for ratio in [latencyShare, errorRatio, dropRatio] where !(0...1).contains(ratio) {
            throw RequestProblem(.badRequest, "ratios and shares must be 0 to 1")
        }
        if let region, !Region.all.contains(where: { $0.name == region }) {
            throw RequestProblem(.badRequest, "unknown region")
        }
    }

    /// Whether anything goes wrong at all.
    var isActive: Bool {
        latencyMilliseconds > 0 || errorRatio > 0 || freezeMilliseconds > 0 || dropRatio > 0
            || calculationDelayMilliseconds > 0
    }

    /// Whether `region` is concerned.
    func concerns(_ region: Region) -> Bool {
        self.region == nil || self.region == region.name
    }

    /// Appends the faults as JSON, all members named.
    func write(to buffer: inout ByteBuffer) {
        let whole = Int(exactly: latencyMilliseconds).map(String.init)
        buffer.writeString("{\"latency_ms\":\(whole ?? "\(latencyMilliseconds)"),\"latency_share\":\(latencyShare),")
        buffer.writeString("\"error_ratio\":\(errorRatio),\"freeze_ms\":\(freezeMilliseconds),")
        buffer.writeString("\"drop_ratio\":\(dropRatio),\"calculation_delay_ms\":\(calculationDelayMilliseconds),")
        buffer.writeStaticString("\"region\":")
        if let region { buffer.writeJSON(region) } else { buffer.writeStaticString("null") }
        buffer.writeStaticString("}")
    }
}
