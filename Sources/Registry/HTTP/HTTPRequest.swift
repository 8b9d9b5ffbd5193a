import Linux

/// One request: all that libcurl is told.
struct HTTPRequest: Sendable {
  enum Method: String, Sendable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case patch = "PATCH"
    case put = "PUT"
    case delete = "DELETE"
  }

  enum Body: Sendable {
    case none
    case bytes([UInt8])
    /// A part of a regular file, read as it is sent.
    case file(FileDescriptor, Range<Int64>)
  }

  var method: Method
  var address: WebAddress
  var headers: [(String, String)] = []
  var body = Body.none
  /// Takes the body of an answer; nil collects it.
  var receiver: (any BodyReceiver)?
  /// What is told of bytes of the request's body that have been handed to the connection.
  var sent: (@Sendable (Int64) -> Void)?
  /// A collected body larger than this fails the request.
  var bodyLimit = 4 << 20
  /// How long the whole may take; nil bounds only how long nothing moves.
  var timeout: Duration?
  var connection = ConnectionSettings()
  /// Only the connection is made, and the server's certificate looked at, whoever signed it: a time or a name that is
  /// wrong fails the request. Nothing is asked, and what comes is an empty answer.
  var isExamination = false
}
