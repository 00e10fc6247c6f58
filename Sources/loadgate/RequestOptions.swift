import ArgumentParser
import Loadgate

/// What a run carries out, whether this process does it or a fleet.
struct RequestOptions: ParsableArguments {
    @OptionGroup var load: LoadOptions

    @Option(
        help: ArgumentHelp(
            "Carry out only this part: load, verify (all verifications) or verify.NAME; repeatable.", valueName: "part"),
        completion: .list(["load", "verify"]))
    var only: [String] = []

    @OptionGroup var values: ValueOptions

    /// The request to carry a file out so.
    func request(_ file: String) -> RunRequest {
        var request = RunRequest(file: file)
        request.target = load.target
        request.rate = load.rate
        request.duration = load.duration
        request.only = only
        request.environment = values.environment
        return request
    }
}
