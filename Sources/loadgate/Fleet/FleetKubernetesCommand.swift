import ArgumentParser
import Foundation
import Loadgate
import Scenarios

/// `loadgate fleet kubernetes FILE`
struct FleetKubernetesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kubernetes",
        abstract: "Print the manifests of a Kubernetes Job, or create it and wait for its verdict.",
        discussion: ManualPage(
            description: """
                An Indexed Job (Kubernetes 1.25 or later), whose pods are the workers, and a ConfigMap with the scenario and the \
                files that it names. The pod with index 0 makes the result: the Job fails where the verdict is not pass. All pods \
                write to a volume that they share (ReadWriteMany).

                What the scenario reads of the environment comes from Secrets, named by --secret; manifests hold no values.
                """,
            examples: [
                (
                    "loadgate fleet kubernetes signoff.yaml --workers 4 --claim shared | kubectl create -f -",
                    "create the Job"
                ),
                (
                    "loadgate fleet kubernetes signoff.yaml --workers 4 --claim shared --submit",
                    "create it, wait for its end, show its report, and end with its exit code"
                ),
                (
                    "loadgate fleet kubernetes signoff.yaml --workers 2 --claim shared --secret shop --authorise shop.example",
                    "values for ${env:NAME} from the Secret shop; a host that isn't the pod's own"
                ),
            ],
            files: [("NAME/RUN/merged", "on the volume: the result and its reports; RUN is the Job's id")],
            exitCodes: [
                (0, "printed; with --submit, the verdict is pass"), (1, "an objective or a verification failed"),
                (3, "inconclusive, no data, or invalid: a worker was lost"),
                (65, "the scenario, or what it names, is invalid"),
                (69, "there is no kubectl, or it could not create the Job; the target can't be reached"),
                (70, "the Job ended without a verdict"), (77, "the target is not authorised"), (130, "interrupted"),
            ],
            seeAlso: ["loadgate merge", "docs/fleet.md"]
        ).discussion)

    @Argument(help: ArgumentHelp("The scenario file.", valueName: "file"), completion: .scenarios)
    var file: String

    @Option(help: ArgumentHelp("How many workers carry the load.", valueName: "n"))
    var workers: Int

    @Option(help: ArgumentHelp("The claim of a volume that all pods may write to (ReadWriteMany).", valueName: "name"))
    var claim: String

    @Option(help: ArgumentHelp("The image that has loadgate, of the Dockerfile.", valueName: "image"))
    var image = "loadgate:\(Version.text)"

    @Option(help: ArgumentHelp("The Job's name. (default: loadgate-<scenario's name>)", valueName: "name"))
    var name: String?

    @Option(help: ArgumentHelp("The namespace. (default: kubectl's)", valueName: "name"))
    var namespace: String?

    @Option(
        help: ArgumentHelp(
            "A Secret whose keys are variables of the workers' environment; repeatable.", valueName: "name"))
    var secret: [String] = []

    @Option(
        help: ArgumentHelp(
            "Where the scenario and its files lie in the pods already, e.g. on the volume, which is /fleet; no ConfigMap is made.",
            valueName: "path"))
    var mounted: String?

    @Option(help: ArgumentHelp("Processors of each worker.", valueName: "n"))
    var cpus = 1

    @Option(help: ArgumentHelp("Memory of each worker, e.g. 512Mi.", valueName: "quantity"))
    var memory = "1Gi"

    @Flag(help: "Create the Job, wait for its end, show its report, and end with its exit code.")
    var submit = false

    @OptionGroup var options: FleetOptions

    func validate() throws {
        guard 1...256 ~= cpus else { throw ValidationError("--cpus wants 1 to 256, got \(cpus)") }
        guard memory.wholeMatch(of: #/[1-9][0-9]*(Ki|Mi|Gi|Ti)/#) != nil else {
            throw ValidationError("--memory wants a quantity such as 512Mi or 2Gi, got '\(memory)'")
        }
        // RFC 1123 §2.1, as Kubernetes takes names.
        for (option, name) in [("--claim", claim), ("--namespace", namespace)] + secret.map({ ("--secret", $0) }) {
            guard let name else { continue }
            guard name.count <= 253, name.wholeMatch(of: #/[a-z0-9]([a-z0-9.-]*[a-z0-9])?/#) != nil else {
                throw ValidationError(
                    "\(option) wants a name of small letters, digits, - and ., got '\(name)'")
            }
        }
        // The name is a label and part of host names, with the index behind it.
        if let name, name.count > 57 || name.wholeMatch(of: #/[a-z0-9]([a-z0-9-]*[a-z0-9])?/#) == nil {
            throw ValidationError("--name wants at most 57 small letters, digits and -, got '\(name)'")
        }
        guard image.wholeMatch(of: #/[A-Za-z0-9][A-Za-z0-9._\/:@-]*/#) != nil else {
            throw ValidationError("--image wants an image such as registry.example/loadgate:1, got '\(image)'")
        }
        if let mounted, !mounted.hasPrefix("/") {
            throw ValidationError("--mounted wants a path in the pods that starts with /, got '\(mounted)'")
        }
    }

    func run() throws {
        let interruption = submit ? Interruption.bySignals() : Interruption()
        try reportingErrors(interruption) {
            let job = try options.job(file, workers: workers, patience: 600, reactors: cpus)
            var engine = KubernetesEngine(name: name ?? Self.name(job.name), image: image, claim: claim)
            engine.namespace = namespace
            engine.secrets = secret
            engine.mounted = mounted.map { String($0.reversed().drop { $0 == "/" }.reversed()) }
            engine.processors = "\(cpus)"
            engine.memory = memory
            let manifests = try engine.text(of: job)
            guard submit else { return Console.result(manifests) }
            try KubernetesSubmission(
                manifests: manifests, name: engine.name, namespace: namespace, limit: job.limit,
                interruption: interruption
            ).run()
        }
    }

    /// A name that Kubernetes takes.
    private static func name(_ text: String) -> String {
        let safe = text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
        let words = String(safe).split(separator: "-").joined(separator: "-").prefix(40)
        return words.isEmpty ? "loadgate" : "loadgate-" + words.reversed().drop { $0 == "-" }.reversed()
    }
}
