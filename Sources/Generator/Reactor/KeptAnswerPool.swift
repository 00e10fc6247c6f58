/// Memory in which answers are kept while they are looked at; used again and again.
struct KeptAnswerPool {
    private var free: [UnsafeMutablePointer<KeptAnswer>] = []

    /// Takes what an exchange keeps its answer in. It says nothing yet; whoever takes it begins it.
    mutating func take() -> UnsafeMutablePointer<KeptAnswer> {
        if let last = free.popLast() { return last }
        let kept = UnsafeMutablePointer<KeptAnswer>.allocate(capacity: 1)
        kept.initialize(to: KeptAnswer())
        return kept
    }

    /// Takes it back; what a large answer took is given up.
    mutating func giveBack(_ kept: UnsafeMutablePointer<KeptAnswer>) {
        kept.pointee.trim()
        free.append(kept)
    }

    /// Gives the memory back, of those that were given back before.
    mutating func release() {
        for kept in free {
            kept.pointee.release()
            kept.deallocate()
        }
        free = []
    }
}
