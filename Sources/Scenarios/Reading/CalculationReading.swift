extension Reading {
    /// What a calculation endpoint must answer.
    func calculation(_ keys: KeyValues<StepKeys>) -> Calculation {
        if !keys.has(\.answers), !keys.has(\.serverTime) {
            report(keys.location, "a calculate step needs answers to verify, or server_time")
        }
        var calculation = Calculation(answers: keys.answers ?? [])
        calculation.tolerance = keys.tolerance ?? calculation.tolerance
        calculation.isDeterministic = keys.deterministic ?? true
        calculation.serverTime = keys.serverTime
        return calculation
    }
}

extension KeyForm where Value == [Calculation.Answer] {
    /// Expected values by JSON path.
    static var answers: KeyForm {
        KeyForm(.names(.text)) { reading, node, context in
            reading.entries(node, of: "JSON paths and values").compactMap { entry in
                let expected = reading.text(entry.value, context.scope)
                do throws(Problem) {
                    let path = try JSONPath(parsing: entry.key)
                    return expected.map { Calculation.Answer(path: path, expected: $0) }
                } catch {
                    reading.report(entry.location, error.message)
                    return nil
                }
            }
        }
    }
}

extension KeyForm where Value == Calculation.Tolerance {
    static var tolerance: KeyForm {
        let expected = "expected a tolerance such as 0.005 or 0.1%"
        return .parsed(
            expected,
            .number(
                0...Double.greatestFiniteMagnitude,
                "\\+?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|\(Quantity.numberPattern)%")
        ) { text throws(GrammarError) in
            // By its digits: 0.7 / 100 is no 0.007.
            if text.last == "%", Quantity.number(text.dropLast()) != nil, let share = Double("\(text.dropLast())e-2") {
                return .relative(share)
            }
            if let value = Quantity.signedNumber(text), value >= 0 { return .absolute(value) }
            throw GrammarError(message: "\(expected), found \(quoted(text))")
        }
    }
}

extension KeyForm where Value == Calculation.ServerTime {
    /// Where the server says how long it calculated.
    static var serverTime: KeyForm {
        KeyForm(.exact("(header|json) .+")) { reading, node, _ in
            guard let text = reading.grammar(node, "header Server-Timing METRIC or json $.path") else { return nil }
            do throws(GrammarError) {
                return try CaptureParser.serverTime(text)
            } catch {
                reading.report(node, error)
                return nil
            }
        }
    }
}
