import AsyncWire
import Errors
import Linux
import Wire

/// The test service with async handlers.
enum AsyncTestService {
  static var routes: ServiceRoutes {
    var methods: [String: (descriptor: MethodDescriptor, handler: MethodHandler)] = [:]
    func add(_ method: MethodDescriptor, _ handler: MethodHandler) { methods[method.method] = (method, handler) }
    add(
      TestMethods.echo,
      .unary { payload, context in
        for descriptor in context.descriptors { context.attach(descriptor) }
        return payload
      })
    add(TestMethods.empty, .unary { _, _ in [] })
    add(
      TestMethods.fail,
      .unary { payload, _ in
        throw GantryError(ErrorCode(wireValue: Int32(payload[0])), String(decoding: payload[1...], as: UTF8.self))
      })
    add(
      TestMethods.metadata,
      .unary { _, context in Array(context.metadata.pairs.map { "\($0.key)=\($0.value)\n" }.joined().utf8) })
    add(
      TestMethods.deadline,
      .unary { _, context in
        let left = context.deadline.map { ContinuousClock.now.duration(to: $0).wholeNanoseconds }
        return Array((left.map { "\(($0 + 500_000_000) / 1_000_000_000)" } ?? "none").utf8)
      })
    add(
      TestMethods.hang,
      .unary { _, _ in
        try await Task.sleep(for: .seconds(3600))
        return []
      })
    add(
      TestMethods.zeros,
      .unary { payload, _ in [UInt8](repeating: 0, count: Int(String(decoding: payload, as: UTF8.self)) ?? 0) })
    add(
      TestMethods.tooManyDescriptors,
      .unary { _, context in
        let ends = try FileDescriptor.pipe()
        for _ in 0..<17 { context.attach(ends.readEnd) }
        return []
      })
    add(
      TestMethods.spell,
      .serverStream { payload, _, responses in
        for byte in payload {
          if byte == 255 { throw GantryError(.aborted, "spelling aborted") }
          try await responses.send(byte == 0 ? [] : [byte])
        }
      })
    add(
      TestMethods.join,
      .clientStream { requests, _ in
        var joined: [UInt8] = []
        while let message = try await requests.next() { joined += message.payload }
        return joined
      })
    add(
      TestMethods.chat,
      .bidirectional { requests, responses, _ in
        while let message = try await requests.next() {
          try await responses.send(message.payload, descriptors: message.descriptors)
        }
      })
    return ServiceRoutes(service: TestMethods.service, methods: methods)
  }
}
