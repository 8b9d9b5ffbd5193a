import Errors

/// Who takes the body of an answer piece by piece, so that it is never in memory as a whole.
///
/// Both methods are called on the thread that serves every transfer: they may write to a file and no more.
protocol BodyReceiver: AnyObject, Sendable {
  /// Looks at the head of an answer.
  ///
  /// - Returns: whether it wants the body; else it is collected.
  /// - Throws: what ends the request, never to be tried again.
  func begin(status: Int, headers: HTTPHeaders) throws(GantryError) -> Bool

  /// Takes the next bytes.
  ///
  /// - Throws: what ends the request, never to be tried again.
  func receive(_ bytes: UnsafeRawBufferPointer) throws(GantryError)
}
