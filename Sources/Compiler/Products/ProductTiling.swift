import Arch

/// How a product is cut: output rows and columns of a tile, channels per step, and which loop is outside.
struct ProductTiling: Hashable {
    var tileHeight: Int
    var tileWidth: Int
    var tileColumns: Int
    var tileChannels: Int
    /// Row tiles outside, column tiles inside; the other way round otherwise.
    var rowsOutside: Bool
    /// Two weight tiles in turn, so that one is loaded while the other is used; one tile may be twice as large.
    var weightCopies: Int
    /// Two tiles of sums in turn, so that the vector unit works on one while the engine fills the other.
    var sumCopies: Int

    /// The tiles are the same; order and copies may differ.
    func hasShape(of other: ProductTiling) -> Bool {
        tileHeight == other.tileHeight && tileWidth == other.tileWidth && tileColumns == other.tileColumns
            && tileChannels == other.tileChannels
    }

    func count(_ geometry: ProductGeometry) -> (rows: Int, columns: Int, steps: Int) {
        (
            geometry.batch * ceilDivide(geometry.outputHeight, tileHeight) * ceilDivide(geometry.outputWidth, tileWidth),
            geometry.groups * ceilDivide(geometry.columns, tileColumns), ceilDivide(geometry.channels, tileChannels)
        )
    }

    /// Every combination of a few sizes per axis, halving from the whole, on the engine's granules.
    ///
    /// - Parameter columnGroup: columns that no tile may cross the ends of; `nil` without such groups.
    static func candidates(
        _ geometry: ProductGeometry, columnBlock: Int, columnGroup: Int?, depthGranule: Int, splitsDepth: Bool, wholeColumns: Bool,
        limit: CompilerOptions.TileLimit
    ) -> [ProductTiling] {
        let rows = rowTiles(geometry, limit: limit.rows)
        let columnGroup = columnGroup ?? geometry.columns
        let columns = (wholeColumns
            ? [geometry.columns]
            : halvings(min(geometry.columns, columnGroup), granule: columnBlock, limit: limit.columns))
            .filter { geometry.columns <= columnGroup || columnGroup.isMultiple(of: $0) }
        let depths = splitsDepth ? halvings(geometry.channels, granule: depthGranule, limit: limit.depth) : [geometry.channels]
        var result: [ProductTiling] = []
        for (height, width) in rows {
            for column in columns {
                for depth in depths {
                    for (weights, sums) in [(2, 2), (1, 2), (2, 1), (1, 1)] {
                        for rowsOutside in [true, false] {
                            result.append(ProductTiling(
                                tileHeight: height, tileWidth: width, tileColumns: column, tileChannels: depth,
                                rowsOutside: rowsOutside, weightCopies: weights, sumCopies: sums))
                        }
                    }
                }
            }
        }
        return result
    }

    /// Whole image rows first, then parts of one.
    private static func rowTiles(_ geometry: ProductGeometry, limit: Int) -> [(Int, Int)] {
        var result: [(Int, Int)] = []
        for height in halvings(geometry.outputHeight, granule: 1, limit: .max) where height * geometry.outputWidth <= limit {
            result.append((height, geometry.outputWidth))
        }
        for width in halvings(geometry.outputWidth, granule: 1, limit: limit) where width < geometry.outputWidth {
            result.append((1, width))
        }
        if result.isEmpty { result.append((1, 1)) }
        return result
    }

    /// n, n/2, n/4 ... rounded up to the granule, at most `limit` unless that is below the granule.
    private static func halvings(_ n: Int, granule: Int, limit: Int) -> [Int] {
        var result: [Int] = []
        var parts = 1
        while true {
            let size = min(n, ceilDivide(ceilDivide(n, parts), granule) * granule)
            if size <= max(limit, granule), result.last != size { result.append(size) }
            if size <= granule { break }
            parts *= 2
        }
        if result.isEmpty { result.append(min(n, granule)) }
        return result
    }
}

func ceilDivide(_ a: Int, _ b: Int) -> Int { (a + b - 1) / b }

func roundUp(_ a: Int, to b: Int) -> Int { ceilDivide(a, b) * b }
