// SPDX-License-Identifier: Apache-2.0

import CronParser

/// A job's policies while its definition is being read.
struct JobDraft: Hashable, Sendable {
  var options = JobOptions()
  var zone: Zone?
  var anchor: Instant?
  var isFirstNow = false
  var starts: Instant?
  var ends: Instant?
  var input: String?
  /// The options that were given, by key.
  var given: Set<String> = []

  /// A handler that ships with the daemon may be run twice without harm: what the file leaves open
  /// is three retries, and another attempt after a death in the middle.
  mutating func applyShippedDefaults() {
    if !given.contains("retries") { options.retries.maximum = 3 }
    if !given.contains("on-lost") { options.onLost = .retry }
  }
}
