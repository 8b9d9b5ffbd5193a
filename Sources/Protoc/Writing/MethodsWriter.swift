/// What Messages knows of a service: the descriptors of its methods.
enum MethodsWriter {
  static func write(_ service: ProtoService, to source: inout SourceText) {
    source.line("/// The methods of `\(service.fullName)`.")
    source.block("public enum \(service.name)Methods {") { source in
      source.line("/// The service's full name.")
      source.line("public static let service = \"\(service.fullName)\"")
      for method in service.methods {
        var arguments = ["service: service", "method: \"\(method.name)\""]
        if method.isIdempotent { arguments.append("isIdempotent: true") }
        if method.clientStreams { arguments.append("clientStreams: true") }
        if method.serverStreams { arguments.append("serverStreams: true") }
        source.comment(method.comment, otherwise: "`\(service.fullName)/\(method.name)`.")
        source.line(
          "public static let \(method.swiftName) = Wire.MethodDescriptor(\(arguments.joined(separator: ", ")))")
      }
    }
  }
}

extension ProtoService.Method {
  var swiftName: String { Naming.escaped(Naming.lowerFirstRun(name)) }
}
