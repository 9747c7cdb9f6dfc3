// SPDX-License-Identifier: Apache-2.0

/// A value of a YAML document.
indirect enum YAMLValue: Hashable, Sendable {
  /// A scalar's text; plain: written without quotes, so that it may be a number, a truth value or
  /// nothing.
  case scalar(String, isPlain: Bool)
  case sequence([YAMLValue])
  /// In the order of the document.
  case mapping([Entry])

  struct Entry: Hashable, Sendable {
    let key: String
    let value: YAMLValue
  }

  /// Nothing.
  static let null = YAMLValue.scalar("", isPlain: true)

  var isNull: Bool {
    if case .scalar(let text, isPlain: true) = self {
      ["", "~", "null", "Null", "NULL"].contains(text)
    } else {
      false
    }
  }

  /// A scalar's text.
  var text: String? {
    if case .scalar(let text, _) = self, !isNull { text } else { nil }
  }

  var integer: Int64? { text.flatMap { Int64($0) } }

  var boolean: Bool? {
    switch text {
    case "true", "True", "TRUE": true
    case "false", "False", "FALSE": false
    default: nil
    }
  }

  /// The elements of a sequence.
  var elements: [YAMLValue] { if case .sequence(let elements) = self { elements } else { [] } }
  /// The entries of a mapping.
  var entries: [Entry] { if case .mapping(let entries) = self { entries } else { [] } }

  /// A mapping's value; nil where it is absent or nothing.
  subscript(key: String) -> YAMLValue? {
    entries.first { $0.key == key && !$0.value.isNull }?.value
  }

  /// The value in short, for a message.
  var shown: String {
    switch self {
    case .scalar(let text, _): text
    case .sequence(let elements): "[\(elements.map(\.shown).joined(separator: ", "))]"
    case .mapping(let entries):
      "{\(entries.map { "\($0.key): \($0.value.shown)" }.joined(separator: ", "))}"
    }
  }
}
