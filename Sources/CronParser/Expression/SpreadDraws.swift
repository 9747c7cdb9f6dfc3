// SPDX-License-Identifier: Apache-2.0

/// What a seed may give to the day of the month and to the month.
///
/// Whether an expression can fire must not hang on the name of its job, so it is judged for all
/// that could be drawn: `0 0 H(30-31) 4 *` is refused for every job.
///
/// Of each field the first three draws are kept, in numbers alone: an expression without any pays
/// nothing for it.
struct SpreadDraws {
  /// The draws of one field, from the lowest bits up: a mark, then first, last and step (0 for one
  /// value) in six bits each.
  private struct Draws {
    var packed: UInt64 = 0
    /// The values that are written outright beside them.
    var written: UInt64 = 0

    mutating func note(_ range: CronRange, step: Int) {
      guard packed >> 40 == 0 else { return }
      let parts = [1, range.first, range.last, step]
      let draw = parts.reduce(UInt64(0)) { $0 << 6 | UInt64(truncatingIfNeeded: $1) & 0x3F }
      packed = packed << 20 | draw & 0xF_FFFF
    }

    /// Lists of values of which one list must fire with each of its values.
    func lists(_ field: CronField) -> [[UInt64]] {
      var lists = [[written]]
      var rest = packed
      while rest != 0 {
        lists.append(Self.choices(rest, field).map { $0 | written })
        rest >>= 20
      }
      return lists
    }

    private static func choices(_ draw: UInt64, _ field: CronField) -> [UInt64] {
      var range = CronRange(first: Int(draw >> 12 & 0x3F), last: Int(draw >> 6 & 0x3F))
      let step = Int(draw & 0x3F)
      guard step > 0 else {
        return (0..<range.size(in: field)).map { range.single($0, in: field).set(in: field) }
      }
      range.step = step
      return (0..<step).map { skipped in
        range.skipped = skipped
        return range.set(in: field)
      }
    }
  }

  private var days = Draws()
  private var months = Draws()
  /// How many draws there were.
  private(set) var count = 0

  /// True where nothing was drawn for a day or a month.
  var isEmpty: Bool { count == 0 }

  /// Notes a draw of one value of a range, or, with a step, of where in the range it begins; of the
  /// clock's fields every value exists, so they are passed over.
  mutating func note(_ range: CronRange, step: Int = 0, _ field: CronField) {
    switch field {
    case .dayOfMonth: days.note(range, step: step)
    case .month: months.note(range, step: step)
    default: return
    }
    count += 1
  }

  /// Notes the values of a field that are written outright beside its draws.
  mutating func note(written: UInt64, _ field: CronField) {
    if field == .month { months.written = written } else { days.written = written }
  }

  /// Lists of values of which one list must fire with each of its values, for the expression to
  /// fire whatever is drawn.
  func lists(of field: CronField, all: UInt64) -> [[UInt64]] {
    let draws = field == .month ? months : days
    return draws.packed == 0 ? [[all]] : draws.lists(field)
  }
}
