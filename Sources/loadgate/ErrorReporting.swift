import ArgumentParser
import Baselines
import Drills
import Generator
import Loadgate
import Reports
import Scenarios

/// Runs `body` and turns what it throws into a message and an exit code. No message shows a secret that `body` has told
/// the console of (`Console.hide`).
///
/// - Parameter interruption: Nil where a signal may end the process at once.
func reportingErrors(_ interruption: Interruption? = nil, _ body: () throws -> Void) throws {
    do {
        try body()
    } catch let code as ExitCode {
        throw code
    } catch let error as ValidationError {
        throw ValidationError(Console.shown(error.message))
    } catch let error as UnusableRunSetting {
        throw ValidationError(error.description)
    } catch is Interrupted {
        throw ExitCode.interrupted
    } catch let error as InvalidScenario {
        Console.note(error.description)
        throw ExitCode.invalidScenario
    } catch let error as BaselineFile.Invalid {
        Console.note(error.description)
        throw ExitCode.invalidScenario
    } catch let error as RunProcess.Failure {
        Console.note(error.description)
        throw error.code
    } catch let error as RunSeries.Refusal {
        Console.note("loadgate: \(error.description)")
        throw error.code
    } catch let error as Incomparable {
        Console.note("loadgate: \(error.description)")
        throw ExitCode.undecided
    } catch let error as UnusableReference {
        Console.note(error.description)
        throw ExitCode.invalidScenario
    } catch let error as UnusableResult {
        Console.note(error.description)
        throw ExitCode.invalidScenario
    } catch {
        Console.note("loadgate: \(error)")
        throw interruption?.happened == true ? ExitCode.interrupted : code(of: error)
    }
}

private func code(of error: any Error) -> ExitCode {
    switch error {
    case is UnreachableProxy, is FleetMember.Refusal, is FleetMember.Taken, is EngineRefusal: .unreachable
    case is Destinations.NotAuthorised: .notAuthorised
    case is UnusableSetting, is BaselineFile.Unreadable, is ResultFile.Malformed: .invalidScenario
    case is Destinations.Unreachable, is Resolver.Unresolvable, is ServiceFailure: .unreachable
    default: .internalError
    }
}
