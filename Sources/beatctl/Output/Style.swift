// SPDX-License-Identifier: Apache-2.0

/// How a piece of text is shown where there are colours.
enum Style {
  case plain, good, bad, warning, dim, heading

  /// The text in this style, or as it is where there are no colours.
  func apply(_ text: String, on terminal: Terminal) -> String {
    guard terminal.hasColor, let code, !text.isEmpty else { return text }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }

  private var code: String? {
    switch self {
    case .plain: nil
    case .good: "32"
    case .bad: "31"
    case .warning: "33"
    case .dim: "2"
    case .heading: "1"
    }
  }

  /// The style of a job's or run's state.
  static func of(state: String) -> Style {
    switch state {
    case "completed": .good
    case "failed", "broken": .bad
    case "retrying", "missed", "cancelled": .warning
    case "skipped", "disabled", "ended", "idle": .dim
    default: .plain
    }
  }
}

/// A piece of text and its style; the text is escaped.
struct Styled: Equatable {
  let text: String
  let style: Style
  /// The columns that the text takes.
  let width: Int

  init(_ text: String, _ style: Style = .plain) {
    self.text = DisplayText.escaped(text)
    self.style = style
    width = DisplayText.width(self.text)
  }
}
