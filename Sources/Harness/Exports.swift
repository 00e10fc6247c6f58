// What a result is made of: whoever imports Loadgate can read one without a second import.
@_exported public import Measures
@_exported public import Push
@_exported public import Reports
@_exported public import Scenarios
@_exported public import VerificationKit
