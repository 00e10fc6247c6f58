import Testing

@testable import Fetch

@Suite struct FetchTests {}
