/// The async server side of a service: a protocol and its routes.
struct AsyncServerWriter {
  let service: ProtoService
  let types: Types
  let namespace: String

  func writeProtocol(to source: inout SourceText) {
    source.comment(service.comment, otherwise: "`\(service.fullName)`.")
    source.line("///")
    source.line("/// Requests run concurrently. A `GantryError` reaches the caller with code and message.")
    source.block("public protocol \(service.name)Service: Sendable {") { source in
      for method in service.methods {
        source.comment(method.comment, otherwise: "`\(service.fullName)/\(method.name)`.")
        source.line(declaration(method))
      }
    }
  }

  private func declaration(_ method: ProtoService.Method) -> String {
    let input = types.swiftName(method.input)
    let output = types.swiftName(method.output)
    let request =
      method.clientStreams ? "_ requests: AsyncWire.InboundStream<\(input)>" : "_ request: \(input)"
    let responses = method.serverStreams ? ", responses: AsyncWire.OutboundStream<\(output)>" : ""
    let result = method.serverStreams ? "" : " -> \(output)"
    return "func \(method.swiftName)(\(request)\(responses), context: AsyncWire.CallContext) async throws\(result)"
  }

  func writeRoutes(to source: inout SourceText) {
    let methods = "\(namespace).\(service.name)Methods"
    source.block("extension \(namespace).\(service.name)Service {") { source in
      source.line("/// What a server needs to serve it.")
      source.block("public var routes: AsyncWire.ServiceRoutes {") { source in
        source.line(
          "var methods: [String: (descriptor: Wire.MethodDescriptor, handler: AsyncWire.MethodHandler)] = [:]")
        for method in service.methods {
          source.line("methods[\"\(method.name)\"] = (")
          source.line("  \(methods).\(method.swiftName),")
          writeHandler(method, to: &source)
          source.line(")")
        }
        source.line("return AsyncWire.ServiceRoutes(service: \(methods).service, methods: methods)")
      }
    }
  }

  private func writeHandler(_ method: ProtoService.Method, to source: inout SourceText) {
    let input = types.swiftName(method.input)
    let name = method.swiftName
    switch (method.clientStreams, method.serverStreams) {
    case (false, false):
      source.line("  .unary { payload, context in")
      source.line("    try await self.\(name)(\(input)(serialized: payload), context: context).serialized()")
    case (false, true):
      source.line("  .serverStream { payload, context, outbound in")
      source.line("    let request = try \(input)(serialized: payload)")
      source.line("    try await self.\(name)(request, responses: .init(outbound), context: context)")
    case (true, false):
      source.line("  .clientStream { inbound, context in")
      source.line("    try await self.\(name)(.init(inbound), context: context).serialized()")
    case (true, true):
      source.line("  .bidirectional { inbound, outbound, context in")
      source.line("    try await self.\(name)(.init(inbound), responses: .init(outbound), context: context)")
    }
    source.line("  }")
  }
}
