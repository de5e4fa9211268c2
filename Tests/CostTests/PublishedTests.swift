import Cost
import Diagnostics
import Testing

/// Our figures beside published ones come from the table alone.
@Suite struct PublishedTests {
    /// (table entries, folds signs, builds tables, square micrometres, picojoules in 100 cycles).
    private static let units = [(16, 0, 1, 400, 800), (8, 1, 1, 300, 640), (8, 0, 1, 250, 500), (8, 0, 0, 200, 400)]

    private func library(_ units: [(Int, Int, Int, Int, Int)]) throws -> LibraryCosts {
        let blocks = units.map { entries, folds, builds, area, energy -> JSONValue in
            [
                "block": "lut-tc/lut_tensor_core", "digest": "", "clockPicoseconds": 1000, "closesPicoseconds": 900, "cells": 1,
                "flipFlops": 1, "leakageNanowatts": 1_000_000, "areaSquareMicrometres": .integer(area),
                "parameters": [
                    "TileM": 2, "TileN": 64, "TileK": 4, "TableEntries": .integer(entries), "FoldsSigns": .integer(folds),
                    "BuildsTables": .integer(builds), "EpilogueLanes": 1, "SelectorInputs": 1, "RoundedEntries": 0,
                ],
                "activity": [
                    "workload": "a layer", "tiles": 1, "cycles": 100, "equalToRTL": true, "events": [:],
                    "picojoules": .integer(energy), "clockPicojoules": 100, "glitches": false, "idlePicojoulesPerCycle": 1,
                ],
            ]
        }
        let library: JSONValue = ["name": "l", "process": "p", "nodeNanometres": 7, "volts": .number(0.7), "celsius": 25]
        return try LibraryCosts(json: [
            "schema": "accelsim-costs-1", "library": library, "tools": ["yosys": "0.70"], "date": "", "command": "", "flow": "",
            "blocks": .array(blocks),
        ])
    }

    /// 800 pJ in 100 ns are 8 mW, and a million nanowatts are another.
    @Test func ratiosOfTheAblationAreThoseOfTheTable() throws {
        let ablation = try #require(LookupAblation(in: library(Self.units)))
        #expect(ablation.workload == "a layer")
        #expect(ablation.steps.map(\.milliwatts.value) == [9, 7.4, 6, 5])
        #expect(ablation.steps.map(\.clockMilliwatts) == [1, 1, 1, 1])
        let density = ablation.steps.map { ablation.density($0).ours }
        #expect(density == [1, 400.0 / 300, 1.6, 2])
        #expect(ablation.steps.map { ablation.efficiency($0).ours } == [1, 9 / 7.4, 1.5, 1.8])
    }

    @Test func variantsThatWereNotMeasuredAreNamed() throws {
        let ablation = try #require(LookupAblation(in: library(Array(Self.units.dropLast()))))
        #expect(ablation.missing == [.moved] && ablation.steps.count == 3)
        #expect(try LookupAblation(in: library(Array(Self.units.dropFirst()))) == nil)
    }

    /// As the paper's own table prints them.
    @Test func publishedRatiosFollowFromPublishedFigures() throws {
        let ablation = try #require(LookupAblation(in: library(Self.units)))
        for (step, printed) in zip(ablation.steps, [(1, 1), (1.317, 1.301), (1.351, 1.347), (1.440, 1.442)]) {
            #expect(abs(ablation.density(step).published - printed.0) < 0.0006)
            #expect(abs(ablation.efficiency(step).published - printed.1) < 0.0006)
        }
    }

    @Test func decodersAndElementsAreInTheUsualTable() throws {
        let library = try LibraryCosts.load(LibraryCosts.names[0])
        let shares = DecoderShare.all(in: library)
        #expect(shares.map(\.published.bits) == [4, 8])
        for share in shares {
            #expect(share.ofArray > 0 && share.ofArray < share.ofElements)
            #expect(abs(share.ofArray * share.array.value / share.decoder.value - Double(share.published.count)) < 1e-9)
        }
        let products = ElementCost.products(in: library)
        #expect(products.count == 5)
        for element in products {
            #expect(element.picojoules.count == element.workloads.count && element.picojoules.allSatisfy { $0 > 0 })
        }
        // A sum of parts is the sum of its parts.
        let half = try #require(ElementCost.multiplyAccumulates(in: library).last)
        let parts = ["float_port_multiply", "float_add"].compactMap { name in
            library.blocks.first { $0.module == name && (name == "float_add" || $0.parameters["SignificandBits"] == 11) }
        }
        #expect(half.areaSquareMicrometres.value == parts.reduce(0) { $0 + $1.areaSquareMicrometres })
        #expect(half.areaSquareMicrometres.origin.kind == .estimated)
    }
}
