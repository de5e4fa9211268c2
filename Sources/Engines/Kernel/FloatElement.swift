/// What makes a product in a float array.
protocol FloatElement: Sendable {
    /// A weight as the element holds it.
    associatedtype Weight: Sendable

    /// An integer activation.
    func activation(integer: Int) -> FloatPort
    /// A weight that is a float, or an integer code less its zero point.
    func weight(number: FloatPort) -> Weight
    func weight(integer: Int) -> Weight
    /// The binary32 number that enters the adder tree.
    func product(_ activation: FloatPort, _ weight: Weight) -> Float
}
