import Errors

/// One option of a command: how it is written, and what `--help` says about it.
public struct Option: Sendable {
  /// Whether an option takes a value, and how often.
  package enum Kind: Sendable, Equatable {
    /// Present or absent; `--name=false` switches it off again.
    case flag
    /// Takes a value; the last one counts.
    case value
    /// Takes a value each time it is written; all of them count.
    case list
  }

  /// Says what is wrong with a value, by throwing.
  package typealias Check = @Sendable (String) throws(GantryError) -> Void

  package let name: String
  /// One letter, or "" where there is no short form.
  package let short: String
  package let kind: Kind
  /// The word after the name in `--help`: "string", "list", ...
  package let placeholder: String
  package let summary: String
  /// What stands in parentheses at the end of the summary, such as `true` or `"missing"`; "" for nothing.
  package let defaultText: String
  package let check: Check?
  package var isHidden = false

  /// A switch.
  package static func flag(_ name: String, _ short: String = "", _ summary: String, on: Bool = false) -> Option {
    Option(
      name: name, short: short, kind: .flag, placeholder: "", summary: summary, defaultText: on ? "true" : "",
      check: { text throws(GantryError) in _ = try GoSyntax.bool(text) })
  }

  /// An option with one value.
  package static func value(
    _ name: String, _ short: String = "", _ placeholder: String, _ summary: String, default defaultText: String = "",
    check: Check? = nil
  ) -> Option {
    Option(
      name: name, short: short, kind: .value, placeholder: placeholder, summary: summary, defaultText: defaultText,
      check: check)
  }

  /// An option that may come many times.
  package static func list(
    _ name: String, _ short: String = "", _ placeholder: String = "list", _ summary: String,
    default defaultText: String = "", check: Check? = nil
  ) -> Option {
    Option(
      name: name, short: short, kind: .list, placeholder: placeholder, summary: summary, defaultText: defaultText,
      check: check)
  }

  /// An option with a whole number.
  package static func integer(
    _ name: String, _ short: String = "", _ summary: String, default defaultText: String = ""
  ) -> Option {
    value(name, short, "int", summary, default: defaultText) { text throws(GantryError) in
      _ = try GoSyntax.integer(text)
    }
  }

  /// This option, left out of `--help`.
  package var hidden: Option {
    var copy = self
    copy.isHidden = true
    return copy
  }

  /// How an error names it: "-m, --memory" or "--cpus".
  package var spelling: String { short.isEmpty ? "--\(name)" : "-\(short), --\(name)" }
}
