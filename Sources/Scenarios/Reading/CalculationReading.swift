extension Reading {
    /// What a calculation endpoint must answer.
    func calculation(_ fields: Fields, _ scope: Scope) -> Calculation {
        if fields.present(["answers", "server_time"]).isEmpty {
            report(fields.place, "a calculate step needs answers to verify, or server_time")
        }
        let answers = entries(fields["answers"], of: "JSON paths and values").compactMap {
            entry -> Calculation.Answer? in
            let expected = text(entry.value, scope)
            do throws(Problem) {
                let path = try JSONPath(parsing: entry.key)
                return expected.map { Calculation.Answer(path: path, expected: $0) }
            } catch {
                report(entry.place, error.message)
                return nil
            }
        }
        var calculation = Calculation(answers: answers)
        if let tolerance = value(fields["tolerance"], Self.expectedTolerance, Self.tolerance) {
            calculation.tolerance = tolerance
        }
        calculation.isDeterministic = boolean(fields["deterministic"]) ?? true
        if let node = fields["server_time"], let text = grammar(node, "header Server-Timing METRIC or json $.path") {
            do throws(GrammarError) {
                calculation.serverTime = try CaptureParser.serverTime(text)
            } catch {
                report(node, error)
            }
        }
        return calculation
    }

    private static let expectedTolerance = "expected a tolerance such as 0.005 or 0.1%"

    private static func tolerance(_ text: String) throws(GrammarError) -> Calculation.Tolerance {
        // By its digits: 0.7 / 100 is no 0.007.
        if text.last == "%", Quantity.number(text.dropLast()) != nil, let share = Double("\(text.dropLast())e-2") {
            return .relative(share)
        }
        if let value = Quantity.signedNumber(text), value >= 0 { return .absolute(value) }
        throw GrammarError(offset: 0, message: "\(expectedTolerance), found \(quoted(text))")
    }
}
