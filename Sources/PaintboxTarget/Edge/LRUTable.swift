/// A dictionary that knows which of its entries was used least recently. Its order is a list linked by indices in one
/// array: no object per entry.
struct LRUTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Node: Sendable {
        var key: Key
        var value: Value
        var newer: Int
        var older: Int
    }

    private static var none: Int { -1 }

    private var index: [Key: Int] = [:]
    private var nodes: [Node?] = []
    private var free: [Int] = []
    private var newest = -1
    private var oldestIndex = -1

    /// How many entries there are.
    var count: Int { index.count }

    /// The entry that was used least recently.
    var oldest: (key: Key, value: Value)? {
        guard oldestIndex != Self.none, let node = nodes[oldestIndex] else { return nil }
        return (node.key, node.value)
    }

    /// Gives the value of `key` and makes it the most recently used.
    mutating func value(for key: Key) -> Value? {
        guard let at = index[key] else { return nil }
        touch(at)
        return nodes[at]?.value
    }

    /// Puts a value in, as the most recently used, and gives the one it replaces.
    @discardableResult
    mutating func insert(_ value: Value, for key: Key) -> Value? {
        if let at = index[key] {
            let before = nodes[at]?.value
            nodes[at]?.value = value
            touch(at)
            return before
        }
        add(value, for: key)
        return nil
    }

    /// Changes the value of `key` in place, or `initial` if there is none yet, and makes it the most recently used.
    mutating func update<Result>(
        _ key: Key, default initial: @autoclosure () -> Value, _ change: (inout Value) -> Result
    ) -> Result {
        if let at = index[key], var node = nodes[at] {
            // Out of the array while it changes, so that storage inside the value isn't shared and copied.
            nodes[at] = nil
            let result = change(&node.value)
            nodes[at] = node
            touch(at)
            return result
        }
        var value = initial()
        let result = change(&value)
        add(value, for: key)
        return result
    }

    /// Takes `key` out.
    @discardableResult
    mutating func remove(_ key: Key) -> Value? {
        guard let at = index.removeValue(forKey: key), let node = nodes[at] else { return nil }
        unlink(node)
        nodes[at] = nil
        free.append(at)
        return node.value
    }

    /// Takes out the entry that was used least recently.
    @discardableResult
    mutating func removeOldest() -> (key: Key, value: Value)? {
        guard let oldest else { return nil }
        remove(oldest.key)
        return oldest
    }

    /// Takes everything out.
    mutating func removeAll() {
        self = LRUTable()
    }

    private mutating func add(_ value: Value, for key: Key) {
        let node = Node(key: key, value: value, newer: Self.none, older: newest)
        let at: Int
        if let position = free.popLast() {
            at = position
            nodes[at] = node
        } else {
            at = nodes.count
            nodes.append(node)
        }
        index[key] = at
        if newest != Self.none { nodes[newest]?.newer = at }
        newest = at
        if oldestIndex == Self.none { oldestIndex = at }
    }

    private mutating func touch(_ at: Int) {
        guard at != newest, let node = nodes[at] else { return }
        unlink(node)
        nodes[at]?.newer = Self.none
        nodes[at]?.older = newest
        if newest != Self.none { nodes[newest]?.newer = at }
        newest = at
        if oldestIndex == Self.none { oldestIndex = at }
    }

    private mutating func unlink(_ node: Node) {
        if node.newer != Self.none { nodes[node.newer]?.older = node.older } else { newest = node.older }
        if node.older != Self.none { nodes[node.older]?.newer = node.newer } else { oldestIndex = node.newer }
    }
}
