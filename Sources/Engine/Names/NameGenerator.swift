/// Makes up names for containers that the user did not name: an adjective and someone who moved loads,
/// built bridges or drew the plans for it.
package enum NameGenerator {
  /// A name; from the fourth attempt on with a digit behind it, as most plain ones are taken then.
  package static func random(attempt: Int = 0) -> String {
    var generator = SystemRandomNumberGenerator()
    return random(attempt: attempt, using: &generator)
  }

  package static func random(attempt: Int, using generator: inout some RandomNumberGenerator) -> String {
    let adjective = adjectives.randomElement(using: &generator) ?? "plain"
    let surname = surnames.randomElement(using: &generator) ?? "archimedes"
    let digit = attempt > 2 ? String(Int.random(in: 0...9, using: &generator)) : ""
    return "\(adjective)_\(surname)\(digit)"
  }

  package static let adjectives = [
    "able", "agile", "amber", "ample", "balanced", "bold", "brave", "bright", "brisk", "calm", "careful", "cheerful",
    "clear", "clever", "cosy", "crisp", "curious", "daring", "deft", "eager", "early", "earnest", "easy", "elegant",
    "even", "exact", "fair", "fond", "frank", "fresh", "gentle", "glad", "golden", "graceful", "hardy", "hearty",
    "honest", "humble", "jolly", "keen", "kind", "lively", "lofty", "lucid", "lucky", "mellow", "merry", "mild",
    "modest", "neat", "nimble", "noble", "patient", "placid", "polite", "proud", "quick", "quiet", "ready", "serene",
    "sharp", "silent", "sincere", "sober", "solid", "steady", "stout", "sturdy", "subtle", "sunny", "swift", "tidy",
    "trusty", "upbeat", "vivid", "warm", "wise", "witty", "zesty",
  ]

  package static let surnames = [
    "agnesi", "ampere", "archimedes", "armstrong", "babbage", "baird", "bazalgette", "bell", "bessemer", "brindley",
    "brunel", "brunelleschi", "carnot", "cauchy", "clarke", "coulomb", "culmann", "davinci", "dijkstra", "ditzel",
    "edison", "eiffel", "ellet", "euler", "faraday", "fulton", "galileo", "germain", "goethals", "hamilton",
    "heron", "hertz", "hooke", "hopper", "imhotep", "jessop", "joule", "kelvin", "khan", "lamarr", "lovelace",
    "maillart", "maxwell", "mclean", "meitner", "menn", "morse", "nasmyth", "nervi", "newcomen", "noether", "ohm",
    "otis", "papin", "pascal", "paxton", "perronet", "poncelet", "rankine", "rennie", "ritter", "roebling", "savery",
    "shukhov", "siemens", "smeaton", "stephenson", "stevin", "strauss", "telford", "tesla", "torricelli", "trevithick",
    "vauban", "vitruvius", "volta", "watt", "whitney", "wren", "zeppelin",
  ]
}
