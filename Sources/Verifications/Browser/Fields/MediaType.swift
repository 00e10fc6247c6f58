import HTTPFields

extension MediaType {
    /// What browsers do with a body of the type.
    var content: BrowserAnswer.Content {
        if isJSON { return .json }
        // What runs scripts when it is opened.
        if isMarkup { return .document }
        let type = essence.prefix { $0 != "/" }
        if ["image", "font", "audio", "video"].contains(type) { return .asset }
        let assets = ["text/css", "text/javascript", "application/javascript", "application/wasm", "application/pdf"]
        return assets.contains(essence) ? .asset : .other
    }
}
