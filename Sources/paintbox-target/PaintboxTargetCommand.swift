import ArgumentParser

/// `paintbox-target`; without a subcommand it serves.
@main
struct PaintboxTargetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "paintbox-target",
        abstract: "A small Paintbox to run load against: projects, prices, live updates, two regions, faults.",
        subcommands: [ServeCommand.self, EstimatesCommand.self, SecretsCommand.self],
        defaultSubcommand: ServeCommand.self)
}
