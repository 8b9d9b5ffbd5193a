import Errors
import Glibc
import Messages
import Testing

@Suite struct WellKnownTests {
  @Test(arguments: ["containerd.task.v2.StartResponse", "type.googleapis.com/containerd.task.v2.StartResponse"])
  func anyIsUnpackedWithAndWithoutAHost(_ typeUrl: String) throws {
    let any = GoogleProtobuf.AnyMessage(typeUrl: typeUrl, value: [0x08, 7])
    #expect(try any.unpack(ContainerdTaskV2.StartResponse.self).pid == 7)
  }

  @Test(arguments: ["", "StartResponse", "x.containerd.task.v2.StartResponse", "containerd.task.v2.StartResponse/"])
  func anyOfAnotherTypeIsRefused(_ typeUrl: String) throws {
    let any = GoogleProtobuf.AnyMessage(typeUrl: typeUrl, value: [])
    let error = #expect(throws: GantryError.self) { try any.unpack(ContainerdTaskV2.StartResponse.self) }
    #expect(error?.code == .invalidArgument)
  }

  @Test(
    arguments: [
      (0, 0, 0), (1, 500_000_000, 1_500_000_000), (-1, 999_999_999, -1), (-2, 500_000_000, -1_500_000_000),
    ] as [(Int64, Int32, Int64)])
  func timesAreNanosecondsBothWays(_ seconds: Int64, _ nanos: Int32, _ total: Int64) {
    let time = GoogleProtobuf.Timestamp(seconds: seconds, nanos: nanos)
    #expect(time.nanosecondsSinceEpoch == total)
    #expect(GoogleProtobuf.Timestamp(nanosecondsSinceEpoch: total) == time)
  }

  @Test func timesBeyond64BitsAreClamped() {
    #expect(GoogleProtobuf.Timestamp.zeroTime.nanosecondsSinceEpoch == .min)
    #expect(GoogleProtobuf.Timestamp(seconds: .max, nanos: 1).nanosecondsSinceEpoch == .max)
  }

  @Test func theZeroTimeIsGos() throws {
    #expect(GoogleProtobuf.Timestamp.zeroTime.isZero)
    #expect(!GoogleProtobuf.Timestamp.now().isZero)
    let bytes: [UInt8] = [0x08, 0x80, 0x92, 0xb8, 0xc3, 0x98, 0xfe, 0xff, 0xff, 0xff, 0x01]
    #expect(try GoogleProtobuf.Timestamp(serialized: bytes) == .zeroTime)
  }

  @Test func nowIsTheWallClock() {
    #expect(abs(Int64(time(nil)) - GoogleProtobuf.Timestamp.now().seconds) <= 2)
  }

  @Test func durationsAreTheDifference() {
    let earlier = GoogleProtobuf.Timestamp(seconds: 10, nanos: 900_000_000)
    let later = GoogleProtobuf.Timestamp(seconds: 12, nanos: 100_000_000)
    #expect(later.duration(since: earlier) == .milliseconds(1200))
  }
}
