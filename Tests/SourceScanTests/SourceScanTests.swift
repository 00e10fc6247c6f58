import Testing

@testable import SourceScan

@Suite struct SourceScanTests {}
