/// An answer: its head and, where nobody else took it, its body.
struct HTTPResponse: Sendable {
  let status: Int
  let headers: HTTPHeaders
  let body: [UInt8]

  var isSuccess: Bool { (200..<300).contains(status) }
}
