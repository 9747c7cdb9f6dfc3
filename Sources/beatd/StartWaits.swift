// SPDX-License-Identifier: Apache-2.0

import CronParser
import Dispatch
import Scheduler

/// What a start waits for, as it says in the log and to the service manager.
struct StartWaits {
  let log: Log
  let notifier: ServiceNotifier

  /// The store; once another program that has the file open has let go of it.
  ///
  /// - Throws: ``StoreError``; at once where it is another scheduler that has the file.
  func store(at places: Places) async throws -> sending SQLiteStore {
    var opening = open(places)
    while case .failure(let error) = opening, error.isForeign {
      log.warning("waiting for the state file", LogField("error", error))
      notifier.waiting(for: "the state file", seconds: 120)
      await waitForOthers(places.state)
      opening = open(places)
    }
    return try opening.get()
  }

  /// Waits where the machine's clock can't be right yet, as on one that boots in 1970 and asks the
  /// network later: jobs of that time would be started, and those of the right time be caught up.
  func waitForClock(newestStamp: Instant?) async {
    let clock = PlausibleClock(newestStamp: newestStamp)
    let now = SystemClock.read().wall
    guard !clock.allows(now) else { return }
    let patience = PlausibleClock.patience
    log.warning(
      "waiting for the clock to be set", LogField("now", now.rfc3339),
      LogField("earlier_than", clock.earliest.rfc3339), LogField("for_at_most", patience.text))
    notifier.waiting(for: "the clock to be set", seconds: patience.milliseconds / 1_000)
    let isSet = await clock.wait(for: patience)
    let then = LogField("now", SystemClock.read().wall.rfc3339)
    if isSet {
      log.info("the clock is set", then)
    } else {
      log.error("the clock was not set: going on with what it says", then)
    }
  }

  private func open(_ places: Places) -> Result<SQLiteStore, StoreError> {
    Result { () throws(StoreError) in
      try SQLiteStore(path: places.state, allowingNetwork: places.allowsNetworkState)
    }
  }

  private func waitForOthers(_ path: String) async {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        SQLiteStore.waitForOthers(path: path)
        continuation.resume()
      }
    }
  }
}
