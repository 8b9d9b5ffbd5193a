import Messages
import Testing
import Wire

@Suite struct RoundTripTests {
  @Test func everyShapeOfFieldSurvives() throws {
    #expect(try Shapes(serialized: Shapes.full.serialized()) == Shapes.full)
  }

  @Test(
    arguments: [
      .choiceText(""), .choiceText("x"), .choiceNumber(0), .choiceNumber(-1), .choiceFlag(false), .choiceFlag(true),
      .choiceBytes([]), .choiceBytes([0]), .choiceColor(.colorless), .choiceColor(.below), .choiceInner(.init()),
    ] as [Shapes.Choice])
  func aChosenFieldSurvivesEvenAtItsDefault(_ choice: Shapes.Choice) throws {
    let message = Shapes(choice: choice)
    #expect(try Shapes(serialized: message.serialized()).choice == choice)
  }

  @Test func defaultsTakeNoBytes() throws {
    #expect(Shapes().serialized().isEmpty)
    #expect(try Shapes(serialized: []) == Shapes())
    #expect(try GoogleProtobuf.Empty(serialized: []) == GoogleProtobuf.Empty())
  }

  @Test func anEmptyMessageIsNotAnAbsentOne() throws {
    let present = ContainerdTaskV2.DeleteResponse(exitedAt: .init())
    #expect(present.serialized() == [0x1a, 0])
    #expect(try ContainerdTaskV2.DeleteResponse(serialized: [0x1a, 0]).exitedAt == .init())
    #expect(try ContainerdTaskV2.DeleteResponse(serialized: []).exitedAt == nil)
  }

  @Test func aNULInsideTextIsKeptBothWays() throws {
    let message = ContainerdTypes.Mount(type: "bind\u{0}x", options: ["\u{0}", "a\u{0}"])
    #expect(message.serialized() == [0x0a, 6] + Array("bind\u{0}x".utf8) + [0x22, 1, 0, 0x22, 2, 0x61, 0])
    #expect(try ContainerdTypes.Mount(serialized: message.serialized()) == message)
  }

  @Test func equalMapsGiveEqualBytesInTheOrderOfTheirKeys() throws {
    let keys = (0..<200).map { "key-\($0)" }
    var forwards: [String: String] = [:]
    var backwards: [String: String] = [:]
    for key in keys { forwards[key] = "v" }
    for key in keys.reversed() { backwards[key] = "v" }
    let bytes = Shapes(stringToString: forwards).serialized()
    #expect(bytes == Shapes(stringToString: backwards).serialized())
    #expect(
      Shapes(stringToString: ["b": "2", "a": "1"]).serialized()
        == [0xca, 2, 6, 0x0a, 1, 0x61, 0x12, 1, 0x31, 0xca, 2, 6, 0x0a, 1, 0x62, 0x12, 1, 0x32])
  }

  @Test func aMessageLargerThanAnyBufferOnTheStackSurvives() throws {
    let data = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let message = ContainerdServicesContentV1.ReadContentResponse(offset: 7, data: data)
    #expect(try ContainerdServicesContentV1.ReadContentResponse(serialized: message.serialized()) == message)
    let many = ContainerdServicesSnapshotsV1.MountsResponse(
      mounts: (0..<5000).map { .init(type: "overlay", source: "s\($0)", options: ["ro", "index=\($0)"]) })
    #expect(try ContainerdServicesSnapshotsV1.MountsResponse(serialized: many.serialized()) == many)
  }

  @Test func repeatedNumbersAreReadPackedAndUnpacked() throws {
    #expect(try Shapes(serialized: [0xba, 1, 2, 1, 2]).int32s == [1, 2])
    #expect(try Shapes(serialized: [0xb8, 1, 1, 0xb8, 1, 2]).int32s == [1, 2])
  }

  @Test func theLastOfSeveralValuesCounts() throws {
    #expect(try Shapes(serialized: [0x18, 1, 0x18, 2]).int32Value == 2)
    #expect(try Shapes(serialized: [0xea, 3, 1, 0x61, 0xf0, 3, 9]).choice == .choiceNumber(9))
  }
}
