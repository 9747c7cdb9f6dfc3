// SPDX-License-Identifier: Apache-2.0

/// Names and values below each other.
struct Sheet {
  private var rows: [(name: String, value: Styled)] = []

  /// Adds a row; an empty name goes on with the row above.
  mutating func add(_ name: String, _ value: String, _ style: Style = .plain) {
    rows.append((name, Styled(value, style)))
  }

  /// Adds a row where there is a value.
  mutating func add(_ name: String, _ value: String?, _ style: Style = .plain) {
    if let value { add(name, value, style) }
  }

  /// The rows, each with its newline.
  func render(on terminal: Terminal) -> String {
    let width = rows.map { DisplayText.width($0.name) }.max() ?? 0
    return rows.map { name, value in
      let pad = String(repeating: " ", count: width - DisplayText.width(name) + 2)
      let label = Style.heading.apply(name, on: terminal)
      return "\(label)\(pad)\(value.style.apply(value.text, on: terminal))\n"
    }.joined()
  }
}
