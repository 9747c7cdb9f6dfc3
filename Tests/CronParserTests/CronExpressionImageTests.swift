// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CronParser

@Suite struct CronExpressionImageTests {
  @Test(
    arguments: [
      "* * * * *", "0 2 * * *", "*/5 0-5 ? 1,12 fri-mon", "0 0 L * *", "0 0 L-3,LW,15W,L-2W * 5L",
      "0 0 * * FRI#2", "30 * * * * *", "0 0 0 1 1 ? 1970,2033,2034,2199", "0 0 0 29 2 * 2028",
    ])
  func `an image is the whole expression`(text: String) throws {
    let expression = try CronExpression(text)
    #expect(CronExpression(image: expression.image) == expression)
    #expect(!expression.isSpread)
  }

  @Test(arguments: ["H H * * *", "~ 0~3 * * *", "H(0-29) H H L * * 2030"])
  func `what a seed gave is in the image`(text: String) throws {
    let expression = try CronExpression(text, spread: SpreadSeed(jobName: "a", machineID: "m"))
    #expect(CronExpression(image: expression.image) == expression)
    #expect(expression.isSpread)
  }

  @Test func `a wrong image is refused`() throws {
    let good = try CronExpression("0 0 0 1 1 FRI#2 2030").image
    for (place, value) in [
      (0, 256), (0, -1), (1, 0), (1, 1 << 60), (2, 0), (2, 1 << 24), (3, 1), (4, 1), (4, 0),
      (5, 128), (6, 0), (6, 1 << 60), (7, 1 << 31), (8, 1), (10, 2), (11, 128), (12, 1 << 35),
      (16, 1 << 38),
    ] as [(Int, Int64)] {
      var image = good
      image[place] = value
      #expect(CronExpression(image: image) == nil, "\(place) \(value)")
    }
    for count in 0..<20 where ![6, 13, 17].contains(count) {
      #expect(CronExpression(image: Array((good + good).prefix(count))) == nil)
    }
    // The 30th of February.
    #expect(CronExpression(image: [8, 1, 1, 1 << 30, 1 << 2, 0x7F]) == nil)
  }
}
