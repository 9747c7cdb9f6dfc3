// SPDX-License-Identifier: Apache-2.0

/// One thing that happens to a world: a word and what it takes, all numbers.
///
/// A decision means the same whatever came before it, so that any may be left out of a list.
struct Decision: Hashable, CustomStringConvertible {
  /// What happens.
  enum Kind: String, CaseIterable {
    /// Time goes on: milliseconds.
    case advance
    /// The wall clock is set: by milliseconds.
    case step
    /// The wall clock is set to a day in 1970: which.
    case to1970
    /// The wall clock is set right again.
    case setRight
    /// The machine sleeps: milliseconds.
    case suspend
    /// The daemon is not scheduled by the kernel: milliseconds.
    case stall
    /// The daemon dies: after so many more commits, at which point, whether processes live on.
    case crash
    /// The daemon is started, where it is down.
    case start
    /// The machine starts anew.
    case reboot
    /// The daemon is told to end and given so long: milliseconds.
    case drain
    /// Commits fail: how many, and a bit for each that says whether it was durable.
    case failCommits
    /// The store can't be written: milliseconds.
    case storeDown
    /// Commits take so long: milliseconds.
    case storeSlow
    /// A definition changes: which, and a seed for how.
    case edit
    /// A definition goes away: which.
    case remove
    /// All definitions that went away are there again.
    case bringBack
    /// A job gets another name: which.
    case rename
    /// The files are read, changed or not.
    case reload
    /// A job, a queue or everything is paused: which, for how long or 0.
    case pause
    /// It goes on: which, with catch-up or not.
    case resume
    /// A job is triggered: which, forced or not.
    case trigger
    /// An instant of the past is run: which job, how many instants ago, forced or not.
    case backfill
    /// An open run is called off: which of them.
    case cancel
    /// A task is enqueued: its key, in how many milliseconds, what it is like.
    case enqueue
    /// The newest dead letter is replayed.
    case replay
    /// A core that starts from the store is compared with the one that runs on.
    case probe
  }

  var kind: Kind
  var numbers: [Int64]

  init(_ kind: Kind, _ numbers: Int64...) {
    self.kind = kind
    self.numbers = numbers
  }

  /// Reads a line such as `step -3600000`; nil where it is none.
  init?(_ line: some StringProtocol) {
    let words = line.split(separator: " ")
    guard let first = words.first, let kind = Kind(rawValue: String(first)) else { return nil }
    self.kind = kind
    numbers = words.dropFirst().compactMap { Int64($0) }
  }

  /// The number at a place, 0 where there is none.
  subscript(_ place: Int) -> Int64 { numbers.indices.contains(place) ? numbers[place] : 0 }

  /// The line that it is read from.
  var description: String {
    ([kind.rawValue] + numbers.map { "\($0)" }).joined(separator: " ")
  }
}
