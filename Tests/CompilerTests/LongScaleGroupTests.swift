import Testing

/// Scale groups of codes that f32 does not sum exactly, on float arrays.
@Suite struct LongScaleGroupTests {
    @Test(arguments: ["mac-fp16", "mac-fp16-tiny"], [("int8", 2048), ("uint8", 700), ("int4", 4096)])
    func longGroupsEqualTheReference(machine: String, format: (codec: String, group: Int)) throws {
        let groups = (4500 + format.group - 1) / format.group
        let bench = try Bench("""
            {"schema": "accelsim-graph-1",
             "inputs": {"x": {"shape": [3, 4500], "encoding": {"codec": "\(format.codec)", "scale": 0.1}}},
             "constants": {"w": {"shape": [9, 4500], "encoding": {"codec": "int8", "scale": "s", "group": \(format.group)}},
                           "s": {"shape": [9, \(groups)]}},
             "nodes": [{"name": "y", "op": "linear", "inputs": ["x", "w"], "output": "f32"}], "outputs": ["y"]}
            """)
        #expect(try bench.differences(on: machine) == [])
    }
}
