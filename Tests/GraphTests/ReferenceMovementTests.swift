import Formats
import Graph
import Testing

@Suite struct ReferenceMovementTests {
    private func numbers(_ count: Int) -> [Float] { (0..<count).map { Float($0) } }

    /// Coordinates of an element in row-major order.
    private func coordinates(_ flat: Int, _ shape: [Int]) -> [Int] {
        var rest = flat
        return Array(
            shape.reversed().map { size in
                defer { rest /= size }
                return rest % size
            }.reversed())
    }

    private func flat(_ coordinates: [Int], _ shape: [Int]) -> Int {
        zip(coordinates, shape).reduce(0) { $0 * $1.1 + $1.0 }
    }

    @Test(arguments: [[1, 0], [2, 0, 1], [0, 2, 1, 3], [3, 1, 4, 0, 2], [5, 3, 1, 0, 2, 4]])
    func transposeMovesEveryAxis(_ permutation: [Int]) throws {
        let shape = Array([2, 3, 4, 2, 3, 2].prefix(permutation.count))
        let count = shape.reduce(1, *)
        let result = permutation.map { shape[$0] }
        var node = OneNode(.transpose(permutation))
        node.add("x", shape, numbers(count))
        let expected = (0..<count).map { place -> Float in
            var source = shape
            for (axis, index) in coordinates(place, result).enumerated() { source[permutation[axis]] = index }
            return Float(flat(source, shape))
        }
        #expect(try node.floats(result) == expected)
    }

    @Test func sliceStepsOverEveryAxis() throws {
        let ranges = [
            SliceRange(start: 1, end: 3), SliceRange(start: 0, end: 5, step: 2), SliceRange(start: 2, end: 2),
        ]
        #expect(ranges.map(\.count) == [2, 3, 0])
        var node = OneNode(.slice(Array(ranges[..<2])))
        node.add("x", [3, 5], numbers(15))
        #expect(try node.floats([2, 3]) == [5, 7, 9, 10, 12, 14])
    }

    @Test func splitThenConcatenateIsTheIdentity() throws {
        var split = OneNode(.split(axis: 1, sizes: [1, 3, 2]))
        split.add("x", [2, 6, 2], numbers(24))
        let parts = try split.run(
            TensorType(shape: [2, 1, 2], encoding: .float32), TensorType(shape: [2, 3, 2], encoding: .float32),
            TensorType(shape: [2, 2, 2], encoding: .float32))
        #expect(parts[0].storage == .float32([0, 1, 12, 13]))
        var concat = OneNode(.concat(axis: 1))
        for (index, part) in parts.enumerated() {
            concat.add("p\(index)", TensorType(shape: part.shape, encoding: .float32), part, .operand)
        }
        #expect(try concat.floats([2, 6, 2]) == numbers(24))
    }

    @Test func gatherTakesRowsOfAnyStorage() throws {
        var node = OneNode(.gather)
        let encoding = TensorEncoding.codes(.signed(bits: 4))
        node.add("table", [3, 2], encoding, [1, 2, 3, 4, 5, 6])
        node.add("i", [2, 2], .int32, [2, 0, 0, 1])
        #expect(try node.integers([2, 2, 2], encoding) == [5, 6, 1, 2, 1, 2, 3, 4])
    }

    @Test(arguments: [-1, 3]) func gatherBeyondTheTableNamesNodeAndIndex(_ index: Int) {
        var node = OneNode(.gather)
        node.add("table", [3, 2], [1, 2, 3, 4, 5, 6])
        node.add("i", [1], .int32, [index])
        let message = diagnostics { _ = try node.floats([1, 2]) }
        #expect(message.contains("'node'") && message.contains("\(index)") && message.contains("0..<3"))
    }

    @Test func padSurroundsTheTensor() throws {
        var node = OneNode(.pad([PadAmount(before: 1, after: 0), PadAmount(before: 0, after: 2)], value: -1.5))
        node.add("x", [2, 2], [1, 2, 3, 4])
        let p = Float(-1.5)
        #expect(try node.floats([3, 4]) == [p, p, p, p, 1, 2, p, p, 3, 4, p, p])
        var codes = OneNode(.pad([PadAmount(before: 1, after: 1)], value: 3))
        let encoding = TensorEncoding.codes(.bipolar(bits: 2))
        codes.add("x", [2], encoding, [-3, 1])
        #expect(try codes.integers([4], encoding) == [3, -3, 1, 3])
        var even = OneNode(.pad([PadAmount(before: 1, after: 1)], value: 2))
        even.add("x", [2], encoding, [-3, 1])
        #expect(diagnostics { _ = try even.integers([4], encoding) }.contains("no value of bipolar2"))
    }

    @Test func nearestRoundsHalfDownAndClamps() throws {
        // Two to five: (i + 1/2) * 2/5 - 1/2 = -0.3 0.1 0.5 0.9 1.3; asymmetric: 0 0.4 0.8 1.2 1.6; aligned: i / 4.
        let expected: [(Resize.Coordinates, [Float])] = [
            (.halfPixel, [10, 10, 10, 20, 20]), (.asymmetric, [10, 10, 10, 20, 20]),
            (.alignCorners, [10, 10, 10, 20, 20]),
        ]
        for (coordinates, values) in expected {
            var node = OneNode(.resize(Resize(mode: .nearest, coordinates: coordinates, size: [1, 5])))
            node.add("x", [1, 1, 2, 1], [10, 20])
            #expect(try node.floats([1, 1, 5, 1]) == values, "\(coordinates)")
        }
        // Four to two: half pixel 0.5, 2.5 rounds down to 0, 2; aligned 0, 3; asymmetric 0, 2.
        for (coordinates, values) in [
            (Resize.Coordinates.halfPixel, [0, 2]), (.alignCorners, [0, 3]), (.asymmetric, [0, 2]),
        ] as [(Resize.Coordinates, [Float])] {
            var node = OneNode(.resize(Resize(mode: .nearest, coordinates: coordinates, size: [2, 1])))
            node.add("x", [1, 4, 1, 1], [0, 1, 2, 3])
            #expect(try node.floats([1, 2, 1, 1]) == values, "\(coordinates)")
        }
    }

    @Test func bilinearMixesHorizontallyFirst() throws {
        let x: [Float] = [0.1, 0.7, 1.3, -2.9]
        var node = OneNode(.resize(Resize(mode: .bilinear, coordinates: .alignCorners, size: [4, 4])))
        node.add("x", [1, 2, 2, 1], x)
        let weights: [Float] = [0, OneRounding.divide(1, 3), OneRounding.divide(2, 3), 0]
        func mix(_ a: Float, _ b: Float, _ w: Float) -> Float {
            OneRounding.add(OneRounding.multiply(a, OneRounding.add(1, -w)), OneRounding.multiply(b, w))
        }
        var expected: [Float] = []
        for y in 0..<4 {
            for column in 0..<4 {
                let rows = [x[0...1], x[2...3]].map { row in
                    column == 3
                        ? row[row.startIndex + 1] : mix(row[row.startIndex], row[row.startIndex + 1], weights[column])
                }
                expected.append(y == 3 ? rows[1] : mix(rows[0], rows[1], weights[y]))
            }
        }
        #expect(try node.floats([1, 4, 4, 1]) == expected)
    }
}
