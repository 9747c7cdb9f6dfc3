// SPDX-License-Identifier: Apache-2.0

/// What a seed may give to the day of the month and to the month.
///
/// Whether an expression can fire must not hang on the name of its job, so it is judged for all
/// that could be drawn: `0 0 H(30-31) 4 *` is refused for every job.
struct SpreadDraws {
  private struct Draw {
    let field: CronField
    /// The values of each draw, as bits.
    let choices: [UInt64]
  }

  /// So many draws of a field are looked at; one whose choices all fire is enough.
  private static let most = 8

  private var draws: [Draw] = []
  /// The values that are written outright in the fields that have draws.
  private var written: [CronField: UInt64] = [:]

  /// True where nothing was drawn for a day or a month.
  var isEmpty: Bool { draws.isEmpty }
  /// How many draws there are.
  var count: Int { draws.count }

  /// Notes a draw; of the clock's fields every value exists, so they are passed over.
  mutating func note(_ field: CronField, _ choices: () -> [UInt64]) {
    guard field == .dayOfMonth || field == .month else { return }
    draws.append(Draw(field: field, choices: choices()))
  }

  /// Notes the values of a field that are written outright.
  mutating func note(written: UInt64, _ field: CronField) {
    if !draws.isEmpty { self.written[field] = written }
  }

  /// Lists of values of which one list must fire with each of its values, for the expression to
  /// fire whatever is drawn.
  func lists(of field: CronField, all: UInt64) -> [[UInt64]] {
    let own = draws.filter { $0.field == field }
    guard !own.isEmpty else { return [[all]] }
    let written = written[field] ?? 0
    return [[written]] + own.prefix(Self.most).map { $0.choices.map { $0 | written } }
  }
}
