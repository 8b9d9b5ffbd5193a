/// An answer: its head and, where nobody else took it, its body.
struct HTTPResponse: Sendable {
  let status: Int
  let headers: HTTPHeaders
  let body: [UInt8]
  /// Host and port of another server that a redirect led to, which has answered; nil where it is the one that was asked.
  var redirectedTo: String?

  var isSuccess: Bool { (200..<300).contains(status) }
}
