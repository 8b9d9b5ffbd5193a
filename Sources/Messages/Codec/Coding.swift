internal import CMessages
import Errors
import Wire

/// Bytes to value and value to bytes, by way of the C codec.
enum Coding {
  /// What one message may cost while it is unpacked. Repeated empty submessages take two bytes each on the
  /// wire and a hundred in memory: without a budget a message of 4 MiB could ask for several hundred.
  static let decodingBudget = 64 << 20

  static func decode<M: CodedMessage>(_ bytes: [UInt8], as type: M.Type) throws(GantryError) -> M {
    let result: Result<M, GantryError> = Arena.withArena(budget: decodingBudget) { arena in
      let prototype = arena.one(M.Codec.self)
      M.initialize(prototype)
      let descriptor = UnsafeRawPointer(prototype).assumingMemoryBound(to: ProtobufCMessage.self).pointee.descriptor
      let unpacked = bytes.withUnsafeBufferPointer { buffer in
        protobuf_c_message_unpack(descriptor, arena.allocator, buffer.count, buffer.baseAddress)
      }
      guard let unpacked else {
        return .failure(arena.isExhausted ? tooLarge(M.self, bytes) : malformed(M.self, bytes))
      }
      do throws(GantryError) {
        return .success(try M(readingAll: UnsafeRawPointer(unpacked).assumingMemoryBound(to: M.Codec.self)))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  static func encode<M: CodedMessage>(_ message: M) -> [UInt8] {
    Arena.withArena(budget: .max) { arena in
      let codec = arena.one(M.Codec.self)
      message.writeAll(to: codec, in: arena)
      let base = UnsafeRawPointer(codec).assumingMemoryBound(to: ProtobufCMessage.self)
      let size = protobuf_c_message_get_packed_size(base)
      return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        count = protobuf_c_message_pack(base, buffer.baseAddress)
      }
    }
  }

  private static func malformed<M: Message>(_ type: M.Type, _ bytes: [UInt8]) -> GantryError {
    GantryError(
      .invalidArgument, "\(bytes.count) bytes are not a \(M.fullName); sender and receiver disagree on the protocol")
  }

  private static func tooLarge<M: Message>(_ type: M.Type, _ bytes: [UInt8]) -> GantryError {
    GantryError(
      .invalidArgument,
      "\(M.fullName) of \(bytes.count) bytes would take more than \(decodingBudget >> 20) MiB of memory; send less at once"
    )
  }
}
