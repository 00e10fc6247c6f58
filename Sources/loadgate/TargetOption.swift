import ArgumentParser

/// `--target URL`
struct TargetOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("Send the load here; services marked unless: --target are not started.", valueName: "url"))
    var target: String?
}
