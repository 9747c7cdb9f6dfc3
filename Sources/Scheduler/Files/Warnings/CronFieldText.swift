// SPDX-License-Identifier: Apache-2.0

/// One field of a cron expression as it is written, for messages about how it is written.
struct CronFieldText: Hashable, Sendable {
  enum Kind: String, Hashable, Sendable, CaseIterable {
    case second, minute, hour
    case dayOfMonth = "day of month"
    case month
    case dayOfWeek = "day of week"
    case year
  }

  /// One part of a list.
  struct Item: Hashable, Sendable {
    let text: String
    /// Where it stands in the expression, in bytes.
    let offset: Int
    /// What stands before the `/`.
    let base: String
    /// What stands after it, where that is a number.
    let step: Int?
  }

  let kind: Kind
  let text: String
  /// Where it stands in the expression, in bytes.
  let offset: Int

  /// The fields of an expression of five, six or seven; none of a macro.
  static func fields(of text: String) -> [CronFieldText] {
    guard !text.hasPrefix("@") else { return [] }
    var words: [(text: String, offset: Int)] = []
    var start: Int?
    let bytes = Array(text.utf8)
    for index in 0...bytes.count {
      let isBlank = index == bytes.count || bytes[index] == 0x20 || bytes[index] == 0x09
      if isBlank, let first = start {
        words.append((String(decoding: bytes[first..<index], as: UTF8.self), first))
        start = nil
      } else if !isBlank, start == nil {
        start = index
      }
    }
    guard (5...7).contains(words.count) else { return [] }
    let kinds = Kind.allCases.dropFirst(words.count == 5 ? 1 : 0)
    return zip(kinds, words).map { CronFieldText(kind: $0, text: $1.text, offset: $1.offset) }
  }

  /// The parts of the list.
  var items: [Item] {
    var items: [Item] = []
    var offset = offset
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let halves = part.split(separator: "/", maxSplits: 1)
      let step = halves.count == 2 ? Int(halves[1]) : nil
      items.append(
        Item(text: String(part), offset: offset, base: String(halves.first ?? ""), step: step))
      offset += part.utf8.count + 1
    }
    return items
  }

  /// The values that may be written.
  var bounds: ClosedRange<Int> {
    switch kind {
    case .second, .minute: 0...59
    case .hour: 0...23
    case .dayOfMonth: 1...31
    case .month: 1...12
    case .dayOfWeek: 0...7
    case .year: 1970...2199
    }
  }

  /// How many values there are before the field begins anew; nil where that is not always the same,
  /// or no number divides it.
  var period: Int? {
    switch kind {
    case .second, .minute: 60
    case .hour: 24
    case .month: 12
    case .dayOfMonth, .dayOfWeek: nil
    case .year: 1
    }
  }

  /// The names of the values, the first for 0.
  fileprivate var names: [String] {
    switch kind {
    case .month:
      ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    case .dayOfWeek: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    default: []
    }
  }
}

extension CronFieldText.Item {
  /// The two ends of a range of plain values.
  func ends(in field: CronFieldText) -> (first: Int, last: Int)? {
    let parts = base.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let first = Self.value(parts[0], field),
      let last = Self.value(parts[1], field)
    else { return nil }
    return (first, last)
  }

  private static func value(_ text: Substring, _ field: CronFieldText) -> Int? {
    Int(text) ?? field.names.firstIndex(of: text.lowercased())
  }

  /// Why Debian's cron and cronie do not take it; nil where they do.
  func whyNotPortable(in field: CronFieldText) -> String? {
    let lower = base.lowercased()
    if text.contains("~") { return "only cronie knows `~`, and chooses again at each load" }
    if lower.hasPrefix("h"), lower == "h" || lower.hasPrefix("h(") {
      return "other crons do not know `H`"
    }
    let days: [CronFieldText.Kind] = [.dayOfMonth, .dayOfWeek]
    guard days.contains(field.kind) || step == nil || Int(base) == nil else {
      return "other crons refuse a step after a single value"
    }
    guard days.contains(field.kind) else { return nil }
    if text == "?" { return "other crons do not know `?`" }
    if text.contains("#") { return "other crons do not know `#`" }
    if field.kind == .dayOfMonth, lower.contains("w") { return "other crons do not know `W`" }
    if lower.hasPrefix("l") || lower.hasSuffix("l") { return "other crons do not know `L`" }
    return step != nil && Int(base) != nil ? "other crons refuse a step after a single value" : nil
  }
}
