import Scenarios

extension Check {
    /// The text that it compares with.
    var text: Text? {
        switch predicate {
        case .text(_, let text), .contains(let text): text
        case .number, .within, .oneOf, .matches, .exists, .absent: nil
        }
    }

    var looksAtBody: Bool {
        switch subject {
        case .body, .hex, .json, .jsonCount: true
        case .status, .header, .bodySize, .responseTime, .serviceTime, .events, .firstEvent, .eventGap: false
        }
    }

    var leadsToSeveral: Bool {
        switch subject {
        case .json(let path), .jsonCount(let path): path.leadsToSeveral
        case .status, .header, .body, .hex, .bodySize, .responseTime, .serviceTime, .events, .firstEvent, .eventGap:
            false
        }
    }

    var looksAtJSON: Bool {
        switch subject {
        case .json, .jsonCount: true
        case .status, .header, .body, .hex, .bodySize, .responseTime, .serviceTime, .events, .firstEvent, .eventGap:
            false
        }
    }

    var pattern: String? { if case .matches(let pattern) = predicate { pattern } else { nil } }
}

extension Capture {
    var looksAtBody: Bool {
        switch source {
        case .json, .regex, .body, .hex: true
        case .header, .cookie, .status: false
        }
    }

    var leadsToSeveral: Bool { if case .json(let path) = source { path.leadsToSeveral } else { false } }

    var isOfJSON: Bool { if case .json = source { true } else { false } }

    var pattern: String? {
        switch source {
        case .regex(let pattern): pattern
        case .hex(let pattern): pattern
        case .json, .header, .cookie, .status, .body: nil
        }
    }
}
