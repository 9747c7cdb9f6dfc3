// SPDX-License-Identifier: Apache-2.0

/// Writes expressions of the whole language, at random and all of them right.
struct OracleText {
  private(set) var random: SplitMix64

  private static let months = "jan feb mar apr may jun jul aug sep oct nov dec"
  private static let weekdays = "sun mon tue wed thu fri sat"

  init(_ random: SplitMix64) { self.random = random }

  /// Five, six or seven fields.
  ///
  /// Hours lean towards those at which clocks change; days, months and
  /// years towards `*`, or most expressions would never fire.
  mutating func expression() -> String {
    var fields = [
      field(0, 59), field(0, 23, soft: 4), dayField(), open(2) ? "*" : monthField(),
      open(2) ? "*" : weekdayField(),
    ]
    let seconds = Int.random(in: 0..<5, using: &random)
    if seconds < 2 { fields.insert(random.once(in: 2) ? "0" : field(0, 59), at: 0) }
    if seconds == 0 { fields.append(open(3) ? "*" : yearField()) }
    return fields.joined(separator: " ")
  }

  /// True in all but one of so many cases.
  private mutating func open(_ count: Int) -> Bool { !random.once(in: count + 1) }

  /// What a job's name decides: `H`, `H/5`, `H(3-9)`, `H(3-9)/2`, and `~`, `3~`, `~9`, `3~9`.
  private mutating func spread(_ low: Int, _ high: Int, _ write: (Int) -> String) -> String {
    let first = Int.random(in: low...high, using: &random)
    let last = Int.random(in: first...high, using: &random)
    let range = "\(write(first))-\(write(last))"
    let step = Int.random(in: 1...last - first + 1, using: &random)
    return random.pick([
      "H", "h", "H/\(min(step, 7))", "H(\(range))", "H(\(range))/\(step)", "~",
      "\(write(first))~", "~\(write(last))", "\(write(first))~\(write(last))",
    ])
  }

  private mutating func field(_ low: Int, _ high: Int, soft: Int? = nil) -> String {
    list { text in text.item(low, text.random.once(in: 2) ? soft ?? high : high) { "\($0)" } }
  }

  private mutating func dayField() -> String {
    guard !open(2) else { return random.once(in: 8) ? "?" : "*" }
    return list { text in
      let day = Int.random(in: 1...31, using: &text.random)
      switch Int.random(in: 0..<10, using: &text.random) {
      case 0: return text.cased("L")
      case 1: return text.cased("L-\(min(day, 30))")
      case 2: return text.cased("LW")
      case 3: return text.cased("\(day)W")
      case 4: return text.cased("L-\(min(day, 30))W")
      default: return text.item(1, 31) { "\($0)" }
      }
    }
  }

  private mutating func monthField() -> String {
    let names = Self.months.split(separator: " ")
    return list { text in
      let named = text.random.once(in: 2)
      return text.cased(text.item(1, 12) { named ? String(names[$0 - 1]) : "\($0)" })
    }
  }

  private mutating func weekdayField() -> String {
    if random.once(in: 8) { return "?" }
    let names = Self.weekdays.split(separator: " ")
    return list { text in
      let named = text.random.once(in: 2)
      let name = { (day: Int) in named && day < 7 ? String(names[day]) : "\(day)" }
      let weekday = name(Int.random(in: 0...7, using: &text.random))
      switch Int.random(in: 0..<6, using: &text.random) {
      case 0: return text.cased("\(weekday)L")
      case 1: return text.cased("\(weekday)#\(Int.random(in: 1...5, using: &text.random))")
      case 2 where text.random.once(in: 2): return text.cased("\(weekday)#L")
      default: return text.cased(text.item(0, 7, name))
      }
    }
  }

  private mutating func yearField() -> String {
    list { text in
      let first = Int.random(in: 1_970...2_199, using: &text.random)
      let last = Int.random(in: first...2_199, using: &text.random)
      let step = Int.random(in: 1...40, using: &text.random)
      return text.random.pick([
        "*/\(step)", "\(first)", "\(first)-\(last)", "\(first)-\(last)/\(step)", "\(first)/\(step)",
      ])
    }
  }

  private mutating func list(_ item: (inout Self) -> String) -> String {
    let count = random.pick([1, 1, 1, 2, 3])
    return (0..<count).map { _ in item(&self) }.joined(separator: ",")
  }

  /// `*`, a value, a range that may wrap, each with or without a step; sometimes what is spread.
  private mutating func item(_ low: Int, _ high: Int, _ write: (Int) -> String) -> String {
    if random.once(in: 10) { return spread(low, high == 7 ? 6 : high, write) }
    let first = write(Int.random(in: low...high, using: &random))
    let last = write(Int.random(in: low...high, using: &random))
    let step = random.once(in: 12) ? 100 : Int.random(in: 1...20, using: &random)
    switch Int.random(in: 0..<7, using: &random) {
    case 0: return "*"
    case 1: return "*/\(step)"
    case 2: return "\(first)-\(last)"
    case 3: return "\(first)-\(last)/\(step)"
    case 4: return "\(first)/\(step)"
    default: return first
    }
  }

  /// In small letters, capitals, or as it is.
  private mutating func cased(_ text: String) -> String {
    random.pick([text, text.uppercased(), text.lowercased()])
  }
}
