/// An argument of `--push` that leads nowhere. It shows nothing of a URL, which may hold a secret.
public struct UnusablePush: Error, Equatable, CustomStringConvertible {
    /// What is wrong, beginning with the option.
    public let description: String

    /// Makes it of what is wrong with one kind of push.
    public init(_ kind: String, _ problem: String) { description = "--push \(kind): \(problem)" }

    init(_ problem: String) { description = "--push \(problem)" }
}
