// SPDX-License-Identifier: Apache-2.0

/// One figure of a report: `count(*)`, `sum(amount)`, `count(distinct user_id)`.
///
/// Not any SQL: a payload may come from someone who may enqueue a task and not read every table.
struct ReportAggregate: Hashable {
  private static let functions = ["count", "sum", "total", "avg", "min", "max"]

  /// The column of the summary table.
  let name: String
  /// The expression in SQL.
  let sql: String

  /// Reads an expression over the columns of a table.
  init(name: String, _ text: String, over table: DatabaseTable) throws(HandlerError) {
    let words = "aggregate \"\(name)\" is \"\(text)\""
    let trimmed = Self.trim(text[...])
    guard let open = trimmed.firstIndex(of: "("), trimmed.last == ")" else {
      throw .permanent("\(words); expected: a function of a column, such as sum(amount)")
    }
    let function = Self.trim(trimmed[..<open]).lowercased()
    guard Self.functions.contains(function) else {
      throw .permanent(
        "\(words): there is no function \"\(function)\"\(hint(function, among: Self.functions)); "
          + "known: \(Self.functions.joined(separator: ", "))")
    }
    self.name = name
    let inner = Self.trim(trimmed[trimmed.index(after: open)...].dropLast())
    if inner == "*" {
      guard function == "count" else {
        throw .permanent("\(words): only count takes a *; name a column")
      }
      sql = "count(*)"
      return
    }
    let isDistinct = inner.lowercased().hasPrefix("distinct ")
    let column = try table.required(String(Self.trim(isDistinct ? inner.dropFirst(9) : inner)))
    sql = "\(function)(\(isDistinct ? "DISTINCT " : "")\(quoted(column.name)))"
  }

  private static func trim(_ text: Substring) -> Substring {
    var text = text.drop(while: \.isWhitespace)
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}
