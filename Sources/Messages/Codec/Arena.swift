internal import CMessages
import Glibc

/// The memory of one message on its way through the C codec.
///
/// What is written into the codec's structs is copied here, so that nothing points into a Swift value.
struct Arena {
  private let arena: UnsafeMutablePointer<gantry_arena>

  /// Enough for most messages, and little enough for a thread with a small stack.
  private static let sizeOnStack = 4 << 10

  /// Runs `body` with an arena whose memory is gone afterwards.
  static func withArena<Result>(budget: Int, _ body: (Arena) -> Result) -> Result {
    withUnsafeTemporaryAllocation(byteCount: sizeOnStack, alignment: 16) { memory in
      withUnsafeTemporaryAllocation(of: gantry_arena.self, capacity: 1) { slot in
        guard let arena = slot.baseAddress else { preconditionFailure("no memory for an arena") }
        gantry_arena_init(arena, memory.baseAddress, memory.count, budget)
        defer { gantry_arena_release(arena) }
        return body(Arena(arena: arena))
      }
    }
  }

  /// What libprotobuf-c unpacks with.
  var allocator: UnsafeMutablePointer<ProtobufCAllocator> {
    UnsafeMutableRawPointer(arena).assumingMemoryBound(to: ProtobufCAllocator.self)
  }

  var isExhausted: Bool { arena.pointee.exhausted != 0 }

  /// Room for `count` values, not initialised.
  func many<Value>(_ type: Value.Type, count: Int) -> UnsafeMutablePointer<Value> {
    // Only encoding asks here beyond its first struct, and its budget is all there is: like any Swift
    // allocation it ends the program when the machine has no memory left.
    guard let memory = gantry_arena_allocate(arena, count * MemoryLayout<Value>.stride) else {
      preconditionFailure("out of memory")
    }
    return memory.bindMemory(to: Value.self, capacity: count)
  }

  func one<Value>(_ type: Value.Type) -> UnsafeMutablePointer<Value> { many(type, count: 1) }
}
