import Diagnostics
import Testing

@Suite struct DiagnosticTests {
    private func diagnostic(_ node: String?, _ message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(file: "g.json", node: node, field: "inputs", message, hint: hint)
    }

    @Test func oneReasonOfManyNodesIsOneLine() {
        let problems = Diagnostics(["a", "b", "c", "d"].map { diagnostic($0, "is wide") })
        #expect(problems.description == "error: g.json: 4 nodes ('a', 'b', 'c', ...): inputs: is wide")
        #expect(problems.all.count == 4)
    }

    @Test func fewNodesAreAllNamed() {
        let problems = Diagnostics([diagnostic("a", "is wide"), diagnostic("x", "is late"), diagnostic("b", "is wide")])
        #expect(
            problems.description == "error: g.json: 'a', 'b': inputs: is wide\nerror: g.json: 'x': inputs: is late")
    }

    @Test func hintsFollowAllErrorsOnce() {
        let problems = Diagnostics([
            diagnostic("a", "is wide", hint: "make it narrow"), diagnostic(nil, "is odd"), diagnostic("b", "is late", hint: "make it narrow"),
        ])
        #expect(
            problems.description == """
                error: g.json: 'a': inputs: is wide
                error: g.json: inputs: is odd
                error: g.json: 'b': inputs: is late
                hint: make it narrow
                """)
    }
}
