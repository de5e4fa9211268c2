import Arch
import Formats
import Report

extension SupportMatrix {
    /// For a terminal.
    public var text: String {
        sections.map { section in
            let notes = SectionNotes(section)
            return ([section.title + ": " + section.summary] + section.remarks).map { $0 + "\n" }.joined()
                + notes.table.text + notes.lines.map { $0 + "\n" }.joined()
        }.joined(separator: "\n")
    }

    /// `docs/matrix.md`
    public var page: String {
        let head = """
            # What multiplies what

            Printed by `accelsim docs matrix` from what the engines themselves answer (`accelsim matrix` prints it for a terminal, `--json`
            for programs). `int2-4,8` is int2, int3, int4 and int8.

            `native`: the operands are multiplied as they are. `via A`: through conversion A, which stands below the table; one that loses
            bits must be allowed with `--convert`. A number is the reason why this engine has no such product, which the compiler gives when
            a graph asks for one that no engine of the machine takes. A dash: nothing asks for it, floats have no zero point.

            Columns are what a product asks for beside its formats. `dense`: constant weights, all of them stored; `dense, zero point`: the
            same with a zero point on the activations; `2:4`, `4:16`: that many of so many neighbouring weights are stored;
            `2:4 in 64 columns`: the same, and 64 neighbouring columns store the same two; `dictionary`: f16 weights that
            are eight numbers but for outliers; `run time`: weights that the program computes,
            as in attention. An option of an engine that changes an answer has a table of what it changes. What else a product may be
            limited by (groups of scales that cut lookup tables, for example) is in [engines.md](engines.md).

            `Tests/EndToEndTests/MatrixTests.swift` runs every `native` and every `via` of this page for each pair of formats on a small
            machine and compares all bits with the reference evaluator; every other cell must be refused with its reason.

            """
        return head + sections.map { section in
            let notes = SectionNotes(section)
            let remarks = ([section.summary] + section.remarks).joined(separator: "; ")
            let lines = notes.lines.map { "* \($0)\n" }.joined()
            return "\n## `\(section.title)`\n\n\(remarks).\n\n" + notes.table.markdown + (lines.isEmpty ? "" : "\n" + lines)
        }.joined()
    }
}

extension SupportMatrix.Section {
    var title: String { ([kind] + specifications[0].options).joined(separator: " ") }

    fileprivate var remarks: [String] {
        let others = specifications.dropFirst().map { $0.options.joined(separator: " ") }
        var remarks = others.isEmpty ? [] : ["the same with " + others.joined(separator: ", with ")]
        if !specifications[0].parameters.isEmpty { remarks.append("what is not in the table is as in \(kind) without options") }
        return remarks
    }
}

extension EngineSpecification {
    /// `name=value`, in alphabetical order.
    var options: [String] {
        parameters.sorted { $0.key < $1.key }.map { name, value in
            switch value {
            case .integer(let number): "\(name)=\(number)"
            case .text(let text): "\(name)=\(text)"
            case .flag(let flag): "\(name)=\(flag)"
            }
        }
    }
}

/// A section's table, with conversions as letters and reasons as numbers in order of appearance.
private struct SectionNotes {
    private(set) var table: TextTable
    private var conversions: [Conversion] = []
    private var reasons: [String] = []

    init(_ section: SupportMatrix.Section) {
        table = TextTable(
            [.init("activations", alignment: .left), .init("weights", alignment: .left)]
                + ProductForm.allCases.map { form in
                    .init(form.rawValue, alignment: .left)
                })
        for row in section.changes {
            let words = ProductForm.allCases.map { form in row.answers[form].map { word($0) } ?? "-" }
            table.add([CodecRanges.text(row.activations), CodecRanges.text(row.weights)] + words)
        }
    }

    private mutating func word(_ support: Support) -> String {
        switch support {
        case .native: return "native"
        case .viaConversion(let conversion):
            if !conversions.contains(conversion) { conversions.append(conversion) }
            return "via \(letter(conversions.firstIndex(of: conversion) ?? 0))"
        case .unsupported(let reason):
            if !reasons.contains(reason) { reasons.append(reason) }
            return "\((reasons.firstIndex(of: reason) ?? 0) + 1)"
        }
    }

    private func letter(_ index: Int) -> String {
        let letter = String(UnicodeScalar(UInt8(65 + index % 26)))
        return index < 26 ? letter : "\(letter)\(index / 26)"
    }

    var lines: [String] {
        conversions.enumerated().flatMap { index, conversion in
            let loss = conversion.isLossless ? "lossless" : "loses bits, wants --convert"
            return ["\(letter(index)): \(conversion.text); \(loss)", "\(letter(index)) costs: \(conversion.cost)"]
        } + reasons.enumerated().map { "\($0 + 1): \($1)" }
    }
}
