import Errors

/// Where a tar goes, piece by piece.
protocol ByteSink: AnyObject {
  /// Takes the next bytes. Blocks.
  func write(_ bytes: UnsafeRawBufferPointer) throws(GantryError)
}

extension ByteSink {
  func write(_ bytes: [UInt8]) throws(GantryError) {
    try bytes.withUnsafeBytes { buffer in Result { () throws(GantryError) in try write(buffer) } }.get()
  }
}
