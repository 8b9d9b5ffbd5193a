import Messages

typealias Shapes = GantryTestingV1.Shapes

extension Shapes {
  /// Something in every field.
  static let full = Shapes(
    doubleValue: -1.5, floatValue: 0.25, int32Value: -3, int64Value: .min, uint32Value: .max, uint64Value: .max,
    sint32Value: .min, sint64Value: .max, fixed32Value: 7, fixed64Value: 8, sfixed32Value: -9, sfixed64Value: -10,
    boolValue: true, stringValue: "Grüße, 世界 🎉", bytesValue: [0, 255, 0], color: .darkRed,
    inner: .init(kind: .some, text: "inner"), doubles: [0, .infinity, -2.5], int32s: [0, -1, .max], uint64s: [0, .max],
    sint64s: [.min, 0, .max], bools: [true, false, true], strings: ["", "a", "b\u{0}c"], byteStrings: [[], [1, 2]],
    colors: [.below, .colorless, .init(rawValue: 77)], inners: [.init(), .init(kind: .none, text: "x")],
    stringToString: ["": "empty", "b": "", "a": "A"], int32ToInner: [-1: .init(text: "minus"), 0: .init()],
    boolToBytes: [false: [0], true: []], uint64ToColor: [.max: .below, 0: .colorless], stringToDouble: ["pi": 3.25],
    default: "d", init: true, operator: ["+", "-"], selfValue: 5, choice: .choiceInner(.init(text: "chosen")))
}
