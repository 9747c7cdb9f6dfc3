// SPDX-License-Identifier: Apache-2.0

/// Who waits for something to happen to a run.
///
/// Each waiter is woken once.
struct RunWaiters {
  /// What is waited for.
  enum Kind: Hashable {
    /// The run is over.
    case ended
    /// It has printed something, or an attempt began or ended.
    case printed
    /// A copy of what is remembered is over; of no run.
    case copied
  }

  private struct Key: Hashable {
    let kind: Kind
    let run: RunID
  }

  private struct Waiter {
    let ticket: Int
    let continuation: CheckedContinuation<Void, Never>
  }

  /// Counts what happened to a run while somebody looked at it.
  private struct Watch {
    var lookers = 0
    var events = 0
  }

  private var waiting: [Key: [Waiter]] = [:]
  private var watches: [Key: Watch] = [:]
  private var nextTicket = 0

  /// Adds a waiter; the ticket wakes it alone.
  mutating func add(
    _ continuation: CheckedContinuation<Void, Never>, _ kind: Kind, of run: RunID
  ) -> Int {
    nextTicket += 1
    waiting[Key(kind: kind, run: run), default: []].append(
      Waiter(ticket: nextTicket, continuation: continuation))
    return nextTicket
  }

  /// From here on what happens is counted, until `endLooking`; how much had happened before.
  mutating func beginLooking(for kind: Kind, of run: RunID) -> Int {
    watches[Key(kind: kind, run: run), default: Watch()].lookers += 1
    return watches[Key(kind: kind, run: run)]?.events ?? 0
  }

  /// Whether something happened since `beginLooking` answered `events`.
  mutating func endLooking(for kind: Kind, of run: RunID, since events: Int) -> Bool {
    let key = Key(kind: kind, run: run)
    guard var watch = watches[key] else { return false }
    watch.lookers -= 1
    watches[key] = watch.lookers > 0 ? watch : nil
    return watch.events != events
  }

  /// Wakes all that wait for this.
  mutating func wake(_ kind: Kind, of run: RunID) {
    watches[Key(kind: kind, run: run)]?.events += 1
    for waiter in waiting.removeValue(forKey: Key(kind: kind, run: run)) ?? [] {
      waiter.continuation.resume()
    }
  }

  /// Wakes one waiter, if it still waits.
  mutating func wake(_ ticket: Int, _ kind: Kind, of run: RunID) {
    let key = Key(kind: kind, run: run)
    guard let index = waiting[key]?.firstIndex(where: { $0.ticket == ticket }) else { return }
    let waiter = waiting[key]?.remove(at: index)
    if waiting[key]?.isEmpty == true { waiting[key] = nil }
    waiter?.continuation.resume()
  }
}
