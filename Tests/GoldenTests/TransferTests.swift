import Arch
import Diagnostics
import Golden
import Testing

@Suite struct TransferTests {
    @Test func loadsWalkThreeLoopsWithNegativeAndZeroStrides() throws {
        var image = Image(size: 256)
        image[.activations] = (0..<256).map { UInt8($0) }
        // DRAM byte i holds i. Rows of 2 from 40, 36, 32 (stride -4), each twice, planes 64 apart.
        let transfer = Transfer(
            dram: 40, local: LocalAddress(.weights, 10), rowBytes: 2,
            loops: [
                .init(count: 2, globalStride: 64, localStride: 12), .init(count: 3, globalStride: -4, localStride: 4),
                .init(count: 2, globalStride: 0, localStride: 2),
            ], traffic: .activations)
        let result = try execute([.load(transfer)], on: image)
        let plane: [UInt8] = [40, 41, 40, 41, 36, 37, 36, 37, 32, 33, 32, 33]
        #expect(Array(result[.weights][10..<34]) == plane + plane.map { $0 + 64 })
    }

    @Test func storesWriteStridedRows() throws {
        var image = Image(size: 64)
        image[.tables] = (0..<64).map { UInt8($0) }
        // Into the region that the last store of the program does not cover: the pads' input images.
        let store = Transfer(
            dram: 3, local: LocalAddress(.tables, 5), rowBytes: 1,
            loops: [.init(count: 3, globalStride: 10, localStride: 1)],
            traffic: .activations)
        let back = Transfer(dram: 0, local: LocalAddress(.accumulators, 0), rowBytes: 64, traffic: .activations)
        let result = try execute([.store(store), .load(back)], on: image)[.accumulators]
        #expect([result[3], result[13], result[23]] == [5, 6, 7])
        #expect(result.indices.filter { result[$0] != 0 } == [3, 13, 23])
    }

    @Test func theSharedBufferKeepsWhatIsStoredApartFromDRAM() throws {
        var image = Image(size: 64)
        image[.tables] = (0..<64).map { UInt8($0 + 100) }
        func shared(_ address: Int, _ space: Space) -> Transfer {
            Transfer(
                global: GlobalAddress(.shared, address), local: LocalAddress(space, 0), rowBytes: 16,
                traffic: .activations)
        }
        // Bytes 100... go to 32 of the shared buffer; DRAM at 32 is the input image of the activations, zeros.
        let dram = Transfer(dram: 32, local: LocalAddress(.weights, 32), rowBytes: 16, traffic: .activations)
        let result = try execute(
            [.store(shared(32, .tables)), .load(shared(32, .weights)), .load(shared(0, .accumulators)), .load(dram)],
            on: image, sharedBytes: 64)
        #expect(Array(result[.weights][..<16]) == (0..<16).map { UInt8($0 + 100) })
        #expect(result[.weights][32..<48].allSatisfy { $0 == 0 } && result[.accumulators].allSatisfy { $0 == 0 })
    }

    @Test(arguments: [(0, 0), (64, 49), (64, -1)])
    func bytesOutsideTheSharedBufferAreRefused(sharedBytes: Int, address: Int) {
        let store = Transfer(
            global: GlobalAddress(.shared, address), local: LocalAddress(.tables, 0), rowBytes: 16,
            traffic: .activations)
        #expect(throws: Diagnostics.self) { try execute([.store(store)], on: Image(size: 64), sharedBytes: sharedBytes) }
    }

    @Test func gathersReadTheSharedBuffer() throws {
        var image = Image(size: 64)
        image[.tables] = (0..<64).map { UInt8($0) }
        image.put([Int32(2), 0], LocalAddress(.activations, 8))
        let store = Transfer(
            global: GlobalAddress(.shared, 0), local: LocalAddress(.tables, 0), rowBytes: 64, traffic: .activations)
        let gather = Gather(
            global: GlobalAddress(.shared, 4), rowPitch: 10, rows: 3, index: LocalAddress(.activations, 8),
            local: LocalAddress(.weights, 0), localStride: 2, rowBytes: 2, count: 2, traffic: .activations)
        let result = try execute([.store(store), .gather(gather)], on: image, sharedBytes: 64)
        #expect(Array(result[.weights][..<4]) == [24, 25, 4, 5])
    }

    @Test func fillRepeatsElementsOfEveryWidth() throws {
        func fill(_ bytes: Int, _ value: UInt32) throws -> [UInt8] {
            let fill = Fill(
                local: LocalAddress(.activations, 1), rowBytes: 4, loops: [.init(count: 2, stride: 6)],
                elementBytes: bytes,
                value: value)
            return Array(try execute([.fill(fill)], on: Image(size: 64))[.activations][..<12])
        }
        #expect(try fill(1, 0xFFFF_FF07) == [0, 7, 7, 7, 7, 0, 0, 7, 7, 7, 7, 0])
        #expect(try fill(2, 0x0201) == [0, 1, 2, 1, 2, 0, 0, 1, 2, 1, 2, 0])
        #expect(try fill(2, 0x0505) == [0, 5, 5, 5, 5, 0, 0, 5, 5, 5, 5, 0])
        #expect(try fill(4, 0x0403_0201) == [0, 1, 2, 3, 4, 0, 0, 1, 2, 3, 4, 0])
        #expect(try fill(4, 0x0101_0101) == [0, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0])
    }

    func gather(_ indices: [Int32]) throws -> Image {
        var image = Image(size: 64)
        image[.activations] = (0..<64).map { UInt8($0) }
        image.put(indices, LocalAddress(.tables, 4))
        let gather = Gather(
            dram: 8, rowPitch: 6, rows: 5, index: LocalAddress(.tables, 4), local: LocalAddress(.weights, 1),
            localStride: 4,
            rowBytes: 3, count: indices.count, traffic: .weights)
        return try execute([.gather(gather)], on: image)
    }

    @Test func gatherReadsTheIndexedRows() throws {
        #expect(Array(try gather([4, 0, 4])[.weights][..<13]) == [0, 32, 33, 34, 0, 8, 9, 10, 0, 32, 33, 34, 0])
    }

    @Test(arguments: [Int32(5), -1, .max])
    func gatherOutsideTheTableNamesTheNode(_ index: Int32) {
        #expect {
            _ = try gather([0, index])
        } throws: { error in
            let all = (error as? Diagnostics)?.all ?? []
            return all.count == 1 && all[0].node == "node0" && all[0].field == "instructions[4].index[1]"
                && all[0].message.contains("\(index)")
        }
    }

    @Test func productsRunOnTheEngineThatTheyName() throws {
        var image = Image()
        image.put([1, -2, 3, 4, 5, 6, -7, 8] as [Int8], LocalAddress(.activations, 16))
        image.put([1, 1, 1, 1, 1, 2, 3, 4] as [UInt8], LocalAddress(.weights, 32))
        let multiply = Multiply(
            engine: 0, activations: LocalAddress(.activations, 16), activationFormat: .int8,
            innerRows: .init(count: 2, stride: 4), run: 4, weights: 32, weightBits: 8, codes: .offset,
            zero: .immediate(0),
            columns: 2, accumulators: 8, accumulatorPitch: 8, accumulate: false, output: .integer)
        let fast = try execute([.mma(multiply)], on: image)
        #expect(fast.array(Int32.self, LocalAddress(.accumulators, 8), 4) == [6, 22, 12, 28])
        #expect(fast[.tables][0] == 0)
        #expect(try execute([.mma(multiply)], on: image, path: .structural)[.tables][0] == 0xAB)
    }
}
