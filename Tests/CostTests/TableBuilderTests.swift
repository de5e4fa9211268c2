import Arch
import Cost
import Diagnostics
import Engines
import Testing

/// Builders of exact and of rounded tables are different hardware, and cost what their own blocks do.
@Suite struct TableBuilderTests {
    private static let builder = ["TileK": 4, "TableEntries": 8, "TablesPerScale": 16]

    /// A table of these blocks, 1000 nW each; their energy is that of 10 runs.
    private func library(_ blocks: [(name: String, parameters: [String: Int], area: Int)]) throws -> LibraryCosts {
        let entries: [JSONValue] = blocks.map { name, parameters, area in
            [
                "block": .string(name), "parameters": .object(JSONObject(parameters.map { ($0.key, .integer($0.value)) })),
                "digest": "", "clockPicoseconds": 1000, "closesPicoseconds": 900, "cells": 1, "flipFlops": 1,
                "leakageNanowatts": 1000, "areaSquareMicrometres": .integer(area),
                "activity": [
                    "workload": "w", "vectors": 10, "cycles": 10, "equalToRTL": true, "events": .object(JSONObject()),
                    "picojoules": .integer(10 * area), "clockPicojoules": 0,
                ],
            ]
        }
        let library: JSONValue = ["name": "l", "process": "p", "nodeNanometres": 7, "volts": .number(0.7), "celsius": 25]
        return try LibraryCosts(json: [
            "schema": "accelsim-costs-1", "library": library, "tools": ["yosys": "0.70"], "date": "", "command": "", "flow": "",
            "blocks": .array(entries),
        ])
    }

    /// `lut-tc` with 64 lanes whose dividers take four cycles.
    private func machine(_ tables: String) throws -> Target {
        var machine = try Presets.named("lut-tc")
        machine.engines[0].parameters["tables"] = .text(tables)
        return Target(machine: machine, engines: try machine.engines.map { try Catalog.engine($0) })
    }

    /// A table takes 2/8 cycles of the trees and (8 + 1/16) 4/64 of the dividers, so 1.33 are made per cycle: by two builders.
    @Test func roundedTablesHaveABuilderOfTheirOwn() throws {
        let costs = try library([
            ("lut-tc/lut_table_builder", ["TileK": 4, "TableEntries": 8], 7), ("lut-tc/lut_rounding_builder", Self.builder, 16),
        ])
        let builders = try #require(MachineCost(machine("int8-per-64"), library: costs).builders)
        #expect(builders.area.value == 32 && builders.leakage.value == 2000)
        #expect(builders.picojoulesPerEntry?.value == 2)
        #expect(abs(builders.entriesPerCycle - 8 / (0.25 + (8 + 1.0 / 16) / 16)) < 1e-9)
        let exact = try #require(MachineCost(machine("exact"), library: costs).builders)
        #expect(exact.area.value == 56 && exact.entriesPerCycle == 64)
    }

    /// One with 64 entries whose scales are shared by one table, as wanted, comes before one with as many entries as wanted.
    @Test func anotherBuilderCountsByItsEntries() throws {
        let costs = try library([
            ("lut-tc/lut_rounding_builder", Self.builder, 16),
            ("lut-tc/lut_rounding_builder", ["TileK": 6, "TableEntries": 64, "TablesPerScale": 1], 640),
            ("lut-tc/lut_rounding_builder", ["TileK": 2, "TableEntries": 4, "TablesPerScale": 1], 1000),
        ])
        let builders = try #require(MachineCost(machine("int8-per-table"), library: costs).builders)
        // Two builders of eight entries.
        #expect(builders.area.value == 160 && builders.area.origin.kind == .estimated)
        #expect(builders.area.origin.text.contains("TableEntries 64"))
        #expect(builders.picojoulesPerEntry?.value == 10)
    }

    /// Eight entries and the greatest magnitude of three additions each, one divider for the scale and eight behind the entries.
    @Test func aBuilderThatWasNotMeasuredIsTheSumOfItsParts() throws {
        let parts = [("common/float_add", 100), ("common/float_divide", 1000), ("lut-tc/lut_round_entry", 1200)]
        let costs = try library(parts.map { (name: $0.0, parameters: [:], area: $0.1) })
        let builders = try #require(MachineCost(machine("int8-per-table"), library: costs).builders)
        // 27 x 100 + 1000 + 8 x 1200
        let one = 13_300.0
        #expect(builders.area.value == 2 * one)
        #expect(builders.picojoulesPerEntry?.value == one / 8)
        #expect(builders.area.origin.kind == .estimated)
        #expect(builders.area.origin.text.contains("8 x lut-tc/lut_round_entry"))
        #expect(builders.area.origin.text.contains("registers"))
        let without = try MachineCost(machine("exact"), library: costs)
        #expect(without.builders == nil)
        #expect(without.missingOfDatapath.contains { $0.hasPrefix("table builders") })
    }
}
