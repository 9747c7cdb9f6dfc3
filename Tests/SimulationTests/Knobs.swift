// SPDX-License-Identifier: Apache-2.0

import Support

/// Which faults and features a world has: each is on in half of all worlds.
///
/// Worlds that differ in what can happen at all find more than worlds in which everything happens
/// rarely.
struct Knobs {
  var crashes = false
  var failingCommits = false
  var storeOutages = false
  var slowStore = false
  var stepsForward = false
  var stepsBack = false
  var year1970 = false
  var suspends = false
  var stalls = false
  var reboots = false
  var drains = false
  var edits = false
  var removals = false
  var renames = false
  var pauses = false
  var triggers = false
  var backfills = false
  var cancels = false
  var tasks = false
  var chains = false
  var hooks = false
  var jitter = false
  var queues = false
  var longRuns = false
  var failures = false

  private static var all: [WritableKeyPath<Knobs, Bool>] {
    [
      \.crashes, \.failingCommits, \.storeOutages, \.slowStore, \.stepsForward, \.stepsBack,
      \.year1970, \.suspends, \.stalls, \.reboots, \.drains, \.edits, \.removals, \.renames,
      \.pauses, \.triggers, \.backfills, \.cancels, \.tasks, \.chains, \.hooks, \.jitter, \.queues,
      \.longRuns, \.failures,
    ]
  }

  init(_ generator: inout SeededGenerator) {
    for knob in Self.all { self[keyPath: knob] = generator.chance(50) }
    // Half a century of instants is slow to count: few worlds go there.
    year1970 = year1970 && generator.chance(10)
  }

  /// What can happen while the daemon is up, with weights.
  var kinds: [(kind: Decision.Kind, weight: Int)] {
    let optional: [(Bool, Decision.Kind, Int)] = [
      (crashes, .crash, 3), (failingCommits, .failCommits, 2), (storeOutages, .storeDown, 1),
      (slowStore, .storeSlow, 1), (stepsForward || stepsBack, .step, 3), (year1970, .to1970, 1),
      (year1970, .setRight, 2), (suspends, .suspend, 1), (stalls, .stall, 1),
      (reboots, .reboot, 1), (drains, .drain, 1), (edits, .edit, 3), (removals, .remove, 1),
      (removals, .bringBack, 1), (renames, .rename, 1), (pauses, .pause, 2),
      (pauses, .resume, 3), (triggers, .trigger, 2), (backfills, .backfill, 1),
      (cancels, .cancel, 2), (tasks, .enqueue, 2), (failures, .replay, 1),
    ]
    return [(.advance, 24), (.reload, 1), (.probe, 1)]
      + optional.filter(\.0).map { ($0.1, $0.2) }
  }
}
