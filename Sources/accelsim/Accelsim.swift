import ArgumentParser

@main
struct Accelsim: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compile, compute and time quantised networks on low-bit accelerators.")
}
