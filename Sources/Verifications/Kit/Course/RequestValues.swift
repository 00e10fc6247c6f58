/// What stands in the places of a verified request.
public struct RequestValues: Sendable {
    /// What `${n}` stands for; nil: nothing.
    public var number: Int?
    /// What `${user}` stands for; nil: nothing.
    public var user: Int?
    /// What `${write.id}` stands for; nil: nothing.
    public var write: String?
    /// What `${cursor}` stands for, before it is encoded for the URL; nil: nothing.
    public var cursor: String?

    /// Makes values; what is left out stands for nothing.
    public init(number: Int? = nil, user: Int? = nil, write: String? = nil, cursor: String? = nil) {
        self.number = number
        self.user = user
        self.write = write
        self.cursor = cursor
    }
}
