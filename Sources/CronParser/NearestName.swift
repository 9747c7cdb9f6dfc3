// SPDX-License-Identifier: Apache-2.0

/// The candidate that is most like `name`, letter case aside, or nil where none is alike.
///
/// Alike means: at most a third of the letters (and at most three) are added, dropped, changed, or
/// swapped with their neighbour. Of equals the first wins.
///
/// - Complexity: the product of the lengths of the name and of each candidate.
public func nearestName(to name: String, among candidates: some Sequence<String>) -> String? {
  let wanted = Array(name.lowercased().utf8.prefix(64))
  guard !wanted.isEmpty else { return nil }
  var best: String?
  var bestDistance = min(3, max(1, wanted.count / 3)) + 1
  for candidate in candidates {
    let letters = Array(candidate.lowercased().utf8.prefix(64))
    guard abs(letters.count - wanted.count) < bestDistance else { continue }
    let distance = editDistance(wanted, letters, below: bestDistance)
    if distance < bestDistance { (best, bestDistance) = (candidate, distance) }
  }
  return best
}

/// Optimal string alignment: insertions, deletions, changes, and swaps of neighbours.
///
/// Given up with `limit` once it cannot come out below it.
private func editDistance(_ left: [UInt8], _ right: [UInt8], below limit: Int) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...right.count)
  for i in left.indices {
    var row = [i + 1]
    row.reserveCapacity(right.count + 1)
    var least = i + 1
    for j in right.indices {
      let changed = last[j] + (left[i] == right[j] ? 0 : 1)
      var cost = min(changed, last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
        cost = min(cost, beforeLast[j - 1] + 1)
      }
      row.append(cost)
      least = min(least, cost)
    }
    // A swap leads from the row before the last to the next one, and costs one more.
    if least >= limit, (last.min() ?? 0) + 1 >= limit { return limit }
    (beforeLast, last) = (last, row)
  }
  return last[right.count]
}
