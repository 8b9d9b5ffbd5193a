enum ContentChecks {
  static let all: [ConformanceCheck] = []
}
