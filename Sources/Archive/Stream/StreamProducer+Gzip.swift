import CGzip
import Errors
import SharedLibraries

extension StreamProducer {
  /// Decompresses gzip, all members of it.
  func gunzip() throws(GantryError) {
    try SharedLibrary.gzip.load()
    guard let decoder = gantry_gunzip_new() else {
      throw GantryError(.resourceExhausted, "no memory to decompress with")
    }
    defer { gantry_gunzip_free(decoder) }
    let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 128 << 10, alignment: 4096)
    defer { input.deallocate() }
    var chunk = Chunk()
    while true {
      let count = try read(into: input)
      if count == 0 { break }
      gantry_gunzip_feed(decoder, input.baseAddress, count)
      var needsInput = false
      while !needsInput {
        let room = chunk.room
        let written = gantry_gunzip_take(decoder, room.baseAddress, room.count)
        guard written >= 0 else {
          throw GantryError(.invalidArgument, "the gzip data is damaged or ends too early (its content is not valid)")
        }
        needsInput = written < room.count
        chunk.advance(by: written)
        guard chunk.isFull else { continue }
        guard emit(chunk) else { return }
        chunk = Chunk()
      }
    }
    guard gantry_gunzip_is_whole(decoder) != 0 else {
      throw GantryError(.invalidArgument, "the gzip data is damaged or ends too early (it stops within its content)")
    }
    if chunk.count > 0 { _ = emit(chunk) }
  }
}
