// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a TZif file.
struct TZifFault: Error, Hashable {
  let message: String
}

/// Decodes a TZif file (RFC 9636).
///
/// Every length is checked before it is used.
struct TZifReader {
  private let bytes: [UInt8]
  private var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Reads the whole file: of version 2 and later the second block and the footer.
  mutating func read() throws(TZifFault) -> ZoneHistory {
    let header = try readHeader()
    guard header.version > 1 else {
      return try history(readBlock(header, timeSize: 4), rule: nil)
    }
    position += header.blockSize(timeSize: 4)
    guard position <= bytes.count else { throw TZifFault(message: "it is cut off") }
    let second = try readHeader()
    guard second.version == header.version else {
      throw TZifFault(message: "its two headers name different versions")
    }
    let block = try readBlock(second, timeSize: 8)
    return try history(block, rule: readFooter())
  }

  /// The counts of what follows a header.
  private struct Header {
    let version: Int
    let utcIndicators, standardIndicators, leapSeconds: Int
    let transitions, kinds, characters: Int

    func blockSize(timeSize: Int) -> Int {
      transitions * (timeSize + 1) + kinds * 6 + characters + leapSeconds * (timeSize + 4)
        + standardIndicators + utcIndicators
    }
  }

  /// One data block, decoded but not yet joined.
  private struct Block {
    var times: [Int64] = []
    var kindIndices: [UInt8] = []
    var kinds: [LocalTimeKind] = []
    var leapSeconds: [(at: Int64, correction: Int64)] = []
  }

  private mutating func readHeader() throws(TZifFault) -> Header {
    guard bytes.count - position >= 44 else { throw TZifFault(message: "it is cut off") }
    guard bytes[position..<position + 4].elementsEqual("TZif".utf8) else {
      throw TZifFault(message: "it is not a TZif file")
    }
    let version: Int
    switch bytes[position + 4] {
    case 0: version = 1
    case UInt8(ascii: "2")...UInt8(ascii: "9"): version = Int(bytes[position + 4] - 48)
    default: throw TZifFault(message: "its version is unknown")
    }
    position += 20
    let counts = (0..<6).map { Int(readInteger(at: position + $0 * 4, size: 4) & 0xFFFF_FFFF) }
    position += 24
    return Header(
      version: version, utcIndicators: counts[0], standardIndicators: counts[1],
      leapSeconds: counts[2], transitions: counts[3], kinds: counts[4], characters: counts[5])
  }

  private mutating func readBlock(
    _ header: Header, timeSize: Int
  ) throws(TZifFault) -> Block {
    try check(header, timeSize: timeSize)
    var block = Block()
    block.times = readTimes(header.transitions, size: timeSize)
    block.kindIndices = Array(bytes[position..<position + header.transitions])
    position += header.transitions
    let kindsAt = position
    position += header.kinds * 6
    let names = bytes[position..<position + header.characters]
    position += header.characters
    for index in 0..<header.kinds {
      block.kinds.append(try readKind(at: kindsAt + index * 6, names: names))
    }
    for _ in 0..<header.leapSeconds {
      let at = readInteger(at: position, size: timeSize)
      block.leapSeconds.append((at, readInteger(at: position + timeSize, size: 4)))
      position += timeSize + 4
    }
    position += header.standardIndicators + header.utcIndicators
    return block
  }

  private func check(_ header: Header, timeSize: Int) throws(TZifFault) {
    guard header.blockSize(timeSize: timeSize) <= bytes.count - position else {
      throw TZifFault(message: "it is cut off")
    }
    guard (1...250).contains(header.kinds), header.transitions <= 20_000 else {
      throw TZifFault(message: "it holds more changes or kinds of local time than a zone can have")
    }
    guard [0, header.kinds].contains(header.standardIndicators),
      [0, header.kinds].contains(header.utcIndicators)
    else { throw TZifFault(message: "its indicators do not fit its kinds of local time") }
  }

  private mutating func readTimes(_ count: Int, size: Int) -> [Int64] {
    let start = position
    position += count * size
    return (0..<count).map { readInteger(at: start + $0 * size, size: size) }
  }

  private func readKind(at place: Int, names: ArraySlice<UInt8>) throws(TZifFault) -> LocalTimeKind
  {
    let offset = readInteger(at: place, size: 4)
    guard (-93_600...93_600).contains(offset), bytes[place + 4] <= 1 else {
      throw TZifFault(message: "a kind of local time is out of range")
    }
    let rest = names.dropFirst(Int(bytes[place + 5]))
    guard let end = rest.firstIndex(of: 0), bytes[place + 5] < names.count else {
      throw TZifFault(message: "an abbreviation is cut off")
    }
    return LocalTimeKind(
      offset: Int32(offset), isDaylight: bytes[place + 4] == 1,
      abbreviation: String(decoding: rest[..<end], as: UTF8.self))
  }

  private mutating func readFooter() throws(TZifFault) -> PosixRule? {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\n"),
      let end = bytes[(position + 1)...].firstIndex(of: UInt8(ascii: "\n"))
    else { throw TZifFault(message: "its footer is cut off") }
    let text = Array(bytes[position + 1..<end])
    guard !text.isEmpty else { return nil }
    guard let rule = PosixRule(text) else {
      throw TZifFault(message: "its footer is not a POSIX time zone rule")
    }
    return rule
  }

  /// Joins times and kinds, and takes leap seconds out of the times.
  private func history(_ block: Block, rule: PosixRule?) throws(TZifFault) -> ZoneHistory {
    var transitions: [ZoneTransition] = []
    var leaps = 0
    for (time, index) in zip(block.times, block.kindIndices) {
      guard Int(index) < block.kinds.count else {
        throw TZifFault(message: "a transition names no kind of local time")
      }
      while leaps < block.leapSeconds.count, block.leapSeconds[leaps].at <= time { leaps += 1 }
      let correction = leaps == 0 ? 0 : block.leapSeconds[leaps - 1].correction
      let (at, overflow) = time.subtractingReportingOverflow(correction)
      guard !overflow, transitions.last.map({ $0.at < at }) ?? true else {
        throw TZifFault(message: "its transitions are not in order")
      }
      transitions.append(ZoneTransition(at: at, kind: block.kinds[Int(index)]))
    }
    return ZoneHistory(first: block.kinds[0], transitions: transitions, rule: rule)
  }

  /// A signed big-endian integer; the caller has checked that it is there.
  private func readInteger(at place: Int, size: Int) -> Int64 {
    var value: Int64 = bytes[place] & 0x80 == 0 ? 0 : -1
    for byte in bytes[place..<place + size] { value = value << 8 | Int64(byte) }
    return value
  }
}
