import Foundation

enum ProcessorCount {
    static var active: Int { ProcessInfo.processInfo.activeProcessorCount }
}
