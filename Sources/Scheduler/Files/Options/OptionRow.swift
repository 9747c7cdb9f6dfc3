// SPDX-License-Identifier: Apache-2.0

import CronParser

/// One option of a job: its key, how its value is read, and how it is shown.
struct OptionRow: Sendable {
  /// When the option is among those that a person is shown of a job.
  enum Showing: Sendable {
    case always
    /// Where it is given, and where its value is not the default.
    case whenUnusual
    case whenGiven
  }

  /// The key in a job file; a crontab has `BEAT_` and the key in capitals, with `_` for `-`.
  let key: String
  /// It takes text, so that a crontab's value is never read as a number or a table.
  var takesText = false
  /// False: it is read, and nothing comes of it in this version; whoever gives it is told so.
  var isObeyed = true
  /// In a crontab it holds for the next line only.
  var isOfOneLine = false
  var showing = Showing.whenUnusual
  /// Reads a value into the draft; reports what is wrong with it and leaves the draft as it was.
  let read: @Sendable (TOMLValue, inout JobDraft, inout OptionDecoder) -> Void
  /// The value that a job has, as a job file would have it; nil for none.
  let text: @Sendable (Job) -> String?

  /// The option's name in a crontab.
  var variable: String {
    "BEAT_" + key.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }
}

/// The options that job files and crontabs share: one row an option.
enum OptionTable {
  /// All options.
  static let rows: [OptionRow] = times + process + policies + notices

  /// The row of a key.
  static func row(_ key: String) -> OptionRow? { byKey[key].map { rows[$0] } }

  /// The row of a crontab's variable.
  static func row(variable: String) -> OptionRow? { byVariable[variable].map { rows[$0] } }

  /// A row's place among the rows.
  static func number(of key: String) -> UInt8? { byKey[key].map { UInt8(truncatingIfNeeded: $0) } }

  private static let byKey = numbers(rows.map(\.key))
  private static let byVariable = numbers(rows.map(\.variable))

  private static func numbers(_ names: [String]) -> [String: Int] {
    Dictionary(zip(names, 0...), uniquingKeysWith: { first, _ in first })
  }
}
