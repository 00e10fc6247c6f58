/// Elements that come in batches and are taken in their order: each is sorted once, in its batch, and merged once, when it is
/// taken. What waits costs nothing but its memory.
struct SortedRuns<Element: Sendable>: Sendable {
    /// A batch in its order, and how much of it was taken.
    private struct Run: Sendable {
        var elements: [Element]
        var head = 0
    }

    private var runs: [Run] = []
    private let isBefore: @Sendable (Element, Element) -> Bool

    /// Nothing yet. `isBefore`: the order; what is equal keeps that in which it came.
    init(by isBefore: @escaping @Sendable (Element, Element) -> Bool) { self.isBefore = isBefore }

    mutating func add(_ batch: [Element]) {
        guard !batch.isEmpty else { return }
        runs.append(Run(elements: batch.sorted(by: isBefore)))
    }

    /// Takes those for which `isTaken` holds, in order; of ordered elements it holds up to one of them, and from there on for none.
    mutating func take(while isTaken: (Element) -> Bool) -> [Element] {
        var taken: [ArraySlice<Element>] = []
        for index in runs.indices {
            let run = runs[index]
            var (low, high) = (run.head, run.elements.count)
            while low < high {
                let middle = (low + high) / 2
                if isTaken(run.elements[middle]) { low = middle + 1 } else { high = middle }
            }
            guard low > run.head else { continue }
            taken.append(run.elements[run.head..<low])
            runs[index].head = low
        }
        runs.removeAll { $0.head == $0.elements.count }
        // Neighbours in pairs, so that each element is moved as often as the number of runs can be halved.
        while taken.count > 1 {
            taken = stride(from: 0, to: taken.count, by: 2).map { index in
                index + 1 < taken.count ? merged(taken[index], taken[index + 1])[...] : taken[index]
            }
        }
        return taken.first.map { Array($0) } ?? []
    }

    private func merged(_ first: ArraySlice<Element>, _ second: ArraySlice<Element>) -> [Element] {
        // Batches of one reactor mostly follow each other.
        if let end = first.last, let start = second.first, !isBefore(start, end) { return Array(first) + second }
        var all: [Element] = []
        all.reserveCapacity(first.count + second.count)
        var (one, other) = (first.startIndex, second.startIndex)
        while one < first.endIndex, other < second.endIndex {
            if isBefore(second[other], first[one]) {
                all.append(second[other])
                other += 1
            } else {
                all.append(first[one])
                one += 1
            }
        }
        all += first[one...]
        all += second[other...]
        return all
    }
}
