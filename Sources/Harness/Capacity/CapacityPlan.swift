import Baselines
import Capacity
import Foundation
import Generator
import Measures
import Objectives
import Reports
import Scenarios
import VerificationKit

/// A scenario as the trials of a search carry it out, and what of it is judged.
struct CapacityPlan: Sendable {
    /// The scenario of all trials, but for their load.
    let scenario: Scenario
    /// The whole scenario's objectives on the capacity.
    let objectives: [Objective]
    /// What tells of each hard objective while a trial goes on; their numbers are those of the search.
    let events: [ObjectiveEvents]
    /// Where the hard objectives stand among the scenario's.
    let hard: [Int]
    /// How arrivals lie in time.
    let spacing: ArrivalStage.Spacing
    /// How it is looked for.
    let settings: CapacitySettings
    /// What a person should know before it begins.
    let notes: [String]

    /// The digest of what a capacity is of: the load without its rate and length, and the objectives that count.
    var digest: String {
        var scenario = scenario
        scenario.load = [.arrivals(ArrivalStage(from: 1, to: 1, duration: .seconds(1), spacing: spacing))]
        let text = LoadDigest.sha256(of: scenario) + hard.map { " \(scenario.objectives[$0].source)" }.joined()
        return Digest.sha256(Data(text.utf8))
    }

    /// What a search is carried out on.
    var environment: Environment {
        var scenario = scenario
        // As its trials see it: services run all the time.
        scenario.services = []
        var environment = EnvironmentProbe.environment(of: scenario)
        environment.scenarioSHA256 = digest
        return environment
    }

    /// The longest that a trial's exchanges may take to come to their end.
    private static let gracefulStop = Duration.seconds(5)
    /// Where the load is of users.
    private static let usualFrom = 10.0

    /// Holds a request against a scenario.
    ///
    /// - Throws: All problems of both.
    init(_ whole: Scenario, request: CapacityRequest) throws(InvalidScenario) {
        var problems: [Problem] = []
        func say(_ message: String, ofOption: Bool = false) {
            problems.append(
                Problem(
                    file: ofOption ? "command line" : request.file, line: 1, column: 1, message: message))
        }
        func seconds(_ option: String, _ text: String) -> Double {
            guard let seconds = OptionValue.seconds(text), seconds > 0 else {
                say("\(option): expected a duration such as 30s, found \"\(text)\"", ofOption: true)
                return 1
            }
            return seconds
        }
        func rate(_ option: String, _ text: String) -> Double {
            guard let rate = OptionValue.perSecond(text), rate > 0 else {
                say("\(option): expected a rate such as 10/s, found \"\(text)\"", ofOption: true)
                return 1
            }
            return rate
        }
        if whole.load.isEmpty { say("the scenario sends no load, \(whole.whatItDoes): it has no capacity") }
        if whole.loads.count > 1 {
            let names = whole.loads.map { $0.name ?? "" }.joined(separator: ", ")
            say(
                "the scenario has several loads (\(names)): a capacity is of one, so give it a file with that load alone"
            )
        }
        for table in whole.data where table.order == .once {
            say(
                "data \"\(table.name)\" is used once (order: once): each rate would send its rows again, "
                    + "so use sequential or random")
        }

        var scenario = whole
        objectives = whole.objectives.filter { $0.measure == .capacity }
        var notes: [String] = []
        scenario.objectives.removeAll { objective in
            if objective.measure == .capacity { return true }
            guard objective.measure.isOfDrills || objective.measure.isOfVerifications else { return false }
            notes.append("\(objective.source) is left out: no rate shows it")
            return true
        }
        for index in scenario.objectives.indices { scenario.objectives[index].abortAfter = nil }
        scenario.takeDefaultObjective()
        if request.target != nil { scenario.services.removeAll(where: \.unlessTarget) }
        scenario.drill = nil
        scenario.verifications = []
        scenario.baseline = nil
        scenario.limits.gracefulStop = min(scenario.limits.gracefulStop, Self.gracefulStop)

        let arrivals = whole.load.compactMap { stage -> ArrivalStage? in
            if case .arrivals(let stage) = stage, !stage.warmup { stage } else { nil }
        }
        spacing = arrivals.first?.spacing ?? .even
        let usual = arrivals.map { max($0.from, $0.to) }.max().flatMap { $0 > 0 ? $0 : nil }
        if usual == nil, !whole.load.isEmpty {
            notes.append(
                "the load is of users; a capacity is a rate, so its flows are sent as arrivals\(request.from == nil ? ", from 10/s on" : "")"
            )
        }
        let to = rate("--to", request.to)
        let from = request.from.map { rate("--from", $0) } ?? min(usual ?? Self.usualFrom, to)
        if from > to, OptionValue.perSecond(request.to) != nil {
            say("--from \(request.from ?? "") is above --to \(request.to)", ofOption: true)
        }
        var settings = CapacitySettings(from: from, to: to)
        settings.within = seconds("--within", request.within)
        settings.settle = seconds("--settle", request.settle).rounded(.up)
        settings.longest = seconds("--for", request.length).rounded(.up)
        settings.looksForHysteresis = request.looksForHysteresis
        if let resolution = OptionValue.ratio(request.resolution), 0.005...0.5 ~= resolution {
            settings.resolution = resolution
        } else {
            say("--resolution: expected 0.5% to 50%, found \"\(request.resolution)\"", ofOption: true)
        }
        if problems.isEmpty, settings.longest < Double(settings.shortest) {
            say("--for \(request.length): a rate is measured for \(settings.shortest) s at least", ofOption: true)
        }
        if problems.isEmpty, settings.within < settings.settle + settings.longest {
            say(
                "--within \(request.within): one rate may take \(Self.shown(settings.settle + settings.longest)) already "
                    + "(--settle and --for)", ofOption: true)
        }
        for objective in scenario.objectives where objective.severity == .hard {
            guard let window = objective.window, Span(window).seconds > settings.longest else { continue }
            say(
                "\(objective.source): a rate is measured for \(Self.shown(settings.longest)) at most, which is shorter than "
                    + "this window: say --for")
        }
        let hard = scenario.objectives.indices.filter { scenario.objectives[$0].severity == .hard }
        if hard.isEmpty, !whole.load.isEmpty {
            say("no objective on the load counts (all are advisory): every rate would hold")
        }
        guard problems.isEmpty else {
            throw InvalidScenario(problems: problems)
        }
        let events = hard.map { ObjectiveEvents(scenario.objectives[$0], scenario: scenario) }
        settings.allowed = events.map { if case .share(let allowed) = $0.criterion { allowed } else { nil } }
        self.hard = hard
        self.events = events
        self.settings = settings
        self.scenario = scenario
        notes.append(Self.outlook(settings))
        self.notes = notes
    }

    /// The scenario of a trial, by its number from 1. Each draws its random instants anew: trials that all had the same ones would
    /// agree with each other and not with the next search, so that the interval would be too narrow.
    func scenario(of trial: CapacityTrial, number: Int) -> Scenario {
        var scenario = scenario
        scenario.services = []
        scenario.draw = "\(scenario.name) \(number)"
        let measured = ArrivalStage(
            from: trial.rate, to: trial.rate, duration: .seconds(Int(trial.longest)), spacing: spacing)
        scenario.load = [.arrivals(measured)]
        if trial.settle > 0 {
            var settle = measured
            settle.duration = .seconds(Int(trial.settle.rounded(.up)))
            settle.warmup = true
            scenario.load.insert(.arrivals(settle), at: 0)
        }
        return scenario
    }

    /// How long it may take, said before it begins.
    private static func outlook(_ settings: CapacitySettings) -> String {
        let each = settings.settle + settings.longest + settings.rest
        let most = min(settings.within, Double(settings.trials) * each)
        return "looking for the capacity from \(CapacityResult.shown(rate: settings.from)) to "
            + "\(CapacityResult.shown(rate: settings.to)): about \(settings.trials) rates of \(shown(settings.longest)) at most, "
            + "\(shown(most)) in all, \(shown(settings.within)) at most"
    }

    /// `30 s`, `10 min`
    private static func shown(_ seconds: Double) -> String {
        seconds < 120 ? "\(Figure.short(seconds, decimals: 1)) s" : "\(Figure.short(seconds / 60, decimals: 1)) min"
    }
}
