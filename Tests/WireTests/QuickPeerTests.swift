import Glibc
import Linux
import LoopWire
import Testing

@Suite("whether a peer is worth looking for")
struct QuickPeerTests {
  private let start = MonotonicTime(nanoseconds: 1_000_000_000)

  private func after(_ duration: Duration) -> MonotonicTime { start.advanced(by: duration) }

  /// A peer that asked again this long after an answer, and has been answered since.
  private func peer(gap: Duration, processors: Int = 2) -> QuickPeer {
    var peer = QuickPeer(processors: processors)
    peer.asks(at: start)
    peer.isAnswered(at: start)
    peer.asks(at: after(gap))
    peer.isAnswered(at: after(gap))
    return peer
  }

  @Test func `a first request says nothing of the next`() {
    var peer = QuickPeer(processors: 2)
    #expect(peer.takePatience() == nil)
    peer.asks(at: start)
    peer.isAnswered(at: start)
    #expect(peer.takePatience() == nil)
  }

  @Test(arguments: [(30, true), (100, true), (101, false), (5_000_000, false)])
  func `who asks right after an answer is looked for`(_ microseconds: Int, _ isLookedFor: Bool) {
    var peer = peer(gap: .microseconds(microseconds))
    #expect((peer.takePatience() == QuickPeer.patience) == isLookedFor)
  }

  @Test func `an answer is worth one look`() {
    var peer = peer(gap: .microseconds(30))
    #expect(peer.takePatience() != nil)
    #expect(peer.takePatience() == nil)
  }

  /// How many quick requests pass until the next look.
  private func chancesPassedOver(by peer: inout QuickPeer) -> Int {
    for chance in 0..<5000 {
      peer.asks(at: start)
      peer.isAnswered(at: start)
      if peer.takePatience() != nil { return chance }
    }
    return 5000
  }

  @Test func `looks in vain become rarer, up to one in a thousand chances`() {
    var peer = peer(gap: .microseconds(30))
    _ = peer.takePatience()
    let passedOver = (0..<13).map { _ in
      peer.looked(inVain: true)
      return chancesPassedOver(by: &peer)
    }
    #expect(passedOver == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1024, 1024])
  }

  @Test func `looks that found something make them frequent again`() {
    var peer = peer(gap: .microseconds(30))
    for _ in 0..<4 { peer.looked(inVain: true) }
    for _ in 0..<3 { peer.looked(inVain: false) }
    _ = chancesPassedOver(by: &peer)
    peer.looked(inVain: false)
    #expect(chancesPassedOver(by: &peer) == 0)
    peer.looked(inVain: true)
    #expect(chancesPassedOver(by: &peer) == 1)
  }

  @Test func `a slow request ends it too`() {
    var peer = peer(gap: .microseconds(30))
    _ = peer.takePatience()
    peer.asks(at: after(.milliseconds(30)))
    peer.isAnswered(at: after(.milliseconds(30)))
    #expect(peer.takePatience() == nil)
  }

  @Test func `on one processor nobody is looked for`() {
    var peer = peer(gap: .microseconds(30), processors: 1)
    #expect(peer.takePatience() == nil)
  }

  @Test func `an idle loop sleeps`() throws {
    let loop = try EventLoop()
    let before = Self.processorTime()
    try loop.runOnce(timeout: .milliseconds(100))
    #expect(before.duration(to: Self.processorTime()) < .milliseconds(20))
  }

  private static func processorTime() -> MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }
}
