/// What places the workers of a job: a scheduler that exists. Loadgate only writes what it is told.
package protocol FleetEngine {
    /// What the engine is given to carry the job out: a batch script, manifests.
    ///
    /// - Throws: `UnusableRunSetting` where the job can't be told.
    func text(of job: FleetJob) throws -> String
}
