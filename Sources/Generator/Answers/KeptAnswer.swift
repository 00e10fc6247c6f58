/// What of an answer is kept for checks, captures and calculated answers. Its memory is used again; `release` frees it.
package struct KeptAnswer {
    /// The final head: status line, fields, empty line.
    package var head = ByteStore()
    /// The body, after transfer coding.
    package var body = ByteStore()
    /// The stream of events that the body is to be; says nothing where it need not be one.
    var events = EventFeed()
    /// What was asked, where that is needed to judge the answer.
    var request = KeptRequest()
    /// True where the step looks at the body.
    var wantsBody = false
    /// True where only the beginning of the body is wanted, to show it should the answer be bad.
    var isExcerpt = false
    /// True where the body outgrew `bodyBound`; what came before is kept.
    var bodyTooLarge = false

    /// Bytes of a body that are kept at most.
    package static let bodyBound = 10 * 1024 * 1024

    /// Keeps nothing yet.
    package init() {}

    /// Forgets the answer. Memory larger than most answers need is given back, since every user may have some.
    mutating func trim() {
        head.trim(to: 8 * 1024)
        body.trim(to: 64 * 1024)
        request.trim()
        events.trim()
    }

    package mutating func begin(wantsBody: Bool, isExcerpt: Bool = false) {
        self.wantsBody = wantsBody
        self.isExcerpt = isExcerpt
        bodyTooLarge = false
        events.begin(nil)
    }

    /// The body is to be a stream of events; nil: it is not.
    mutating func read(_ plan: UnsafePointer<EventPlan>?) { events.begin(plan) }

    /// The head, as far as one has come, says whether the body is a stream. What comes in place of one is kept to be shown.
    mutating func lookAtHead() {
        guard events.state == .waiting, head.count > 0 else { return }
        let answer = AnswerHead(head.bytes)
        events.take(isExpected: 200..<300 ~= answer.status, type: answer.onlyValue(of: "content-type"))
        guard events.state == .otherType, !wantsBody else { return }
        wantsBody = true
        isExcerpt = true
    }

    mutating func append(body data: UnsafeBufferPointer<UInt8>) {
        if events.isWanted {
            lookAtHead()
            events.take(data)
        }
        guard wantsBody, !bodyTooLarge else { return }
        if isExcerpt {
            body.append(UnsafeBufferPointer(rebasing: data.prefix(max(0, AnswerExcerpt.keptBytes - body.count))))
            return
        }
        if body.count + data.count > Self.bodyBound {
            bodyTooLarge = true
        } else {
            body.append(data)
        }
    }

    package mutating func release() {
        head.release()
        body.release()
        request.release()
        events.release()
    }
}
