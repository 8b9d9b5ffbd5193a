enum NetworkChecks {
  static let all: [ConformanceCheck] = []
}
