internal import Measures
internal import Scenarios

/// The measures of a step over all runs, or why they can't be compared.
enum StepSamples {
    case samples([MeasureSample])
    /// Words that follow the step's name.
    case incomparable(String)

    init(step name: String, reference: [RunRecord], candidate: [RunRecord], isPaired: Bool) {
        let (was, isNow) = (reference.compactMap { $0[name] }, candidate.compactMap { $0[name] })
        let side = isPaired ? "the other target" : "the baseline"
        if was.isEmpty {
            self = .incomparable("is not in \(side)")
            return
        }
        if isNow.isEmpty {
            self = .incomparable("is in \(side) only: it had no exchange now")
            return
        }
        let (wasMeasured, isMeasured) = (was.filter { $0.samples > 0 }, isNow.filter { $0.samples > 0 })
        guard wasMeasured.count == reference.count, isMeasured.count == candidate.count else {
            self = .incomparable(
                "was measured in \(wasMeasured.count) of \(counted(reference.count, "run")) of \(side) and "
                    + "\(isMeasured.count) of \(counted(candidate.count, "new run"))")
            return
        }
        guard let measure = was.first?.measure, (was + isNow).allSatisfy({ $0.measure == measure }) else {
            self = .incomparable(
                "was measured by its \(was[0].measure.label) once and its \(isNow[0].measure.label) now")
            return
        }
        var samples = StepRecord.Percentile.allCases.map { percentile in
            MeasureSample(
                kind: .percentile(percentile, of: measure), reference: was.compactMap { $0[percentile] },
                candidate: isNow.compactMap { $0[percentile] })
        }
        samples.append(
            MeasureSample(
                kind: .throughput, reference: was.map(\.throughput), candidate: isNow.map(\.throughput)))
        samples.append(
            MeasureSample(
                kind: .errorRatio, reference: was.map(\.errorRatio), candidate: isNow.map(\.errorRatio)))
        self = .samples(samples)
    }
}
