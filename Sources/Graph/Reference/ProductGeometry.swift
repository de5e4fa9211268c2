/// The shape that `linear`, `matmul` and `conv2d` share: `tasks` matrix products of `lines` x `depth` by
/// `depth` x `columns`. A task is a batch index of `matmul` or a group of `conv2d`.
struct ProductGeometry {
    var tasks = 1
    /// Lines of the left operand per task: rows of x, or output pixels.
    var lines: Int
    /// Lines of the right operand per task: output channels.
    var columns: Int
    /// Length of a line: K.
    var depth: Int
    /// Elements of the output from one task to the next, and from one line to the next.
    var taskStride: Int
    var lineStride: Int
    /// Consecutive tasks that read the same lines of the right operand (grouped-query attention).
    var tasksPerRight = 1
    /// Tasks are groups of output channels, so the columns of all tasks are different channels.
    var tasksAreChannels = false

    var outputCount: Int { tasks * lines * columns }

    func output(task: Int, line: Int, column: Int) -> Int { task * taskStride + line * lineStride + column }

    /// Output channels, and the number of the one in this column.
    var channels: Int { tasksAreChannels ? tasks * columns : columns }
    func channel(task: Int, column: Int) -> Int { tasksAreChannels ? task * columns + column : column }

    /// First line of the right operand that a task reads.
    func firstRightLine(task: Int) -> Int { task / tasksPerRight * columns }
}

/// A block of outputs: some lines by some columns of one task. Small enough for both operands to stay in cache.
struct ProductTile {
    var task: Int
    var lines: Range<Int>
    var columns: Range<Int>
}

extension ProductGeometry {
    private var tileLines: Int { 32 }
    private var tileColumns: Int { 256 }
    private var lineTiles: Int { (lines + tileLines - 1) / tileLines }
    private var columnTiles: Int { (columns + tileColumns - 1) / tileColumns }

    var tileCount: Int { tasks * lineTiles * columnTiles }

    /// Multiply-accumulates in a tile.
    var tileWork: Int { min(lines, tileLines) * min(columns, tileColumns) * max(1, depth) }

    /// Tiles of one range of lines follow each other through all tasks, so that a patch of an image
    /// is read while it is in cache.
    func tile(_ index: Int) -> ProductTile {
        let columnTile = index % columnTiles
        let task = index / columnTiles % tasks
        let lineTile = index / columnTiles / tasks
        return ProductTile(
            task: task, lines: lineTile * tileLines..<min(lines, (lineTile + 1) * tileLines),
            columns: columnTile * tileColumns..<min(columns, (columnTile + 1) * tileColumns))
    }
}
