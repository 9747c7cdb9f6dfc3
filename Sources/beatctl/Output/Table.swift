// SPDX-License-Identifier: Apache-2.0

/// Rows in columns that fit a terminal.
struct Table {
  /// A column.
  struct Column {
    let title: String
    let cut: Cut

    init(_ title: String, cut: Cut = .never) {
      self.title = title
      self.cut = cut
    }
  }

  /// When a column's text is cut so that the table fits.
  enum Cut { case never, first, last }

  private static let gap = 2
  private let columns: [Column]
  private var rows: [[Styled]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row; it has a cell for each column.
  mutating func add(_ cells: [Styled]) { rows.append(cells) }

  /// The table's lines, each with its newline.
  ///
  /// The last column is not padded.
  func render(on terminal: Terminal) -> String {
    let titles = columns.map { Styled($0.title, .heading) }
    let widths = fitted(terminal.width)
    var text = ""
    text.reserveCapacity((rows.count + 1) * (widths.reduce(0, +) + Self.gap * widths.count))
    add(titles, widths, terminal, to: &text)
    for row in rows { add(row, widths, terminal, to: &text) }
    return text
  }

  /// Adds a line; blanks are added only in front of what follows them.
  private func add(
    _ cells: [Styled], _ widths: [Int], _ terminal: Terminal, to text: inout String
  ) {
    var blanks = 0
    for (cell, width) in zip(cells, widths) {
      let isCut = cell.width > width
      let shown = isCut ? DisplayText.cut(cell.text, to: width) : cell.text
      if !shown.isEmpty {
        for _ in 0..<blanks { text.append(" ") }
        text += cell.style.apply(shown, on: terminal)
        blanks = 0
      }
      let taken = isCut ? DisplayText.width(shown) : cell.width
      blanks += max(0, width - taken) + Self.gap
    }
    text.append("\n")
  }

  /// Each column as wide as its widest cell; where that is too much, the widest of those that may
  /// be cut first give way, then of those that may be cut last.
  private func fitted(_ limit: Int?) -> [Int] {
    var widths = columns.map { DisplayText.width($0.title) }
    for row in rows {
      for (index, cell) in row.enumerated() where index < widths.count {
        widths[index] = max(widths[index], cell.width)
      }
    }
    guard let limit else { return widths }
    var excess = widths.reduce(0, +) + Self.gap * (columns.count - 1) - limit
    for (turn, narrowest) in [(Cut.first, 4), (.last, 8)] {
      while excess > 0 {
        let candidates = columns.indices.filter {
          columns[$0].cut == turn && widths[$0] > narrowest
        }
        guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
        widths[widest] -= 1
        excess -= 1
      }
    }
    return widths
  }
}
