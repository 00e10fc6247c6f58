import Foundation

/// Kubernetes: an Indexed Job, whose pods are the workers; the one with index 0 makes the result, and its exit code is the verdict's.
///
/// Only what is stable since 1.24 is used. Manifests hold no values of secrets: pods get them from Secrets by name.
package struct KubernetesEngine: FleetEngine, Sendable {
    /// The name of the Job, and of all that belongs to it.
    package var name: String
    /// Where it goes; nil: the namespace of whoever creates it.
    package var namespace: String?
    /// The image that has loadgate.
    package var image: String
    /// The volume claim that all pods write to (ReadWriteMany).
    package var claim: String
    /// Secrets whose keys are variables of the workers' environment.
    package var secrets: [String] = []
    /// The folder in the pods that holds the scenario and its files already; nil: a ConfigMap brings them.
    package var mounted: String?
    /// Processors of each worker, as Kubernetes has quantities.
    package var processors = "1"
    /// Memory of each worker, as Kubernetes has quantities.
    package var memory = "1Gi"

    /// Makes it of what it must have.
    package init(name: String, image: String, claim: String) {
        self.name = name
        self.image = image
        self.claim = claim
    }

    /// The user of the image, as the Dockerfile has it.
    private static let user = 10_001
    /// Where a pod finds the scenario, and the volume.
    private static let scenarioFolder = "/scenario"
    private static let sharedFolder = "/fleet"
    /// How long a worker may take to write its part once it is to end, in seconds, besides the scenario's graceful stop.
    private static let writing = 90.0

    package func text(of job: FleetJob) throws -> String {
        if job.inputs.variables.count > 0, secrets.isEmpty {
            let list = job.inputs.variables.joined(separator: ", ")
            throw UnusableRunSetting(
                description: "--secret: the scenario reads \(list) of the environment: make a Secret with these keys "
                    + "(kubectl create secret generic NAME --from-literal=…), and name it")
        }
        let pack = mounted == nil ? try ScenarioPack(job) : nil
        let documents = (pack.map { [configMap($0)] } ?? []) + [self.job(job, pack)]
        let comments = [
            "# Made by Loadgate \(Version.text): \(job.workers) workers share a load, one verdict is made of what they measured.",
            "# kubectl create -f FILE; the Job fails where the verdict is not pass. Reports: \(name)/RUN/merged on the volume \(claim).",
        ]
        return comments.map { $0 + "\n" }.joined() + ManifestText.text(documents)
    }

    // MARK: - The scenario

    private func configMap(_ pack: ScenarioPack) -> ManifestValue {
        var texts: [(String, ManifestValue)] = []
        var bytes: [(String, ManifestValue)] = []
        for (index, file) in pack.files.enumerated() {
            if let text = String(validating: file.bytes, as: UTF8.self), ManifestText.isPrintable(text) {
                texts.append((Self.key(index), .text(text)))
            } else {
                bytes.append((Self.key(index), .text(Data(file.bytes).base64EncodedString())))
            }
        }
        return .members(
            ("apiVersion", .text("v1")), ("kind", .text("ConfigMap")), ("metadata", metadata),
            ("immutable", .truth(true)), ("data", texts.isEmpty ? nil : .mapping(texts)),
            ("binaryData", bytes.isEmpty ? nil : .mapping(bytes)))
    }

    /// Keys know few characters; the paths stand where they are mounted.
    private static func key(_ index: Int) -> String { "file-\(index)" }

    // MARK: - The Job

    private var labels: ManifestValue {
        .mapping([("app.kubernetes.io/name", .text("loadgate")), ("app.kubernetes.io/instance", .text(name))])
    }

    private var metadata: ManifestValue {
        .members(("name", .text(name)), ("namespace", namespace.map { .text($0) }), ("labels", labels))
    }

    private func job(_ job: FleetJob, _ pack: ScenarioPack?) -> ManifestValue {
        .members(
            ("apiVersion", .text("batch/v1")), ("kind", .text("Job")), ("metadata", metadata),
            (
                "spec",
                .members(
                    ("completionMode", .text("Indexed")), ("completions", .number(job.workers)),
                    ("parallelism", .number(job.workers)), ("backoffLimit", .number(0)),
                    ("activeDeadlineSeconds", .number(Int(job.limit.rounded(.up)))),
                    (
                        "template",
                        .members(("metadata", .members(("labels", labels))), ("spec", pod(job, pack)))
                    ))
            ))
    }

    private func pod(_ job: FleetJob, _ pack: ScenarioPack?) -> ManifestValue {
        let security = ManifestValue.members(
            ("runAsNonRoot", .truth(true)), ("runAsUser", .number(Self.user)), ("runAsGroup", .number(Self.user)),
            ("fsGroup", .number(Self.user)), ("seccompProfile", .members(("type", .text("RuntimeDefault")))))
        // Each on a machine of its own, as far as there are so many.
        let spread = ManifestValue.members(
            ("maxSkew", .number(1)), ("topologyKey", .text("kubernetes.io/hostname")),
            ("whenUnsatisfiable", .text("ScheduleAnyway")),
            ("labelSelector", .members(("matchLabels", labels))))
        var volumes: [ManifestValue] = [
            .members(
                ("name", .text("fleet")), ("persistentVolumeClaim", .members(("claimName", .text(claim))))),
            .members(("name", .text("tmp")), ("emptyDir", .mapping([]))),
        ]
        if let pack {
            let items = pack.files.enumerated().map { index, file in
                ManifestValue.members(("key", .text(Self.key(index))), ("path", .text(file.path)))
            }
            volumes.append(
                .members(
                    ("name", .text("scenario")),
                    // Programs that the scenario runs can be run, as 0555 has it.
                    (
                        "configMap",
                        .members(("name", .text(name)), ("defaultMode", .number(0o555)), ("items", .list(items)))
                    )))
        }
        return .members(
            ("restartPolicy", .text("Never")),
            ("terminationGracePeriodSeconds", .number(Int(job.gracefulStop + Self.writing))),
            ("automountServiceAccountToken", .truth(false)), ("enableServiceLinks", .truth(false)),
            ("securityContext", security), ("topologySpreadConstraints", .list([spread])),
            ("containers", .list([container(job, pack)])), ("volumes", .list(volumes)))
    }

    private func container(_ job: FleetJob, _ pack: ScenarioPack?) -> ManifestValue {
        let file =
            pack.map { "\(Self.scenarioFolder)/\($0.scenario)" }
            ?? "\(mounted ?? "")/\((job.file as NSString).lastPathComponent)"
        let arguments =
            [
                "run", Self.literal(file), "--segment", "$(JOB_COMPLETION_INDEX)/\(job.workers)", "--fleet",
                "\(Self.sharedFolder)/\(name)/$(RUN)", "--merge", "--no-baseline",
            ] + (job.options + job.mergeOptions).map(Self.literal)
        func field(_ name: String, _ path: String) -> ManifestValue {
            .members(
                ("name", .text(name)),
                ("valueFrom", .members(("fieldRef", .members(("fieldPath", .text(path)))))))
        }
        var mounts: [ManifestValue] = [
            .members(("name", .text("fleet")), ("mountPath", .text(Self.sharedFolder))),
            .members(("name", .text("tmp")), ("mountPath", .text("/tmp"))),
        ]
        if pack != nil {
            mounts.append(
                .members(
                    ("name", .text("scenario")), ("mountPath", .text(Self.scenarioFolder)), ("readOnly", .truth(true))))
        }
        let sources = secrets.map { ManifestValue.members(("secretRef", .members(("name", .text($0))))) }
        return .members(
            ("name", .text("loadgate")), ("image", .text(image)), ("command", .list([.text("loadgate")])),
            ("args", .list(arguments.map { .text($0) })),
            (
                "env",
                .list([
                    field(
                        "JOB_COMPLETION_INDEX", "metadata.annotations['batch.kubernetes.io/job-completion-index']"),
                    // The Job's own id, so that no run meets the files of another.
                    field("RUN", "metadata.labels['controller-uid']"),
                ])
            ),
            ("envFrom", sources.isEmpty ? nil : .list(sources)),
            (
                "resources",
                .members(
                    ("requests", .mapping([("cpu", .text(processors)), ("memory", .text(memory))])),
                    ("limits", .mapping([("memory", .text(memory))])))
            ),
            (
                "securityContext",
                .members(
                    ("allowPrivilegeEscalation", .truth(false)), ("readOnlyRootFilesystem", .truth(true)),
                    ("capabilities", .members(("drop", .list([.text("ALL")])))))
            ),
            ("volumeMounts", .list(mounts)))
    }

    /// An argument in which no variable is meant: Kubernetes replaces `$(NAME)`, and takes `$$` for `$`.
    private static func literal(_ text: String) -> String { text.replacing("$", with: "$$") }
}
