// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Jobs by name: at which place each stands.
///
/// An open table of places beside the names by place: 26 bytes a job, where a dictionary takes over
/// sixty and holds on to the first of equal names, whose text is a second copy of the definition's.
///
/// Invariant: each name that is there is found by walking from where its hash points, before a cell
/// that was never used.
struct JobNames: Sendable {
  private static let unused: UInt32 = 0
  private static let vacated = UInt32.max

  private var names: [JobName?] = []
  /// A place and one, or one of the two above; a power of two of them.
  private var cells: [UInt32] = Array(repeating: unused, count: 16)
  /// How many cells are or were used.
  private var usedCells = 0

  /// Where a job of this name stands.
  ///
  /// - Complexity: O(1).
  subscript(name: JobName) -> Int? {
    cell(of: name).map { Int(cells[$0]) - 1 }
  }

  /// Room for so many names.
  mutating func reserveCapacity(_ count: Int) {
    names.reserveCapacity(count)
    if count > cells.count / 2 { rebuild(for: count) }
  }

  /// Adds a name that is not there, at a place that has none.
  mutating func insert(_ name: JobName, at place: Int) {
    if usedCells >= cells.count / 2 { rebuild(for: names.count + 1) }
    while names.count <= place { names.append(nil) }
    names[place] = name
    link(name, place)
  }

  /// Takes a name out; the place that it had.
  mutating func remove(_ name: JobName) -> Int? {
    guard let cell = cell(of: name) else { return nil }
    let place = Int(cells[cell]) - 1
    cells[cell] = Self.vacated
    names[place] = nil
    return place
  }

  /// Takes an equal name in place of the one that is there, and shares its text.
  mutating func exchange(_ name: JobName, at place: Int) {
    if names[place] == name { names[place] = name }
  }

  /// The same in every process, as all that the core does.
  private func firstCell(of name: JobName) -> Int {
    let hash = StableHash.fnv1a(name.text)
    return Int(truncatingIfNeeded: hash ^ hash >> 32) & (cells.count - 1)
  }

  private func cell(of name: JobName) -> Int? {
    var cell = firstCell(of: name)
    while cells[cell] != Self.unused {
      if cells[cell] != Self.vacated, names[Int(cells[cell]) - 1] == name { return cell }
      cell = (cell + 1) & (cells.count - 1)
    }
    return nil
  }

  private mutating func link(_ name: JobName, _ place: Int) {
    var cell = firstCell(of: name)
    while cells[cell] != Self.unused { cell = (cell + 1) & (cells.count - 1) }
    cells[cell] = UInt32(place + 1)
    usedCells += 1
  }

  /// Makes a table that so many names half fill at most.
  private mutating func rebuild(for count: Int) {
    var size = 16
    while size < 2 * count { size *= 2 }
    cells = Array(repeating: Self.unused, count: size)
    usedCells = 0
    for (place, name) in names.enumerated() {
      if let name { link(name, place) }
    }
  }
}
