import Foundation
import Measures
import Scenarios

/// Calculated answers.
extension AnswerJudge {
    func failure(
        of calculation: Calculation, _ answer: Answer, _ isTold: Bool, _ secrets: () -> Secrets,
        _ render: (TextTemplate) -> String?
    ) -> (message: String, difference: Difference?)? {
        // A value may stand whole in what was cut off behind it.
        let fault = calculation.answers.isEmpty ? nil : Self.jsonFault(of: answer.body)
        for (item, text) in zip(calculation.answers, expected) {
            let path = item.path.source
            guard let expected = text.value(render) else { return ("\(path): a captured value is missing", nil) }
            guard fault == nil, let slice = try? JSONScanner.find(item.path, in: answer.body) else {
                return (
                    "\(path): expected \(Self.excerpt(expected, isTold, secrets)), \(fault ?? "there is none")",
                    Difference(kind: .value, path: path, expected: expected)
                )
            }
            let raw = String(decoding: slice.bytes, as: UTF8.self)
            let observed = JSONScanner.text(of: slice) ?? raw
            if observed == expected { continue }
            if let number = DecimalNumber(observed), let wanted = DecimalNumber(expected),
                calculation.tolerance.allows(number, wanted)
            {
                continue
            }
            return (
                "\(path): expected \(Self.excerpt(expected, isTold, secrets)), got \(Self.excerpt(observed, isTold, secrets))",
                Difference(kind: .value, path: path, expected: expected, observed: observed)
            )
        }
        return nil
    }

    func serverTime(_ source: Calculation.ServerTime, _ answer: Answer, _ head: AnswerHead) -> Span? {
        let milliseconds: Double? =
            switch source {
            case .serverTiming(let metric): head.serverTiming(metric)
            case .header(let name): head.value(of: name).flatMap(Double.init)
            case .json(let path): observation(of: .json(path), answer, head)?.number?.double
            }
        // What a server says may be anything; below an hour it can be a time.
        guard let milliseconds, 0...3_600_000 ~= milliseconds else { return nil }
        return Span(seconds: milliseconds / 1000)
    }
}
