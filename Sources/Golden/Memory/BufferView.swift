import Arch

extension Buffer {
    /// Bytes of the tensor when it lies dense.
    var denseBytes: Int { shape.reduce(elementBytes, *) }

    /// Calls `move(byte in DRAM, byte in the dense tensor, count)` for each contiguous run of the view.
    /// The shape and strides have been checked.
    func forEachRun(_ move: (Int, Int, Int) -> Void) {
        var axes = Array(zip(shape, strides))
        var run = elementBytes
        while let last = axes.last, last.0 == 1 || last.1 == run {
            run *= last.0
            axes.removeLast()
        }
        visit(axes[...], address, run, move)
    }

    private func visit(
        _ axes: ArraySlice<(Int, Int)>, _ address: Int, _ run: Int, _ move: (Int, Int, Int) -> Void
    ) {
        let total = axes.reduce(1) { $0 * $1.0 }
        for index in 0..<total {
            var rest = index
            var source = address
            for axis in axes.reversed() {
                source += rest % axis.0 * axis.1
                rest /= axis.0
            }
            move(source, index * run, run)
        }
    }
}
