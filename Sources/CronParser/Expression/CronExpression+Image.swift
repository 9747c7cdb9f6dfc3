// SPDX-License-Identifier: Apache-2.0

/// An expression as numbers, for whoever keeps one that its text alone does not give: what `H` and
/// `~` stand for depends on a seed.
extension CronExpression {
  /// Whether a field holds `H` or `~`.
  package var isSpread: Bool { !flags.isDisjoint(with: [.hashed, .drawn]) }

  /// All that the expression is made of: 6 numbers, 13 with seconds or special days, 17 with years.
  package var image: [Int64] {
    var image: [Int64] = [
      Int64(flags.intersection(.written).rawValue), Int64(minutes), Int64(hours), Int64(days),
      Int64(months), Int64(weekdays),
    ]
    guard let extras else { return image }
    let special = extras.special ?? SpecialDays()
    image += [
      Int64(extras.seconds), Int64(special.fromEnd), Int64(special.nearestWeekday),
      Int64(special.nearestFromEnd), special.lastWeekday ? 1 : 0, Int64(special.lastOfWeekday),
      Int64(special.nth),
    ]
    if let years = extras.years { image += years.image }
    return image
  }

  /// The expression of an ``image``; nil where no expression has it.
  package init?(image: [Int64]) {
    guard [6, 13, 17].contains(image.count), zip(image, Self.members).allSatisfy({ $0 & ~$1 == 0 }),
      image[1] != 0, image[2] != 0, image[4] != 0
    else { return nil }
    var extras: CronExtras?
    if image.count > 6 {
      guard image[6] != 0 else { return nil }
      let special = SpecialDays(image: image[7...12])
      let years = image.count > 13 ? YearSet(image: image[13...]) : nil
      extras = CronExtras(
        seconds: UInt64(image[6]), years: years, special: special.isEmpty ? nil : special)
    }
    self.init(
      minutes: UInt64(image[1]), hours: UInt32(image[2]), days: UInt32(image[3]),
      months: UInt16(image[4]), weekdays: UInt8(image[5]), flags: Flags(rawValue: UInt8(image[0])),
      extras: extras)
    guard canFire else { return nil }
  }

  /// The bits that each number of an image may have.
  private static let members: [Int64] = [
    Int64(Flags.written.rawValue), bits(0...59), bits(0...23), bits(1...31), bits(1...12),
    bits(0...6),
    bits(0...59), bits(0...30), bits(1...31), bits(0...30), 1, bits(0...6), bits(0...34),
    -1, -1, -1, bits(0...37),
  ]

  private static func bits(_ range: ClosedRange<Int64>) -> Int64 {
    range.reduce(0) { $0 | 1 << $1 }
  }
}

extension CronExpression.Flags {
  /// Those that the text gives; the others follow from the sets.
  fileprivate static let written: CronExpression.Flags = [
    .minuteStar, .hourStar, .dayStar, .weekdayStar, .hashed, .drawn,
  ]
}

extension SpecialDays {
  /// From six numbers whose bits are within bounds.
  fileprivate init(image: ArraySlice<Int64>) {
    let image = Array(image)
    fromEnd = UInt32(image[0])
    nearestWeekday = UInt32(image[1])
    nearestFromEnd = UInt32(image[2])
    lastWeekday = image[3] != 0
    lastOfWeekday = UInt8(image[4])
    nth = UInt64(image[5])
  }
}

extension YearSet {
  /// Bit n of number k: year 1970 + 64k + n.
  fileprivate var image: [Int64] {
    var image: [Int64] = [0, 0, 0, 0]
    for year in members {
      let bit = year - CronField.year.low
      image[bit / 64] |= 1 << Int64(bit % 64)
    }
    return image
  }

  fileprivate init(image: ArraySlice<Int64>) {
    self.init()
    for (word, bits) in image.enumerated() {
      for bit in bits.setBits { insert(CronField.year.low + 64 * word + bit) }
    }
  }
}
