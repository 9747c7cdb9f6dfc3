// SPDX-License-Identifier: Apache-2.0

/// What the fields of one expression share while they are parsed.
struct CronFieldContext {
  /// What `H` and `~` are worked out from, or nil where they are errors.
  let seed: SpreadSeed?
  /// The special days found so far.
  var special = SpecialDays()
  /// Whether an `H` was found.
  var isHashed = false
  /// Whether a `~` was found.
  var isDrawn = false
  /// What was drawn for days of the month and months.
  var draws = SpreadDraws()

  init(seed: SpreadSeed?) { self.seed = seed }
}
