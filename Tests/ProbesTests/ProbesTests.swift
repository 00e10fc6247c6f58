import Testing

@testable import Probes

@Suite struct ProbesTests {}
