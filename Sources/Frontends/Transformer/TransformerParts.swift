import Diagnostics

/// A graph of which a network runs some copies, each with weights of its own.
public struct ModelPart: Sendable {
    public var name: String
    public var document: JSONValue
    /// How often a pass over the network runs it.
    public var copies: Int
    /// Tokens that enter it, of those that enter the network.
    public var tokens: Tokens

    public enum Tokens: Hashable, Sendable {
        case all
        /// Only the last one: its output is what the next token is chosen by.
        case last
        /// A share of all, rounded up, the same for every copy; not more copies than `choices` per token meet one.
        case chosen(active: Int, of: Int)
    }

    /// Elements of all constants but scales and numbers that follow from the shape, over all copies.
    public var parameters: Int

    init(_ name: String, _ draft: GraphDraft, output: String, copies: Int, tokens: Tokens) {
        self.name = name
        document = draft.document(outputs: [output])
        self.copies = copies
        self.tokens = tokens
        parameters = copies * draft.parameters
    }

    /// Copies that run, and tokens that each of them takes, when `count` tokens enter the network. Tokens choose experts evenly.
    public func load(tokens count: Int) -> (copies: Int, tokens: Int) {
        switch tokens {
        case .all: return (copies, count)
        case .last: return (copies, 1)
        case .chosen(let active, let choices):
            let chosen = min(choices, count * active)
            return (copies / choices * chosen, (count * active + chosen - 1) / chosen)
        }
    }
}

extension TransformerShape {
    /// The parts that a token passes, in order.
    public func parts(name: String, formats: NumberFormats) -> [ModelPart] {
        let embedding = part("embedding", name, formats, copies: 1) { $0.embedding() }
        let tokens: ModelPart.Tokens = isCausal ? .last : .all
        let head = part("head", name, formats, copies: 1, tokens: tokens) { draft in draft.head(draft.residualInput()) }
        guard let experts else { return [embedding, block(name, formats), head] }
        return [embedding, routedBlock(name, formats, experts), expert(name, formats, experts), head]
    }

    private func part(
        _ name: String, _ model: String, _ formats: NumberFormats, copies: Int, tokens: ModelPart.Tokens = .all,
        _ build: (inout TransformerDraft) -> String
    ) -> ModelPart {
        var draft = TransformerDraft(self, name: "\(model)/\(name)", formats: formats)
        let output = build(&draft)
        return ModelPart(name, draft.draft, output: output, copies: copies, tokens: tokens)
    }

    private func block(_ model: String, _ formats: NumberFormats) -> ModelPart {
        part("block", model, formats, copies: layers) { draft in
            draft.declareCache()
            let x = draft.residualInput()
            return draft.block(x)
        }
    }

    private func routedBlock(_ model: String, _ formats: NumberFormats, _ experts: Experts) -> ModelPart {
        part("attention", model, formats, copies: layers) { draft in
            draft.declareCache()
            return draft.router(draft.attention(draft.residualInput()), experts)
        }
    }

    /// One expert for the tokens that chose it, and the weighted sum into the stream.
    private func expert(_ model: String, _ formats: NumberFormats, _ experts: Experts) -> ModelPart {
        let tokens = ModelPart.Tokens.chosen(active: experts.active, of: experts.count)
        return part("expert", model, formats, copies: layers * experts.count, tokens: tokens) { draft in
            let x = draft.residualInput()
            let weights = draft.draft.input("weights", ["seq", 1])
            let out = draft.forwarded(draft.draft.perToken("x.codes", x))
            return draft.draft.node("sum", "add", [x, draft.draft.node("weighted", "mul", [out, weights])])
        }
    }
}
