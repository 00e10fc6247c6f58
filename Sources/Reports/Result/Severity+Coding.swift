public import Scenarios

/// How severities stand in results and progress logs: `hard` or `advisory`.
extension Objective.Severity: Codable {
    /// A word that this version doesn't know is shown and not counted, as `advisory` is: no verdict is made of it.
    public init(from decoder: any Decoder) throws {
        self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .advisory
    }
}
