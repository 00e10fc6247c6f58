extension Importers {
    /// Those of Loadgate.
    public static let standard = Importers([
        OpenAPIImporter.self, HARImporter.self, PostmanImporter.self, CurlImporter.self,
    ])
}
