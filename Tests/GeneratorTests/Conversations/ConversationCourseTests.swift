import Measures
import Testing

@testable import Generator

@Suite("Conversation course") struct ConversationCourseTests {
    private func course(opened: Instant? = at(1_000)) -> ConversationCourse {
        var course = ConversationCourse(step: 0)
        course.state = .open
        course.opened = opened
        return course
    }

    @Test("A reply may come until its timeout, without the time in which this process was held up meanwhile")
    func deadline() {
        let waiting = ConversationCourse.Waiting(id: 1, intended: at(90), sent: at(100), held: ms(500))
        #expect(waiting.deadline(ms(1_000), held: ms(500)) == at(1_100))
        // Held up for 500 before it was sent, and for 200 since.
        #expect(waiting.deadline(ms(1_000), held: ms(700)) == at(1_300))
    }

    @Test("What is due next: a message, a late reply, a ping, the end of the hold, whichever comes first")
    func following() {
        var course = course()
        func following(at now: Int64) -> Instant? {
            course.following(at: at(now), count: 2, hold: ms(5_000), timeout: ms(300), held: .zero)
        }
        course.next = at(1_500)
        #expect(following(at: 1_100) == at(1_500))
        course.waiting = [ConversationCourse.Waiting(id: 1, intended: at(1_100), sent: at(1_100), held: .zero)]
        // 1,100 + 300.
        #expect(following(at: 1_100) == at(1_400))
        course.nextPing = at(1_200)
        #expect(following(at: 1_100) == at(1_200))
        course.nextPing = .distantFuture
        course.waiting = []
        course.sent = 2
        // Nothing more to send: held from 1,000 for 5,000.
        #expect(following(at: 1_600) == at(6_000))
        #expect(following(at: 6_000) == nil)
        // A reply that may still come is waited for.
        course.waiting = [ConversationCourse.Waiting(id: 2, intended: at(5_900), sent: at(5_900), held: .zero)]
        #expect(following(at: 6_000) == at(6_200))
    }

    @Test("A conversation that is cut sends nothing more, and ends with the last reply that it waits for")
    func cut() {
        var course = course()
        course.next = at(1_500)
        course.isCut = true
        #expect(!course.sends(of: 9))
        #expect(course.following(at: at(1_100), count: 9, hold: ms(5_000), timeout: ms(300), held: .zero) == nil)
        #expect(course.reopen(at: at(1_100), atMost: 5) == nil)
    }

    @Test("A break loses something while messages are to come or the hold lasts")
    func unfinished() {
        var course = course()
        #expect(course.isUnfinished(at: at(1_100), count: 1, hold: .zero))
        course.sent = 1
        #expect(!course.isUnfinished(at: at(1_100), count: 1, hold: .zero))
        #expect(course.isUnfinished(at: at(1_100), count: 1, hold: ms(101)))
        // One that only listens is cut short by any break.
        #expect(course.isUnfinished(at: at(9_000), count: 0, hold: ms(1)))
    }

    @Test("It is opened again at once, then after pauses that double, up to 5 s, as often as it may be")
    func reopened() {
        var course = course()
        var pauses: [Int64] = []
        while let due = course.reopen(at: at(0), atMost: 9) { pauses.append(due.nanoseconds / 1_000_000) }
        #expect(pauses == [0, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000])
        #expect(course.reconnects == 9)
    }
}
