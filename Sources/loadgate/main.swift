import Foundation
import Generator
import Measures
import Scenarios

var scenario = Scenario(
    name: "x", target: Text("http://127.0.0.1:18080"),
    flows: [Flow(name: "f", actions: [.request(Step(name: "s", url: Text("/")))])],
    load: [.users(UserStage(from: 64, to: 64, duration: .seconds(Int(CommandLine.arguments[1]) ?? 5)))])
let plan = try RunPlan(scenario, userAgent: "loadgate/0")
let destinations = try Destinations(plan.endpoints, authorised: [])
try destinations.checkReachable()
let run = try LoadRun(plan, destinations: destinations)
let m = run.run { s in print(s.number, s.interval.started, s.isMeasured) }
let t = m.total.tally(of: [0])
print(t.outcomes.occurring.map { "\($0.outcome.label): \($0.count)" }, m.examples)
for q in [50.0, 95, 99, 99.9, 100] { print(q, t[.responseTime]?.percentile(q)?.milliseconds ?? 0, t[.serviceTime]?.percentile(q)?.milliseconds ?? 0, m.total.generatorDelay.percentile(q)?.milliseconds ?? 0, m.total.startLag.percentile(q)?.milliseconds ?? 0) }
print("cpu us/request", m.total.cpu.seconds * 1e6 / Double(t.outcomes.total), m.saturation)
