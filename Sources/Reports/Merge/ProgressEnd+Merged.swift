internal import Measures

extension ProgressEnd {
    /// The end of a load that several processes carried.
    ///
    /// - Parameters:
    ///   - ends: What is known of each of their ends, in the order of their segments.
    ///   - ended: Those that came to an end; how the others' loads ended says nothing of the whole.
    static func merged(_ ends: [ProgressEnd], ended: [ProgressEnd]) -> ProgressEnd {
        var merged = ProgressEnd(RunMeasurement(steps: 0, flows: 0, reactors: 0), redact: { $0 })
        // Who was stopped by another says nothing of why.
        let own = ended.filter { $0.stoppedBy == nil }
        if let aborted = own.first(where: { $0.ending == .aborted }) {
            merged.ending = .aborted
            merged.abortedBy = aborted.abortedBy
        } else if ended.isEmpty || own.contains(where: { $0.ending == .interrupted }) {
            merged.ending = .interrupted
        }
        merged.measured = ends.map(\.measured).max() ?? 0
        merged.openLoad = ends.map(\.openLoad).max() ?? 0
        merged.wall = ends.map(\.wall).max() ?? 0
        merged.intended = sum(ends.map(\.intended))
        for end in ends { merged.add(loads: end.loads) }
        merged.saturation = ends.flatMap(\.saturation)
        merged.fellBack = sum(ends.map(\.fellBack))
        merged.abandoned = sum(ends.map(\.abandoned))
        for end in ends { merged.add(examples: end) }
        let steps = ends.map(\.wrongAnswers.count).max() ?? 0
        merged.wrongAnswers = (0..<steps).map { step in
            // Each worker has its own first ones, so the first of the run are among them.
            let all = ends.flatMap { step < $0.wrongAnswers.count ? $0.wrongAnswers[step] : [] }
            return Array(all.sorted { $0.at < $1.at }.prefix(WrongAnswer.kept))
        }
        return merged
    }

    private static func sum<Number: FixedWidthInteger>(_ numbers: [Number?]) -> Number? {
        numbers.reduce(nil) { sum, number in number.map { (sum ?? 0) &+ $0 } ?? sum }
    }

    private mutating func add(loads other: [LoadEnd]?) {
        guard let other else { return }
        guard let mine = loads else {
            loads = other
            return
        }
        loads = zip(mine, other).map { mine, other in
            LoadEnd(
                measured: max(mine.measured, other.measured), openLoad: max(mine.openLoad, other.openLoad),
                intended: Self.sum([mine.intended, other.intended]))
        }
    }

    /// Messages are told once, the first of them.
    private mutating func add(examples other: ProgressEnd) {
        var said = excerpts ?? []
        for (step, messages) in other.examples.enumerated() {
            while examples.count <= step { examples.append([]) }
            while said.count <= step { said.append([:]) }
            let new = messages.filter { !examples[step].contains($0) }
            examples[step] += new.prefix(max(0, Self.exampleLimit - examples[step].count))
            for message in examples[step] where said[step][message] == nil {
                said[step][message] = other.excerpts.flatMap { step < $0.count ? $0[step][message] : nil }
            }
        }
        excerpts = said
    }

    /// The most messages of a step.
    private static let exampleLimit = 5
}
