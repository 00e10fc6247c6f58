/// Which of the processes that share a load wrote a log, and when its load began.
public struct WorkerRecord: Codable, Equatable, Sendable {
    /// The number of its segment, from 0.
    public var segment: Int
    /// How many segments the load was dealt to.
    public var count: Int
    /// The name of its machine.
    public var host: String
    /// When its load began, in microseconds since 1970, UTC: by its machine's clock, or by that of the shared folder where both
    /// were compared.
    public var began: Int64
    /// The shared folder's clock − its machine's, in microseconds; absent where they were not compared.
    public var clockOffset: Int64?
    /// How far off that may be, likewise.
    public var clockError: Int64?

    /// Makes it of its parts.
    public init(segment: Int, count: Int, host: String, began: Int64) {
        self.segment = segment
        self.count = count
        self.host = host
        self.began = began
    }

    /// As the command line names it: `2/4`.
    public var shown: String { "\(segment)/\(count)" }

    enum CodingKeys: String, CodingKey {
        case segment
        case count = "of"
        case host
        case began = "began_us"
        case clockOffset = "clock_offset_us"
        case clockError = "clock_error_us"
    }
}
