import Testing

@testable import Scenarios

private func filter(_ name: String, _ value: String, isEqual: Bool = true) -> Probe.Filter {
    Probe.Filter(name: name, value: value, isEqual: isEqual)
}

@Suite("The Prometheus text format") struct PrometheusFormatTests {
    // The example of the format's own page, with what OpenMetrics and Prometheus 3 add.
    private static let page = """
        # HELP http_requests_total The total number of HTTP requests.
        # TYPE http_requests_total counter
        http_requests_total{method="post",code="200"} 1027 1395066363000
        http_requests_total{method="post",code="400"}    3 1395066363000

        # Escaping in label values:
        msdos_file_access_time_seconds{path="C:\\\\DIR\\\\FILE.TXT",error="Cannot find file:\\n\\"FILE.TXT\\""} 1.458255915e9
        metric_without_timestamp_and_labels 12.47
        something_weird{problem="division by zero"} +Inf -3982045
        # TYPE http_request_duration_seconds histogram
        http_request_duration_seconds_bucket{le="0.05"} 24054
        http_request_duration_seconds_bucket{le="+Inf"} 144320 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.789
        http_request_duration_seconds_sum 53423
        http_request_duration_seconds_count 144320
        a_pool{ database = "paintbox" , user="a",} 4\t
        a_pool{database="paintbox",user="b"} 3
        a_pool{database="other",user="a"} 100
        broken NaN
        {"my.metric", "a.label"="x y"} 8
        negative -2.5e-1
        temperature 20 1000.5
        temperature 21 1001.5
        # EOF
        after_the_end 5

        """

    private func value(_ metrics: String..., where labels: Probe.Filter...) -> Double? {
        Self.read(metrics, labels, Self.page).value
    }

    private static func read(
        _ metrics: [String], _ labels: [Probe.Filter], _ text: String
    ) -> (value: Double?, reason: String?) {
        do throws(ProbeFailure) {
            return (try PrometheusFormat(metrics: metrics, labels: labels).number(in: Array(text.utf8)), nil)
        } catch {
            return (nil, error.reason)
        }
    }

    @Test("Samples of a metric are summed where the labels hold")
    func sums() {
        #expect(value("http_requests_total") == 1030)
        #expect(value("http_requests_total", where: filter("code", "200")) == 1027)
        #expect(value("http_requests_total", where: filter("code", "200", isEqual: false)) == 3)
        #expect(value("http_requests_total", where: filter("method", "post"), filter("code", "400")) == 3)
        // A label that isn't there is empty, as in PromQL.
        #expect(value("metric_without_timestamp_and_labels", where: filter("zone", "")) == 12.47)
        #expect(value("metric_without_timestamp_and_labels", where: filter("zone", "a", isEqual: false)) == 12.47)
        #expect(value("a_pool", where: filter("database", "paintbox")) == 7)
        #expect(value("negative", "metric_without_timestamp_and_labels") == 12.22)
        #expect(value("negative", "negative") == -0.5)
    }

    @Test("Names are those of samples: a histogram's, and those in quotes")
    func names() {
        #expect(value("http_request_duration_seconds_bucket", where: filter("le", "0.05")) == 24054)
        #expect(value("http_request_duration_seconds_bucket", where: filter("le", "+Inf")) == 144_320)
        #expect(value("http_request_duration_seconds_sum") == 53423)
        #expect(value("my.metric", where: filter("a.label", "x y")) == 8)
        #expect(
            value(
                "msdos_file_access_time_seconds", where: filter("path", "C:\\DIR\\FILE.TXT"),
                filter("error", "Cannot find file:\n\"FILE.TXT\"")) == 1.458255915e9)
        #expect(value("after_the_end") == nil)
    }

    @Test("Of a series at several times the latest counts; one that occurs twice is refused")
    func doubled() {
        #expect(value("temperature") == 21)
        func reason(_ text: String) -> String? { Self.read(["a"], [], text).reason }
        #expect(reason("a 1\na 2\n") == "a series of \"a\" occurs more than once")
        #expect(reason("a{x=\"1\",y=\"2\"} 1\na{y=\"2\",x=\"1\"} 1\n") == "a series of \"a\" occurs more than once")
        #expect(reason("a 1 5\na 2 5\n") == "a series of \"a\" occurs more than once")
        #expect(Self.read(["a"], [], "a{x=\"1\"} 1\na{x=\"2\"} 2\n").value == 3)
        #expect(Self.read(["a"], [], "a 2 6\na 1 5\n").value == 2)
    }

    @Test(
        "A series that is not asked for spoils nothing, whatever stands there",
        arguments: [
            "a{db=\"x\"} NaN", "a{db=\"x\"} +Inf", "a{db=\"x\"} -Inf", "a{db=\"x\"} abc", "a{db=\"x\"}",
            "a{db=\"x\"} 1 soon",
            "a{db=\"x\"} 1 2 3", "a{db=\"x\"} 1\na{db=\"x\"} 1", "a{db=\"x\",b=\"1\"", "a{db=\"x\",b} 1",
            "a{db=\"x\",b=\"1} 1",
            "a{db=\"x\",db=\"x\"} 1", "a NaN", "a{user=\"NaN\"} NaN",
        ])
    func otherSeries(line: String) {
        // 4 + 3 of the database that is asked for, before and behind.
        let text = "a{db=\"y\",user=\"a\"} 4\n\(line)\na{db=\"y\",user=\"b\"} 3\n"
        #expect(Self.read(["a"], [filter("db", "y")], text).value == 7)
    }

    @Test(
        "One that is asked for, or may be, does",
        arguments: [
            "a{db=\"y\"} NaN", "a{db=\"y\"} +Inf", "a{db=\"y\"} abc", "a{db=\"y\",b=\"1\"", "a{b=\"1} 1", "a{b} 1",
            "a{",
        ])
    func ownSeries(line: String) {
        let text = "a{db=\"y\",user=\"a\"} 4\n\(line)\n"
        #expect(Self.read(["a"], [filter("db", "y")], text).value == nil)
    }

    @Test("What is missing, malformed or no number is told")
    func failures() {
        func reason(_ metric: String, _ labels: Probe.Filter..., in text: String = Self.page) -> String? {
            Self.read([metric], labels, text).reason
        }
        #expect(
            reason("http_request_total")
                == "there is no metric \"http_request_total\" (did you mean \"http_requests_total\"?)")
        #expect(
            reason("http_requests") == "there is no metric \"http_requests\" (did you mean \"http_requests_total\"?)")
        #expect(
            reason("http_request_duration_seconds")
                == "there is no metric \"http_request_duration_seconds\" (did you mean \"http_request_duration_seconds_count\"?)"
        )
        #expect(
            reason("http_requests_total", filter("code", "500"))
                == "no sample of \"http_requests_total\" has \"code == 500\"")
        #expect(reason("something_weird") == "something_weird is inf")
        #expect(reason("broken") == "line 18 is not a sample: its value is NaN")
        #expect(reason("a", in: "") == "there is no metric \"a\"")
        #expect(reason("a", in: "a\n") == "line 1 is not a sample: an empty text is not a value")
        #expect(reason("a", in: "\n\na{b=\"c} 1\n") == "line 3 is not a sample: a quote in it is not closed")
        #expect(reason("a", in: "a{b=c} 1\n") == "line 1 is not a sample: expected a text in quotes")
        #expect(reason("a", in: "a{b} 1\n") == "line 1 is not a sample: expected = after the label \"b\"")
        #expect(reason("a", in: "a{b=\"c\" d=\"e\"} 1\n") == "line 1 is not a sample: its labels are not closed by }")
        #expect(
            reason("a", in: "a{b=\"c\",b=\"d\"} 1\n") == "line 1 is not a sample: the label \"b\" occurs more than once"
        )
        #expect(reason("a", in: "a 1 soon\n") == "line 1 is not a sample: \"soon\" is not a timestamp")
        #expect(reason("a", in: "a 1 2 3\n") == "line 1 is not a sample: \"3\" follows it")
        // What nobody asked for may be as it is.
        #expect(Self.read(["a"], [], "b{ 1\na 1\n").value == 1)
    }
}
