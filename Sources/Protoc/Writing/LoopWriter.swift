/// A service for programs with one thread and an event loop: callbacks instead of tasks. Streams are left
/// out; no such program needs them.
struct LoopWriter {
  let service: ProtoService
  let types: Types
  let namespace: String

  private var unary: [ProtoService.Method] {
    service.methods.filter { !$0.clientStreams && !$0.serverStreams }
  }

  func write(to source: inout SourceText) {
    source.comment(service.comment, otherwise: "`\(service.fullName)`.")
    source.line("///")
    source.line("/// Each call is answered exactly once, by `reply` or `fail`, at any later time.")
    source.block("public protocol \(service.name)LoopService: AnyObject {") { source in
      for method in unary {
        source.comment(method.comment, otherwise: "`\(service.fullName)/\(method.name)`.")
        source.line(
          "func \(method.swiftName)(_ request: \(types.swiftName(method.input)), "
            + "call: LoopWire.LoopCall<\(types.swiftName(method.output))>)")
      }
    }
    source.line()
    writeClient(to: &source)
  }

  private func writeClient(to source: inout SourceText) {
    source.comment(service.comment, otherwise: "`\(service.fullName)`.")
    source.line("///")
    source.line("/// Each completion runs exactly once, on the loop, never before the call has returned.")
    source.block("public struct \(service.name)LoopClient {") { source in
      source.line("/// What the calls go through.")
      source.line("public let client: LoopWire.LoopClient")
      source.line()
      source.line("/// Calls through one connection.")
      source.block("public init(_ client: LoopWire.LoopClient) {") { $0.line("self.client = client") }
      for method in unary {
        let output = types.swiftName(method.output)
        source.line()
        source.comment(method.comment, otherwise: "`\(service.fullName)/\(method.name)`.")
        source.block("public func \(method.swiftName)(", closing: ") {") { source in
          source.line("_ request: \(types.swiftName(method.input)), options: Wire.CallOptions = .init(),")
          source.line("completion: @escaping (Result<Wire.Reply<\(output)>, Errors.GantryError>) -> Void")
        }
        let descriptor = "\(namespace).\(service.name)Methods.\(method.swiftName)"
        source.block(
          "  client.unary(\(descriptor), payload: request.serialized(), options: options) { outcome in",
          closing: "  }"
        ) {
          $0.line("  completion(decodedReply(outcome))")
        }
        source.line("}")
      }
    }
  }

  func writeRoutes(to source: inout SourceText) {
    let methods = "\(namespace).\(service.name)Methods"
    source.block("extension \(namespace).\(service.name)LoopService {") { source in
      source.line("/// What a server needs to serve it. The routes keep the service alive.")
      source.block("public var routes: LoopWire.LoopRoutes {") { source in
        source.line(
          "var methods: [String: (descriptor: Wire.MethodDescriptor, handler: LoopWire.LoopRoutes.Handler)] = [:]")
        for method in unary {
          source.line("methods[\"\(method.name)\"] = (")
          source.line("  \(methods).\(method.swiftName),")
          source.line("  { payload, call in")
          source.line(
            "    answer(call, payload) { self.\(method.swiftName)($0, call: $1) }")
          source.line("  }")
          source.line(")")
        }
        source.line("return LoopWire.LoopRoutes(service: \(methods).service, methods: methods)")
      }
    }
  }
}

extension ProtoService {
  /// Whether there is anything for a program with an event loop in it.
  var hasUnaryMethods: Bool { methods.contains { !$0.clientStreams && !$0.serverStreams } }
}
