import ArgumentParser

/// `loadgate fleet`: a load on several machines, by an engine that places the workers.
struct FleetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet", abstract: "Carry a load on several machines, with one verdict.",
        discussion: ManualPage(
            description: """
                A worker is one loadgate run that carries a segment of the load. Workers are started by hand (loadgate run --fleet), or \
                by an engine that places them; they find each other in a shared folder, begin and end together, and one result is \
                made of what they left.
                """,
            examples: [
                ("loadgate fleet slurm signoff.yaml --nodes 2 --submit", "a Slurm job, its report and its exit code"),
                ("loadgate fleet kubernetes signoff.yaml --workers 4 --claim shared", "manifests, on standard output"),
                ("loadgate fleet status shared --watch", "how the workers stand that share the folder"),
                ("loadgate merge shared --out merged", "one result, once they have ended"),
            ],
            seeAlso: ["loadgate run", "loadgate merge", "docs/fleet.md"]
        ).discussion,
        subcommands: [FleetSlurmCommand.self, FleetKubernetesCommand.self, FleetStatusCommand.self])
}
