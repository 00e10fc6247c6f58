/// A glob over paths: `*` and `?` stand for anything but `/`, `**` for anything. One without a slash is met by any part
/// of a path (`*.min.js`, `node_modules`), one with a slash by the whole path or by a folder of it (`docs/samples`).
struct PathGlob: Sendable {
    private let parts: [[UInt8]]

    /// A glob; a slash at its end changes nothing.
    init(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
        self.parts = parts.count == 1 && !text.dropLast().contains("/") ? [Array("**".utf8)] + parts : parts
    }

    /// Whether the path, seen from the root of what is searched, or a folder that it lies in, is met.
    func matches(_ path: String) -> Bool {
        let names = path.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
        // reached[i]: the glob's parts so far can stand for the first i names.
        var reached = [Bool](repeating: false, count: names.count + 1)
        reached[0] = true
        for part in parts {
            var next = [Bool](repeating: false, count: names.count + 1)
            if part.elementsEqual("**".utf8) {
                var isOpen = false
                for index in 0...names.count {
                    isOpen = isOpen || reached[index]
                    next[index] = isOpen
                }
            } else {
                for index in names.indices where reached[index] && Self.matches(part, names[index]) {
                    next[index + 1] = true
                }
            }
            reached = next
        }
        return reached[1...].contains(true)
    }

    /// Whether a name is met by a part without slashes.
    private static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        var (position, at) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while at < name.count {
            if position < pattern.count, pattern[position] == UInt8(ascii: "*") {
                star = (position, at)
                position += 1
            } else if position < pattern.count, pattern[position] == name[at] || pattern[position] == UInt8(ascii: "?")
            {
                position += 1
                at += 1
            } else if let last = star {
                // The last star takes one more byte; earlier ones need never be tried again.
                star = (last.pattern, last.name + 1)
                position = last.pattern + 1
                at = last.name + 1
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}
