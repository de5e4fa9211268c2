import Arch

extension InstructionCheck {
    mutating func check(_ transfer: Transfer) {
        var global = Extent(start: transfer.global.offset, bytes: transfer.rowBytes)
        var local = Extent(start: transfer.local.offset, bytes: transfer.rowBytes)
        for loop in transfer.loops {
            global.sweep(count: loop.count, stride: loop.globalStride)
            local.sweep(count: loop.count, stride: loop.localStride)
        }
        requireSteps(transfer.loops.map(\.count), "loops")
        require(global, in: transfer.global.memory, "global")
        require(local, in: transfer.local.space, "local")
    }

    mutating func check(_ gather: Gather) {
        require(
            Extent(start: gather.global.offset, bytes: gather.rowBytes).swept(count: gather.rows, stride: gather.rowPitch),
            in: gather.global.memory, "global")
        require(
            Extent(start: gather.index.offset, bytes: 4).swept(count: gather.count, stride: 4),
            in: gather.index.space, "index")
        require(
            Extent(start: gather.local.offset, bytes: gather.rowBytes)
                .swept(count: gather.count, stride: gather.localStride),
            in: gather.local.space, "local")
    }

    mutating func check(_ fill: Fill) {
        let isElement = [1, 2, 4].contains(fill.elementBytes)
        require(isElement, "elementBytes", "\(fill.elementBytes) where 1, 2 or 4 is expected")
        if isElement {
            require(
                fill.rowBytes % fill.elementBytes == 0, "rowBytes",
                "\(fill.rowBytes) is not a multiple of the element's \(fill.elementBytes) bytes")
        }
        requireSteps(fill.loops.map(\.count), "loops")
        var local = Extent(start: fill.local.offset, bytes: fill.rowBytes)
        for loop in fill.loops { local.sweep(count: loop.count, stride: loop.stride) }
        require(local, in: fill.local.space, "local")
    }
}
