extension Reading {
    /// The objectives, each a text or a mapping.
    func objectives(_ node: SourceNode?, names: SelectorNames) -> [PlacedObjective] {
        elements(node, of: "objectives").compactMap { element in
            var objective: Objective?
            if case .mapping = element.content {
                objective = read(element, ObjectiveKeys.self).flatMap { self.objective($0, names) }
            } else {
                objective = self.objective(element, names)
            }
            return objective.map { PlacedObjective(objective: $0, location: element.location) }
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

    private func objective(_ keys: KeyValues<ObjectiveKeys>, _ names: SelectorNames) -> Objective? {
        guard var objective = objective(keys.objective, names) else { return nil }
        if case .probe(let name) = objective.measure, keys.has(\.abort) {
            report(keys.location(of: \.abort), "\(name) is a probe: it is judged at the end and can't end the run")
        }
        if objective.measure == .capacity, keys.has(\.abort) {
            report(
                keys.location(of: \.abort), "capacity is judged when the search is over and can't end it: --within can")
        }
        if objective.measure.isOfDrills, keys.has(\.abort) {
            report(
                keys.location(of: \.abort),
                "a drill's measures are judged at its end and can't end it: the drill's limits can")
        }
        objective.section = keys.section
        objective.criterion = keys.criterion
        objective.severity = keys.severity ?? .hard
        objective.abortAfter = keys.abort
        return objective
    }

    /// `after 20s`
    fileprivate func abort(_ node: SourceNode) -> Duration? {
        guard let text = grammar(node, "after and a duration, such as after 20s") else { return nil }
        var cursor = Cursor(text)
        cursor.skipSpaces()
        guard cursor.take(word: "after") else {
            report(node.location, "expected after and a duration, such as after 20s, found \(quoted(text))")
            return nil
        }
        cursor.skipSpaces()
        let offset = cursor.offset
        do throws(GrammarError) {
            return try Quantity.duration(cursor.rest())
        } catch {
            report(node.location(at: offset), error.message)
            return nil
        }
    }
}

extension KeyForm where Value == Duration {
    /// `after 20s`
    static var abort: KeyForm {
        KeyForm(.exact("\\s*after\\s+\(Quantity.durationPattern)")) { reading, node, _ in reading.abort(node) }
    }
}
