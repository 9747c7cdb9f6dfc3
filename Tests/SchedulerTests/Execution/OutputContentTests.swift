// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Scheduler

struct OutputContentTests {
  private let limit = CapturedOutput.limit

  @Test(arguments: [1, 7, 4_096, 32_767, 32_768, 32_769, 65_536, 100_000])
  func `head, tail and total are those of a plain array, whatever the pieces`(piece: Int) {
    let all = (0..<200_001).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 256) }
    var content = OutputContent()
    var done = 0
    while done < all.count {
      let end = min(done + piece, all.count)
      content.append(all[done..<end])
      done = end
      #expect(content.total == done)
      #expect(content.head.count == min(done, limit))
      #expect(content.tail.count == min(max(done - limit, 0), limit))
      guard piece > 4_000 || done > all.count - 3 else { continue }
      #expect(content.head == Array(all[..<min(done, limit)]))
      #expect(
        content.lastBytes(content.tail.count) == Array(all[..<done].suffix(content.tail.count)))
    }
  }

  @Test func `a follower who asks on from each piece's end gets all that was kept`() {
    let all = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
    var content = OutputContent()
    content.append(all[...])
    let first = content.piece(from: 10)
    #expect(first.start == 10 && first.bytes == Array(all[10..<limit]))
    let second = content.piece(from: limit)
    #expect(second.start == all.count - limit && second.bytes == Array(all.suffix(limit)))
    #expect(content.piece(from: all.count).bytes.isEmpty)
  }

  @Test func `a piece runs from the head into the tail where nothing is gone`() {
    let all = (0..<40_000).map { UInt8(truncatingIfNeeded: $0) }
    var content = OutputContent()
    content.append(all[...])
    let piece = content.piece(from: 3)
    #expect(piece.start == 3 && piece.bytes == Array(all[3...]))
  }

  @Test func `offsets outside the output are moved to its ends`() {
    var content = OutputContent()
    content.append([1, 2, 3])
    #expect(content.piece(from: -5) == ([1, 2, 3], 0))
    #expect(content.piece(from: 9) == ([], 3))
    #expect(content.piece(from: .max) == ([], 3))
  }

  @Test func `a follower is told once until it reads`() {
    let buffer = OutputBuffer(attempt: 2)
    #expect(buffer.append([1]))
    #expect(!buffer.append([2]))
    let read = buffer.read(from: 0)
    #expect(read.bytes == [1, 2] && read.attempt == 2 && read.end == 2)
    #expect(buffer.append([3]))
    #expect(buffer.close()?.head == [1, 2, 3])
    #expect(!buffer.append([4]))
  }
}
