/// What people write where something is to be filled in, in small letters.
package enum PlaceholderWords {
    /// Words that are never a value.
    package static let common = [
        "changeme", "changeit", "placeholder", "redacted", "dummy", "todo", "fixme", "undefined",
    ]
}
