import Testing

@testable import Scenarios

@Suite struct BodyTests {
    @Test("A multipart body has texts and files in the order of the file")
    func multipart() throws {
        let folder = try TemporaryFolder()
        let photo = try folder.write("files/photo.png", [1, 2, 3])
        let text = withStep(
            "post: /",
            "multipart: {title: \"of ${user}\", note: {value: \"\", type: text/plain; charset=utf-8}, "
                + "photo: {file: files/photo.png}, other: {file: files/photo.png, type: image/x, filename: \"a b\"}}")
        let body = try read(text, file: folder.path + "/s.yaml").steps[0].body
        #expect(
            body
                == .multipart([
                    .init(name: "title", content: .text(Text(pieces: [.literal("of "), .variable(.user)]))),
                    .init(name: "note", content: .text(Text("")), type: "text/plain; charset=utf-8"),
                    .init(name: "photo", content: .file(path: photo)),
                    .init(name: "other", content: .file(path: photo), type: "image/x", fileName: "a b"),
                ]))
    }

    @Test("An upload is a file, of the methods that carry one", arguments: ["post", "put", "patch"])
    func upload(method: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("body.bin", [0, 255])
        let step = try read(withStep("\(method): /", "upload: body.bin"), file: folder.path + "/s.yaml").steps[0]
        #expect(step.body == .file(path: path))
        #expect(step.method.rawValue == method.uppercased())
    }

    @Test(
        "A wrong body says what is wrong and where",
        arguments: [
            (
                "post: /", "upload: absent.bin",
                ["s.yaml:10:17: the file \"absent.bin\" can't be read: no such file"]
            ),
            (
                "get: /", "upload: absent.bin",
                [
                    "s.yaml:10:9: \"upload\" belongs to post, put and patch steps",
                    "s.yaml:10:17: the file \"absent.bin\" can't be read: no such file",
                ]
            ),
            (
                "post: /", "multipart: {a: b}\n        json: {}",
                ["s.yaml:11:9: a request has one body: \"json\" can't stand beside \"multipart\""]
            ),
            (
                "post: /", "multipart: {a: b}\n        headers: {content-type: multipart/form-data}",
                ["s.yaml:11:19: the header field content-type is set by multipart"]
            ),
            ("post: /", "multipart: {}", ["s.yaml:10:20: expected at least one multipart field"]),
            ("post: /", "multipart: [a]", ["s.yaml:10:20: expected a mapping of multipart fields, found a list"]),
            (
                "post: /", "multipart: {a: [b]}",
                ["s.yaml:10:24: expected a text, or a mapping with value or file, found a list"]
            ),
            ("post: /", "multipart: {a: {}}", ["s.yaml:10:24: a multipart field has either value or file"]),
            (
                "post: /", "multipart: {a: {value: b, file: c}}",
                ["s.yaml:10:24: a multipart field has either value or file"]
            ),
            (
                "post: /", "multipart: {a: {file: absent}}",
                ["s.yaml:10:31: the file \"absent\" can't be read: no such file"]
            ),
            (
                "post: /", "multipart: {a: {value: b, typ: text/plain}}",
                ["s.yaml:10:35: unknown key \"typ\" (did you mean \"type\"?)"]
            ),
            (
                "post: /", "multipart: {a: {value: b, type: text}}",
                ["s.yaml:10:41: expected a media type such as image/png, found \"text\""]
            ),
            (
                "post: /", "multipart: {a: {value: b, filename: \"x\\r\\ny\"}}",
                ["s.yaml:10:45: expected a file's name, without line breaks"]
            ),
            (
                "post: /", "multipart: {\"a\\nb\": c}",
                ["s.yaml:10:21: the name of a multipart field holds at least one character, and no line break"]
            ),
        ])
    func wrong(action: String, keys: String, expected: [String]) {
        #expect(problems(withStep(action, keys)) == expected)
    }
}
