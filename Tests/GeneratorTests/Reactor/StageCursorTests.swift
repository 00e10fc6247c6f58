import Measures
import Scenarios
import Testing

@testable import Generator

@Suite("Stage cursor") struct StageCursorTests {
    private func cursor(_ plan: LoadPlan, part: Int = 0, stride: Int = 1) -> StageCursor {
        StageCursor(plan: plan, share: Reactor.Share(part: part, stride: stride), start: at(100))
    }

    @Test("Before the first stage is entered the cursor waits for the run's beginning")
    func beginning() {
        var cursor = cursor(.of(.rate(2, seconds: 1)))
        #expect(cursor.hasNotBegun && !cursor.isRunning && !cursor.isOver)
        #expect(cursor.nextInstant == at(100))
        cursor.enter(0, at: at(100))
        #expect(!cursor.hasNotBegun && cursor.isRunning)
    }

    @Test("The arrivals of a stage are dealt to the parts: each number once, none left out")
    func arrivals() {
        let plan = LoadPlan.of(.rate(4, seconds: 1), .rate(2, seconds: 2))
        var numbers: [Int] = []
        for part in 0..<3 {
            var cursor = cursor(plan, part: part, stride: 3)
            cursor.enter(0, at: at(100))
            while let arrival = cursor.arrival {
                // 4/s: arrival k is due 250 ms × k after the stage's start.
                #expect(cursor.nextInstant == at(100 + 250 * Int64(arrival.number)))
                numbers.append(cursor.iteration(number: arrival.number))
                cursor.nextArrival()
            }
            cursor.enter(1, at: at(1_100))
            while let arrival = cursor.arrival {
                numbers.append(cursor.iteration(number: arrival.number))
                cursor.nextArrival()
            }
        }
        // 4 arrivals of the first stage, then 2/s × 2 s = 4 of the second.
        #expect(numbers.sorted() == Array(0..<8))
    }

    @Test("A stage ends when its time is over and its arrivals have begun, or are too late for the graceful stop")
    func end() {
        var cursor = cursor(.of(.rate(2, seconds: 1)))
        cursor.enter(0, at: at(100))
        #expect(!cursor.stageIsOver(at: at(1_099)))
        // Its two arrivals have not begun, though they are late.
        #expect(!cursor.stageIsOver(at: at(1_100)))
        #expect(!cursor.stageIsOver(at: at(3_099)))
        // The end at 1,100 and 2,000 of graceful stop.
        #expect(cursor.stageIsOver(at: at(3_100)))
        cursor.nextArrival()
        cursor.nextArrival()
        #expect(cursor.stageIsOver(at: at(1_100)))
        #expect(cursor.following == nil)
    }

    @Test("Arrivals that a new stage finds waiting are dropped as too late, those of a warm-up without a word")
    func late() {
        var cursor = cursor(.of(.rate(5, seconds: 1), .rate(3, seconds: 1, warmup: true), .rate(1, seconds: 1)))
        cursor.enter(0, at: at(100))
        cursor.nextArrival()
        cursor.enter(1, at: at(1_100))
        // 5 arrivals, one of which has begun.
        var dropped = cursor.takeDropped()
        #expect(dropped.all == 4 && dropped.tooLate == 4 && dropped.withoutRow == 0)
        cursor.enter(2, at: at(2_100))
        dropped = cursor.takeDropped()
        #expect(dropped.all == 0 && dropped.tooLate == 0)
    }

    @Test("A stop loses the arrivals that were due, not those that were yet to come, and leaves the graceful stop")
    func stop() {
        var cursor = cursor(.of(.rate(10, seconds: 1)))
        cursor.enter(0, at: at(100))
        // Due at 100, 200, 300, 400, …: at 350 three of them.
        cursor.stop(at: at(350))
        #expect(cursor.isOver && cursor.arrival == nil)
        #expect(cursor.takeDropped().tooLate == 3)
        #expect(cursor.deadline == at(2_350))
        #expect(cursor.nextInstant == at(2_350))
        // A second stop changes nothing, nor does a stage that is entered after it; the end of the grace does.
        cursor.stop(at: at(900))
        cursor.enter(0, at: at(900))
        #expect(cursor.isOver && cursor.deadline == at(2_350))
        cursor.endGrace(at: at(1_000))
        #expect(cursor.deadline == at(1_000))
        cursor.endGrace(at: at(1_500))
        #expect(cursor.deadline == at(1_000))
    }

    @Test("Fixed iterations are dealt among as many parts as there are users, each number once", arguments: [1, 3, 4])
    func fixed(users: Int) {
        var numbers: [Int] = []
        for part in 0..<4 {
            var cursor = cursor(.of(.fixed(3, users: 1), .fixed(10, users: users)), part: part, stride: 4)
            cursor.enter(1, at: at(100))
            #expect(cursor.isFixed && cursor.stageEnd == .distantFuture)
            while cursor.claimFixed() {
                if let number = cursor.beginFixed() { numbers.append(number) }
                cursor.endFixed(ofStage: 1)
            }
            #expect(cursor.takeDone() == 1)
            // Told once.
            #expect(cursor.takeDone() == nil)
            #expect(!cursor.isRunning && cursor.nextInstant == .distantFuture)
        }
        // After the three of the first stage.
        #expect(numbers.sorted() == Array(3..<13))
    }

    @Test("A share of fixed iterations is done when its last one has ended, whatever ends of an earlier stage")
    func underWay() {
        var cursor = cursor(.of(.fixed(1, users: 1), .fixed(1, users: 1)))
        cursor.enter(1, at: at(100))
        #expect(cursor.claimFixed() == true)
        #expect(cursor.claimFixed() == false)
        cursor.endFixed(ofStage: 0)
        #expect(cursor.takeDone() == nil)
        cursor.endFixed(ofStage: 1)
        #expect(cursor.takeDone() == 1)
    }

    @Test("Without a row left, the iterations that are left are dropped with the one that found none")
    func withoutRow() {
        var cursor = cursor(.of(.fixed(8, users: 2)))
        cursor.enter(0, at: at(100))
        #expect(cursor.claimFixed() == true)
        cursor.drop(withoutRow: true)
        cursor.dropFixed()
        #expect(cursor.takeDone() == 0)
        // One that found none, and 8 − 1 that were left.
        let dropped = cursor.takeDropped()
        #expect(dropped.all == 8 && dropped.withoutRow == 8 && dropped.tooLate == 0)
    }

    @Test("Other stages have no fixed iterations")
    func notFixed() {
        var cursor = cursor(.of(.constant(users: 2, seconds: 1)))
        cursor.enter(0, at: at(100))
        #expect(!cursor.isFixed)
        #expect(cursor.claimFixed() == false)
        #expect(cursor.beginFixed() == nil)
        #expect(cursor.takeDone() == nil)
        #expect(cursor.nextInstant == at(1_100))
    }
}
