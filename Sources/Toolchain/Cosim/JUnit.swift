import Cosim

/// Results as the XML that CI systems read: a test suite for each folder of `rtl/`, a test case for each block.
public enum JUnit {
    public static func text(_ results: [BlockResult]) -> String {
        var folders: [String] = []
        for result in results where !folders.contains(folder(result)) { folders.append(folder(result)) }
        let suites = folders.map { name in suite(name, results.filter { folder($0) == name }) }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n\(suites.joined())</testsuites>\n"
    }

    private static func folder(_ result: BlockResult) -> String { String(result.block.prefix { $0 != "/" }) }

    private static func suite(_ name: String, _ results: [BlockResult]) -> String {
        let failures = results.filter { if case .diverged = $0.outcome { true } else { false } }.count
        let errors = results.filter { if case .failed = $0.outcome { true } else { false } }.count
        let cases = results.map { result in
            let head = "    <testcase classname=\"rtl.\(name)\" name=\"\(escaped(result.block))\" time=\"\(result.seconds)\""
            guard let complaint = result.complaint else { return head + "/>\n" }
            let kind = if case .failed = result.outcome { "error" } else { "failure" }
            return head + ">\n      <\(kind)>\(escaped(complaint))</\(kind)>\n    </testcase>\n"
        }
        return "  <testsuite name=\"rtl.\(name)\" tests=\"\(results.count)\" failures=\"\(failures)\" errors=\"\(errors)\">\n"
            + cases.joined() + "  </testsuite>\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
