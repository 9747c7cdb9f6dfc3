// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A job's policies while its definition is being read.
struct JobDraft: Hashable, Sendable {
  var options = JobOptions()
  var rare = RareOptions()
  var zone: Zone?
  var daylight = DaylightRule.cron
  var anchor: Instant?
  var isFirstNow = false
  var starts: Instant?
  var ends: Instant?
  var input: String?
  /// The options that were given, by the number of their row, and the lines that give them.
  private(set) var given: [UInt8: Int32] = [:]

  /// Notes that an option was given.
  mutating func give(_ key: String, line: Int) {
    if let row = OptionTable.number(of: key) { given[row] = Int32(clamping: line) }
  }

  /// Forgets an option that holds for one line only.
  mutating func forget(_ key: String) {
    if let row = OptionTable.number(of: key) { given[row] = nil }
  }

  /// Whether an option was given.
  func gives(_ key: String) -> Bool {
    OptionTable.number(of: key).map { given[$0] != nil } ?? false
  }

  /// Where the options that were given stand; nil where there are none.
  var lines: [SourceLocation.OptionLine]? {
    given.isEmpty
      ? nil : given.sorted { $0.key < $1.key }.map { .init(row: $0.key, line: $0.value) }
  }

  /// A handler that ships with the daemon may be run twice without harm: what the file leaves open
  /// is three retries, and another attempt after a death in the middle.
  mutating func applyShippedDefaults() {
    if !gives("retries") { options.retries.maximum = 3 }
    if !gives("on-lost") { options.onLost = .retry }
  }

  /// What the file leaves open of a request is three retries: a network fails now and then.
  mutating func applyRequestDefaults() {
    if !gives("retries") { options.retries.maximum = 3 }
  }

  /// The options, with the rare ones where there are any.
  var finished: JobOptions {
    var options = options
    options.rare = rare == RareOptions() ? nil : Shared(rare)
    return options
  }
}
