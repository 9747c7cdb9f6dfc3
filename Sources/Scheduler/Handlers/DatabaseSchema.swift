// SPDX-License-Identifier: Apache-2.0

/// A table or view of the user's as its schema has it.
struct DatabaseTable: Hashable {
  /// A column.
  struct Column: Hashable {
    let name: String
  }

  let name: String
  /// `table`, `view`, `virtual` or `shadow`.
  let kind: String
  let hasRowid: Bool
  let columns: [Column]

  /// The name as it stands in SQL.
  var sql: String { "main.\(quoted(name))" }

  /// A column by its name, whatever its case; nil: there is none.
  func column(_ name: String) -> Column? {
    columns.first { $0.name.lowercased() == name.lowercased() }
  }

  /// A column that has to be there.
  func required(_ name: String) throws(HandlerError) -> Column {
    if let column = column(name) { return column }
    let known = columns.map(\.name)
    throw .permanent(
      "table \"\(self.name)\" has no column \"\(name)\"\(hint(name, among: known)); it has: "
        + known.joined(separator: ", "))
  }
}

extension DatabaseConnection {
  /// A table or view by its name, whatever its case; nil: there is none.
  func table(_ name: String) throws -> DatabaseTable? {
    let found = try rows(
      """
      SELECT name, type, wr FROM pragma_table_list
      WHERE schema = 'main' AND name = ?1 COLLATE NOCASE
      """, [.text(name)]
    ) { (name: $0.text(0), kind: $0.text(1), withoutRowid: $0.integer(2)) }
    guard let found = found.first else { return nil }
    let columns = try rows(
      "SELECT name FROM pragma_table_xinfo(?1) WHERE hidden <> 1", [.text(found.name)]
    ) { DatabaseTable.Column(name: $0.text(0)) }
    return DatabaseTable(
      name: found.name, kind: found.kind,
      hasRowid: found.withoutRowid == 0 && found.kind == "table", columns: columns)
  }

  /// A table or view that has to be there.
  func requiredTable(_ name: String) throws -> DatabaseTable {
    if let table = try table(name) { return table }
    let known = try rows(
      """
      SELECT name FROM pragma_table_list
      WHERE schema = 'main' AND type IN ('table', 'view', 'virtual') AND name NOT LIKE 'sqlite_%'
      ORDER BY name
      """
    ) { $0.text(0) }
    throw HandlerError.permanent(
      "database \(path) has no table \"\(name)\"\(hint(name, among: known)); it has: "
        + (known.isEmpty ? "none" : known.joined(separator: ", ")))
  }

  /// True where an index of the whole table begins with the column.
  func hasIndex(on column: DatabaseTable.Column, of table: DatabaseTable) throws -> Bool {
    let found = try rows(
      """
      SELECT 1 FROM pragma_index_list(?1) AS list, pragma_index_info(list.name) AS info
      WHERE list.partial = 0 AND info.seqno = 0 AND info.name = ?2
      """, [.text(table.name), .text(column.name)]
    ) { $0.integer(0) }
    return !found.isEmpty
  }
}
