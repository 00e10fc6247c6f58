/// Goes through a text once and notes what of it is of secrets.
struct PieceSearch {
    /// A place in the text, and whose it is.
    struct Hit {
        var start: Int
        var end: Int
        var label: Int
    }

    private let pieces: PieceTable
    private let words: WordTable
    private(set) var hits: [Hit] = []

    // The last eight bytes, blanks in a row as one: as they are, in lower case, and where each begins.
    private var recent: UInt64 = 0
    private var lowered: UInt64 = 0
    private var starts: (Int, Int, Int, Int, Int, Int, Int, Int) = (0, 0, 0, 0, 0, 0, 0, 0)
    private var count = 0
    /// Where the last byte ends.
    private var end = 0
    /// What the text began with is not known: it is a part of a longer one.
    private var isStart = true

    /// The run of pieces at hand, by the numbers of its bytes; empty where there is none.
    private var run = 0..<0
    private var runStart = 0
    private var runEnd = 0
    private var runLeast = Int32.max
    private var runLabel = 0
    /// A beginning that counts if a mark follows.
    private var pending: Hit?

    init(pieces: PieceTable, words: WordTable) {
        self.pieces = pieces
        self.words = words
    }

    /// Looks at a text as it is.
    mutating func scan(_ text: UnsafeBufferPointer<UInt8>, isStart: Bool, isEnd: Bool) {
        begin(isStart)
        var index = 0
        while index < text.count {
            take(text[index], index, index + 1)
            index += 1
        }
        finish(isEnd)
    }

    /// Looks at a text whose escapes are undone.
    mutating func scan(_ layer: TextLayer, isStart: Bool, isEnd: Bool) {
        begin(isStart)
        var index = 0
        while index < layer.bytes.count {
            take(layer.bytes[index], Int(layer.starts[index]), Int(layer.ends[index]))
            index += 1
        }
        finish(isEnd)
    }

    private mutating func begin(_ isStart: Bool) {
        recent = 0
        lowered = 0
        count = 0
        end = 0
        self.isStart = isStart
        run = 0..<0
        runLeast = .max
        pending = nil
    }

    private mutating func finish(_ isEnd: Bool) {
        flush()
        if isEnd, let pending { hits.append(pending) }
        pending = nil
    }

    private mutating func take(_ byte: UInt8, _ start: Int, _ end: Int) {
        var byte = byte
        if ByteFold.isBlank(byte) {
            byte = 32
            if recent & 255 == 32, count > 0 {
                self.end = end
                return
            }
        }
        if let pending {
            if !ByteFold.isLetterOrDigit(byte) { hits.append(pending) }
            self.pending = nil
        }
        starts = (starts.1, starts.2, starts.3, starts.4, starts.5, starts.6, starts.7, start)
        recent = recent << 8 | UInt64(byte)
        lowered = lowered << 8 | UInt64(ByteFold.lowered(byte))
        count += 1
        self.end = end
        if count >= PieceTable.length, let value = pieces.value(of: lowered) { take(value) }
        if count >= 4, let words = words.words(endingIn: UInt32(truncatingIfNeeded: recent)) { take(words) }
    }

    private mutating func take(_ value: PieceTable.Value) {
        let first = count - PieceTable.length
        if run.isEmpty || first > run.upperBound {
            flush()
            run = first..<count
            runStart = starts.0
            runLabel = Int(value.label)
            runLeast = value.least
        } else {
            run = run.lowerBound..<count
            runLeast = min(runLeast, value.least)
            runLabel = max(runLabel, Int(value.label))
        }
        runEnd = end
    }

    private mutating func flush() {
        if !run.isEmpty, run.count >= Int(runLeast) {
            hits.append(Hit(start: runStart, end: runEnd, label: runLabel))
        }
        run = 0..<0
        runLeast = .max
    }

    private mutating func take(_ words: [WordTable.Word]) {
        for word in words where word.bytes.count <= count {
            let length = word.bytes.count
            var isSame = true
            for (index, byte) in word.bytes.enumerated() {
                if UInt8(truncatingIfNeeded: recent >> UInt64(8 * (length - 1 - index))) != byte { isSame = false }
            }
            guard isSame else { continue }
            let hit = Hit(start: start(ofLast: length), end: end, label: word.label)
            switch word.location {
            case .anywhere: hits.append(hit)
            case .beforeMark: if pending.map({ $0.start > hit.start }) ?? true { pending = hit }
            case .behindMark:
                let before = UInt8(truncatingIfNeeded: recent >> UInt64(8 * length))
                if count == length ? isStart : !ByteFold.isLetterOrDigit(before) { hits.append(hit) }
            }
        }
    }

    /// Where the last so many bytes begin, 4 to 8.
    private func start(ofLast length: Int) -> Int {
        switch length {
        case 4: starts.4
        case 5: starts.3
        case 6: starts.2
        case 7: starts.1
        default: starts.0
        }
    }
}
