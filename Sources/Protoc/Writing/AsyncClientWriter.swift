/// The async client of a service.
struct AsyncClientWriter {
  let service: ProtoService
  let types: Types
  let namespace: String

  func write(to source: inout SourceText) {
    source.comment(service.comment, otherwise: "`\(service.fullName)`.")
    source.line("///")
    source.line(
      "/// Calls throw the server's error, or `.unavailable`, `.cancelled`, `.deadlineExceeded` on the way there.")
    source.block("public struct \(service.name)Client: Sendable {") { source in
      source.line("/// What the calls go through.")
      source.line("public let caller: any AsyncWire.Caller")
      source.line()
      source.line("/// Calls through one connection, or through whatever makes connections.")
      source.block("public init(_ caller: any AsyncWire.Caller) {") { $0.line("self.caller = caller") }
      for method in service.methods {
        source.line()
        write(method, to: &source)
      }
    }
  }

  private func write(_ method: ProtoService.Method, to source: inout SourceText) {
    let input = types.swiftName(method.input)
    let output = types.swiftName(method.output)
    let descriptor = "\(namespace).\(service.name)Methods.\(method.swiftName)"
    let options = "options: Wire.CallOptions = .init()"
    let comment = "`\(service.fullName)/\(method.name)`."
    let effects = "async throws(Errors.GantryError) ->"
    source.comment(method.comment, otherwise: comment)
    switch (method.clientStreams, method.serverStreams) {
    case (false, false):
      source.block("public func \(method.swiftName)(_ request: \(input), \(options)) \(effects) \(output) {") {
        $0.line("let reply: Wire.Reply<\(output)> = try await caller.unary(\(descriptor), request, options: options)")
        $0.line("return reply.message")
      }
      source.line()
      source.line("/// As `\(method.swiftName)`, with the descriptors that come with the answer.")
      let name = Naming.lowerFirstRun(method.name) + "Reply"
      source.block("public func \(name)(_ request: \(input), \(options)) \(effects) Wire.Reply<\(output)> {") {
        $0.line("try await caller.unary(\(descriptor), request, options: options)")
      }
    case (false, true):
      let result = "AsyncWire.InboundStream<\(output)>"
      source.block("public func \(method.swiftName)(_ request: \(input), \(options)) \(effects) \(result) {") {
        $0.line("try await caller.serverStream(\(descriptor), request, options: options)")
      }
    case (true, false):
      let result = "AsyncWire.ClientStreamCall<\(input), \(output)>"
      source.block("public func \(method.swiftName)(\(options)) \(effects) \(result) {") {
        $0.line("try await caller.clientStream(\(descriptor), options: options)")
      }
    case (true, true):
      let result = "AsyncWire.BidirectionalCall<\(input), \(output)>"
      source.block("public func \(method.swiftName)(\(options)) \(effects) \(result) {") {
        $0.line("try await caller.bidirectional(\(descriptor), options: options)")
      }
    }
  }
}
