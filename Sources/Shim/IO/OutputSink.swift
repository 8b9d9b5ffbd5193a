/// Where a process's output goes. An `OutputPump` feeds it.
protocol OutputSink: AnyObject {
  /// Takes bytes. All of them are taken; a sink that then has more than it can pass on says so by `isBlocked`.
  func write(_ bytes: UnsafeRawBufferPointer)

  /// Whether the source must not be read on before `onRoom` is called: back-pressure.
  var isBlocked: Bool { get }

  /// Called when a blocked sink has room again.
  var onRoom: (() -> Void)? { get set }

  /// The output has ended. What was taken still gets where it belongs.
  func finish()

  /// Whether everything taken has been passed on.
  var isDrained: Bool { get }

  /// There is a pause: memory that only fast output needs may go.
  func pause()
}

extension OutputSink {
  var isBlocked: Bool { false }
  var isDrained: Bool { true }
  var onRoom: (() -> Void)? {
    get { nil }
    set {}
  }
  func pause() {}
}
