import Arch

/// What a run, or a row of it, did.
public struct Activity: Sendable {
    public var cycles: Int
    /// Cycles in which each engine worked.
    public var busyCycles: [Int]
    /// Work of each engine.
    public var engineEvents: [[Event: Int]]
    public var vectorEvents: [Event: Int]
    public var readBytes: [Space: Int]
    public var writtenBytes: [Space: Int]
    public var sharedReadBytes: Int
    public var sharedWrittenBytes: Int
    /// Whole bursts, both ways.
    public var dramBytes: Int
    public var instructionBytes: Int

    public init(
        cycles: Int, busyCycles: [Int], engineEvents: [[Event: Int]], vectorEvents: [Event: Int], readBytes: [Space: Int],
        writtenBytes: [Space: Int], sharedReadBytes: Int, sharedWrittenBytes: Int, dramBytes: Int, instructionBytes: Int
    ) {
        self.cycles = cycles
        self.busyCycles = busyCycles
        self.engineEvents = engineEvents
        self.vectorEvents = vectorEvents
        self.readBytes = readBytes
        self.writtenBytes = writtenBytes
        self.sharedReadBytes = sharedReadBytes
        self.sharedWrittenBytes = sharedWrittenBytes
        self.dramBytes = dramBytes
        self.instructionBytes = instructionBytes
    }
}
