import Errors
import Linux
import LoopWire
import Wire

/// The test service on an event loop.
enum LoopTestService {
  static var routes: LoopRoutes {
    var methods: [String: (descriptor: MethodDescriptor, handler: LoopRoutes.Handler)] = [:]
    func add(_ method: MethodDescriptor, _ handler: @escaping LoopRoutes.Handler) {
      methods[method.method] = (method, handler)
    }
    add(TestMethods.echo) { payload, call in call.reply(payload, descriptors: call.context.descriptors) }
    add(TestMethods.empty) { _, call in call.reply([]) }
    add(TestMethods.fail) { payload, call in
      call.fail(GantryError(ErrorCode(wireValue: Int32(payload[0])), String(decoding: payload[1...], as: UTF8.self)))
    }
    add(TestMethods.metadata) { _, call in
      call.reply(Array(call.context.metadata.pairs.map { "\($0.key)=\($0.value)\n" }.joined().utf8))
    }
    add(TestMethods.deadline) { _, call in
      let left = call.context.deadline.map { MonotonicTime.now.duration(to: $0).wholeNanoseconds }
      call.reply(Array((left.map { "\(($0 + 500_000_000) / 1_000_000_000)" } ?? "none").utf8))
    }
    var hanging: [LoopRawCall] = []
    add(TestMethods.hang) { _, call in hanging.append(call) }
    add(TestMethods.zeros) { payload, call in
      call.reply([UInt8](repeating: 0, count: Int(String(decoding: payload, as: UTF8.self)) ?? 0))
    }
    add(TestMethods.tooManyDescriptors) { _, call in
      do {
        let ends = try FileDescriptor.pipe()
        call.reply([], descriptors: Array(repeating: ends.readEnd, count: 17))
      } catch {
        call.fail(GantryError(.internal, "\(error)"))
      }
    }
    add(TestMethods.spell) { payload, call in
      for byte in payload {
        if byte == 255 { return call.fail(GantryError(.aborted, "spelling aborted")) }
        try? call.send(byte == 0 ? [] : [byte])
      }
      call.finish()
    }
    add(TestMethods.join) { _, call in
      var joined: [UInt8] = []
      call.onMessage = { payload, _ in joined += payload }
      call.onEndOfMessages = { [unowned call] in call.reply(joined) }
    }
    add(TestMethods.chat) { _, call in
      call.onMessage = { [unowned call] payload, descriptors in try? call.send(payload, descriptors: descriptors) }
      call.onEndOfMessages = { [unowned call] in call.finish() }
    }
    return LoopRoutes(service: TestMethods.service, methods: methods)
  }
}
