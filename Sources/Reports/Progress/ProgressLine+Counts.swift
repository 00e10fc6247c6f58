extension ProgressLine {
    /// The line without what its steps, iterations and groups came to: the counts since the run began, and the process's use.
    var counts: ProgressLine {
        var line = self
        line.steps = []
        line.generatorDelay = nil
        line.startLag = nil
        line.iterationTimes = nil
        line.groups = nil
        return line
    }
}
