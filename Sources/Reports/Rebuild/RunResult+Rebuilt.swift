extension RunResult {
    /// The result of a run that left none, made from its progress log: what was measured up to the last second that was
    /// written, and what the objectives come to by that. Its verdict is at best inconclusive.
    public init(rebuiltFrom log: ProgressLog.Contents) {
        var run = RebuiltRun(log.header)
        log.lines.forEach { run.take($0) }
        if let end = log.end { run.take(end) }
        self = run.result
    }

    /// The same of a log in a file, of which one second at a time is in memory.
    ///
    /// - Throws: As `ProgressLog.scan`.
    public init(rebuiltFromLog path: String) throws {
        var run: RebuiltRun?
        try ProgressLog.scan(path) { part in
            switch part {
            case .header(let header): run = RebuiltRun(header)
            case .second(let line): run?.take(line)
            case .end(let end): run?.take(end)
            }
        }
        guard let run else { throw ResultFile.Malformed.empty(path) }
        self = run.result
    }
}

/// A run made again from its log.
private struct RebuiltRun {
    private var run: LoggedRun
    private var course = LogCourse()

    init(_ header: ProgressHeader) { run = LoggedRun(header, reactors: header.reactors) }

    mutating func take(_ line: ProgressLine) {
        run.take(LoggedSecond(line, of: run.measurement))
        course.take(line)
    }

    mutating func take(_ end: ProgressEnd) { course.take(end) }

    var result: RunResult {
        var run = run
        run.take(course.known)
        // However the load ended, its verifications and probes are not known.
        var result = run.result(run.judgement(isWhole: false), use: course.use)
        result.rebuilt = notes
        return result
    }

    /// What it means that a result was made from a log.
    private var notes: [String] {
        let plan = run.header.plan
        var notes: [String] = []
        if course.end == nil {
            let count = course.seconds == 1 ? "1 second is" : "\(course.seconds) seconds are"
            notes.append(
                "the run was killed, or still goes on: \(count) in its log, "
                    + "and at most the one after them is missing")
            notes.append("examples of what went wrong and wrong answers are written at the load's end only")
        } else {
            notes.append("the load came to its end, but the run left no result")
        }
        if plan == nil { notes.append("the log is of an older version, which did not write the objectives") }
        if let names = plan?.verifications {
            notes.append("verifications are not in the log: \(names.joined(separator: ", "))")
        }
        if let names = plan?.probes {
            notes.append("the samples of probes are not in the log: \(names.joined(separator: ", "))")
        }
        return notes
    }
}
