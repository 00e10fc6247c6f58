import Foundation
import Scenarios
import Testing

@testable import Import

@Suite("Files of other tools")
struct ForeignSourceTests {
    /// The problem of a file under a name.
    private func problem(_ text: String, _ name: String) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("foreign-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent(name).path
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        do {
            return try ImportSource(file).importer().option
        } catch {
            return error.problems.map(\.message).joined(separator: "\n")
        }
    }

    @Test(
        "Are named, with what leads on",
        arguments: [
            ("<?xml version=\"1.0\"?>\n<jmeterTestPlan version=\"1.2\"/>", "plan.xml", "a JMeter test plan"),
            ("", "plan.jmx", nil),
            ("import http from 'k6/http';\nexport default () => {}", "load.js", "a k6 script"),
            (
                "config: {target: 'http://a', phases: [{duration: 1}]}\nscenarios: [{flow: []}]", "a.yml",
                "an Artillery script"
            ),
            (
                "GET http://127.0.0.1/\nX-A: 1\n\nPOST http://127.0.0.1/a\n@body.json", "targets.txt",
                "a list of vegeta targets"
            ),
            (
                "{\"method\": \"GET\", \"url\": \"http://a/\"}\n{\"method\": \"GET\", \"url\": \"http://b/\"}\n",
                "t.json", "a list of vegeta targets"
            ),
            ("### one\nGET {{host}}/a HTTP/1.1\n", "calls.http", "a file of HTTP requests (.http)"),
            ("from locust import HttpUser\nclass U(HttpUser):\n    pass\n", "locustfile.py", "a Locust file"),
            (
                "127.0.0.1 - - [01/Jan/2026:00:00:00 +0000] \"GET /a HTTP/1.1\" 200 12 \"-\" \"x\"\n", "access.log",
                "an access log"
            ),
            ("package x\nimport io.gatling.core.Predef._\n", "Sim.scala", "a Gatling simulation"),
            ("asyncapi: 3.0.0\ninfo: {title: x}\n", "a.yaml", "an AsyncAPI document"),
            ("{\"_type\": \"export\", \"__export_format\": 4, \"resources\": []}", "i.json", "an Insomnia export"),
            (
                "{\"id\": \"x\", \"values\": [], \"_postman_variable_scope\": \"environment\"}", "e.json",
                "a Postman environment"
            ),
            ("{\"name\": \"x\", \"order\": [], \"requests\": []}", "v1.json", "a Postman collection of version 1"),
            ("<!doctype html>\n<html><title>Swagger UI</title></html>", "docs.html", "an HTML page"),
            ("curl -s http://127.0.0.1/\ncurl -s http://127.0.0.1/b\n", "calls.sh", "a curl command"),
            ("name: a\ntarget: http://127.0.0.1\nflows: {}\n", "s.yaml", "a scenario already"),
        ])
    func foreign(text: String, name: String, kind: String?) throws {
        let found = try problem(text, name)
        guard let kind else {
            #expect(found.hasPrefix("this is a JMeter test plan"))
            return
        }
        #expect(found.hasPrefix("this is \(kind), which init does not read: "), "\(found)")
    }

    @Test(
        "What init reads is told by what stands in it, whatever its name",
        arguments: [
            ("openapi: 3.0.0\npaths: {}", "openapi"), ("swagger: '2.0'\npaths: {}", "openapi"),
            ("{\"log\": {\"entries\": []}}", "har"), ("{\"info\": {}, \"item\": []}", "postman"),
        ])
    func known(text: String, kind: String) throws {
        #expect(try problem(text, "file.txt") == kind)
    }

    @Test("A source under another option's name is told, and so is what nobody knows")
    func mistaken() throws {
        func message(_ text: String, _ importer: any Importer.Type) -> String {
            do {
                _ = try ImportSource(fetched: Array(text.utf8), from: "f").document(.json, for: importer)
                return "read"
            } catch {
                return error.problems.first?.message ?? ""
            }
        }
        #expect(
            message("{\"openapi\": \"3.0.0\"}", HARImporter.self) == "this is an OpenAPI document: --openapi takes it")
        #expect(message("openapi: 3.0.0", PostmanImporter.self) == "this is an OpenAPI document: --openapi takes it")
        #expect(
            message("{\"info\": {}, \"item\": []}", OpenAPIImporter.self)
                == "this is a Postman collection: --postman takes it")
        #expect(message("{\"log\": {\"entries\": []}}", HARImporter.self) == "read")
        #expect(
            try problem("{\"a\": 1}", "a.json").hasPrefix(
                "init reads OpenAPI documents, HAR recordings and Postman collections; "))
        #expect(try problem("just words", "a.txt").hasPrefix("init reads OpenAPI documents, "))
    }
}
