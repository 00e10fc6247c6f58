extension Reading {
    /// The objectives, each a text or a mapping.
    func objectives(_ node: SourceNode?, names: SelectorNames) -> [Objective] {
        elements(node, of: "objectives").compactMap { element in
            if case .mapping = element.content {
                guard let fields = fields(element, .objective) else { return nil }
                return objective(fields, names)
            }
            return objective(element, names)
        }
    }

    private func objective(_ node: SourceNode?, _ names: SelectorNames) -> Objective? {
        guard let node, let text = grammar(node, "an objective such as p95 response_time < 200ms") else { return nil }
        var parser = ObjectiveParser(text, names: names)
        do throws(GrammarError) {
            return try parser.parse()
        } catch {
            report(node, error)
            return nil
        }
    }

    private func objective(_ fields: Fields, _ names: SelectorNames) -> Objective? {
        // Every key is read even where the objective itself is wrong, so that all problems are told.
        let section = name(fields["section"])
        let criterion = name(fields["criterion"])
        let severity = choice(fields["severity"], Objective.Severity.allCases.map(\.rawValue))
        let abortAfter = abort(fields["abort"])
        guard var objective = objective(fields["objective"], names) else { return nil }
        if case .probe(let name) = objective.measure, fields["abort"] != nil {
            report(fields.place(of: "abort"), "\(name) is a probe: it is judged at the end and can't end the run")
        }
        objective.section = section
        objective.criterion = criterion
        objective.severity = severity.flatMap(Objective.Severity.init) ?? .hard
        objective.abortAfter = abortAfter
        return objective
    }

    /// `after 20s`
    private func abort(_ node: SourceNode?) -> Duration? {
        guard let node, let text = grammar(node, "after and a duration, such as after 20s") else { return nil }
        var cursor = Cursor(text)
        cursor.skipSpaces()
        guard cursor.take(word: "after") else {
            report(node.place, "expected after and a duration, such as after 20s, found \(quoted(text))")
            return nil
        }
        cursor.skipSpaces()
        let offset = cursor.offset
        do throws(GrammarError) {
            return try Quantity.duration(cursor.rest())
        } catch {
            report(node.place(at: offset), error.message)
            return nil
        }
    }
}
