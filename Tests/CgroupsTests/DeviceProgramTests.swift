import Cgroups
import RuntimeSpec
import Testing

@Suite struct DeviceProgramTests {
  static let docker = [
    DeviceRule(allow: false, access: "rwm"),
    DeviceRule(allow: true, type: "c", access: "m"),
    DeviceRule(allow: true, type: "b", access: "m"),
    DeviceRule(allow: true, type: "c", major: 1, minor: 3, access: "rwm"),
    DeviceRule(allow: true, type: "c", major: 136, access: "rwm"),
    DeviceRule(allow: true, type: "c", major: 10, minor: 200, access: "r"),
  ]

  struct Question: Sendable {
    var type: String
    var major: UInt32
    var minor: UInt32
    var access: DevicePolicy.Access
    var isAllowed: Bool
  }

  @Test(arguments: [
    Question(type: "c", major: 1, minor: 3, access: [.read, .write], isAllowed: true),
    Question(type: "c", major: 1, minor: 5, access: .read, isAllowed: false),
    Question(type: "b", major: 8, minor: 0, access: .create, isAllowed: true),
    Question(type: "b", major: 8, minor: 0, access: [.create, .read], isAllowed: false),
    Question(type: "c", major: 136, minor: 77, access: .all, isAllowed: true),
    Question(type: "b", major: 136, minor: 77, access: .read, isAllowed: false),
    Question(type: "c", major: 10, minor: 200, access: .read, isAllowed: true),
    Question(type: "c", major: 10, minor: 200, access: .write, isAllowed: false),
  ])
  func dockersRulesDecide(question: Question) {
    let program = DeviceProgram(DevicePolicy(Self.docker))
    #expect(BPFMachine(program).decides(question) == question.isAllowed)
  }

  @Test(arguments: [
    Question(type: "b", major: 8, minor: 1, access: .read, isAllowed: false),
    Question(type: "b", major: 8, minor: 1, access: .write, isAllowed: true),
    Question(type: "b", major: 8, minor: 1, access: [.read, .write], isAllowed: false),
    Question(type: "b", major: 8, minor: 2, access: .all, isAllowed: true),
  ])
  func whatIsAllowedByDefaultIsDeniedByException(question: Question) {
    let rules = [
      DeviceRule(allow: true), DeviceRule(allow: false, type: "b", major: 8, minor: 1, access: "rm"),
      DeviceRule(allow: true, type: "b", major: 8, minor: 1, access: "m"),
    ]
    #expect(BPFMachine(DeviceProgram(DevicePolicy(rules))).decides(question) == question.isAllowed)
  }

  @Test func noRulesAllowEverything() {
    #expect(DeviceProgram(DevicePolicy([])).instructions.suffix(2) == [0x1_0000_00B7, 0x95])
  }

  @Test func controllersGetTheRulesAsLines() {
    #expect(DeviceRule(allow: false, access: "rwm").controllerLines == ["a"])
    #expect(DeviceRule(allow: true, type: "c", major: 1, minor: 3).controllerLines == ["c 1:3 rwm"])
    #expect(DeviceRule(allow: true, type: "a", major: 5, access: "r").controllerLines == ["c 5:* r", "b 5:* r"])
    #expect(DeviceRule(allow: true, type: "b", major: -1, minor: 0, access: "m").controllerLines == ["b *:0 m"])
  }
}
