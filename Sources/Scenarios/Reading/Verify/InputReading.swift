extension Reading {
    /// An endpoint that must refuse what is not valid.
    func input(_ fields: Fields, _ context: VerifyContext) -> InputRule? {
        verifiedRequest(fields, context).map { InputRule(request: $0) }
    }
}
