public import Baselines
internal import VerificationKit

/// The capacity that another is compared with: of an earlier search, or of a baseline.
public struct CapacityReference: Sendable {
    /// What it is called; secrets are replaced where it is shown.
    public var name: String
    /// The estimate; nil where no rate held.
    public var rate: Double?
    /// The lower end of its interval.
    public var low: Double?
    /// The upper end; nil where no rate was shown not to hold.
    public var high: Double?
    /// True where every rate that was asked for held: then a missing upper end is no gap in what was measured.
    public var isTop: Bool
    /// What it was found on; nil where that is not known.
    public var environment: Environment?

    /// What an earlier search found.
    public init(_ result: RunResult, name: String) {
        self.name = name
        rate = result.capacity?.rate
        low = result.capacity?.low
        high = result.capacity?.high
        isTop = result.capacity?.limit == .top
        environment = result.environment
    }

    /// What stands in a baseline.
    public init(_ record: CapacityRecord, name: String) {
        self.name = name
        rate = record.rate
        low = record.low
        high = record.high
        isTop = record.high == nil
        environment = record.environment
    }

    /// Why a capacity found in an environment can't be compared with it, in words; nil: it can, or nobody knows.
    public func difference(from environment: Environment?) -> String? {
        guard let before = self.environment, let environment,
            let difference = environment.differences(fromUncalibrated: before).first(where: \.blocks)
        else { return nil }
        // The digest is of the objectives, too.
        guard before.scenarioSHA256 != environment.scenarioSHA256, difference.name == "the load" else {
            return difference.description
        }
        return "the load or the objectives were others"
    }
}

extension CapacityRecord {
    /// Takes what a search found; nil where that is none to hold later ones against, for the reason that ``refusal(of:)`` tells.
    public init?(_ result: RunResult) {
        guard Self.refusal(of: result) == nil, let capacity = result.capacity, let rate = capacity.rate,
            let environment = result.environment
        else { return nil }
        self.init(
            started: result.started, rate: rate, low: capacity.low ?? rate, high: capacity.high,
            limitedBy: capacity.high == nil ? nil : capacity.limitedBy, environment: environment)
    }

    /// Why a result's capacity can't be kept, in words; nil: it can.
    public static func refusal(of result: RunResult) -> String? {
        guard let capacity = result.capacity else { return "it is no search for a capacity" }
        if result.partial { return "the search broke off before its end" }
        guard capacity.rate != nil, capacity.verdict == .pass else {
            return "nothing was found that later ones could be held against: \(capacity.sentence)"
        }
        return result.environment == nil ? "it doesn't say what it was found on" : nil
    }
}
