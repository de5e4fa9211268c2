import Arch

extension LUTTensorCore {
    public func product(_ multiply: Multiply, memory: CoreMemory) -> DotInstruction? {
        let cut = KCut(multiply, granule: k)
        let parameters = GroupParameters(multiply, memory: memory, columnBlock: n, weightGroups: cut.weightGroups)
        switch multiply.activationFormat {
        case .exactTables, .exactFullTables:
            let operands = ExactTableOperands(
                engine: self, multiply: multiply, memory: memory, cut: cut, parameters: parameters)
            return DotProduct(multiply: multiply, operands: operands, cut: cut, parameters: parameters, memory: memory)
                .instruction
        case .tablesPerTable, .tablesPer64, .fullTablesPerTable, .fullTablesPer64:
            let operands = QuantisedTableOperands(
                engine: self, multiply: multiply, memory: memory, cut: cut, parameters: parameters)
            return DotProduct(multiply: multiply, operands: operands, cut: cut, parameters: parameters, memory: memory)
                .instruction
        case .int8, .uint8, .float16, .bfloat16, .float8e4m3, .float8e5m2, .float6e2m3, .float6e3m2, .float4e2m1,
            .pairsInt4, .pairsFlint4, .pairsInt8, .pairsInt8E2M5, .flint4, .uflint4:
            // No tables, no lookups: the program checker rejects plain codes on this engine.
            return nil
        }
    }
}
