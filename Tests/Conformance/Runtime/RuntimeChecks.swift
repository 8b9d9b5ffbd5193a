enum RuntimeChecks {
  static let all: [ConformanceCheck] = []
}
