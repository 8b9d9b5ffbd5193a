/// The summary of `--format`, which many commands have.
package enum FormatHelp {
  private static let ending = """
    'json':             Print in JSON format
    'TEMPLATE':         Print output using the given Go template.
    Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates
    """

  /// For commands that print a table.
  package static let table = """
    Format output using a custom template:
    'table':            Print output in table format with column headers (default)
    'table TEMPLATE':   Print output in table format using the given Go template
    \(ending)
    """

  /// For commands that print documents.
  package static let document = """
    Format output using a custom template:
    \(ending)
    """

  package static var tableOption: Option { .value("format", "", "string", table) }
  package static var documentOption: Option { .value("format", "f", "string", document) }
  package static var filterOption: Option {
    .list("filter", "f", "filter", "Filter output based on conditions provided", check: NameValue.checkFilter)
  }
}
