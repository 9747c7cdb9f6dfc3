// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@Suite struct `Faults in cron expressions` {
  @Test(arguments: [
    ("** * * * *", 1, 1), ("*-5 * * * *", 1, 1), ("1-5-9 * * * *", 3, 1), ("1;2 * * * *", 1, 1),
    ("5, * * * *", 2, 0), (",5 * * * *", 0, 1), ("1,,2 * * * *", 2, 1), ("+5 * * * *", 0, 1),
    ("0x5 * * * *", 1, 1), ("٥ * * * *", 0, 2), ("５ * * * *", 0, 3), ("5/ * * * *", 2, 0),
    ("*/x * * * *", 2, 1), ("*/5x * * * *", 3, 1), ("*/-1 * * * *", 2, 1), ("/5 * * * *", 0, 1),
    ("1-5/2/3 * * * *", 5, 1), ("-5 * * * *", 0, 1), ("5- * * * *", 2, 0), ("*x * * * *", 1, 1),
    ("? * * * *", 0, 1), ("L * * * *", 0, 1), ("5L * * * *", 1, 1), ("* * 5#2 * *", 5, 1),
    ("* * * ? *", 6, 1), ("* * ?,5 * *", 4, 1), ("* * * * 5W", 9, 1), ("* * 15W-20 * *", 7, 1),
    ("* * L- * *", 6, 0), ("* * * * 1#", 10, 0), ("* * * * 1#Z", 10, 1), ("* * W * *", 4, 1),
    ("* * * * L", 8, 1), ("* * * 1L *", 7, 1), ("H * * * *", 0, 1), ("H/15 * * * *", 0, 1),
    ("0~30 * * * *", 1, 1), ("* * * * mon-fri0345", 15, 1), ("* * * * \u{0}", 8, 1),
    ("* * * *", 7, 0), ("", 0, 0), ("   ", 3, 0), ("*", 1, 0), ("* * * * * * * *", 14, 1),
    ("* * * * * cmd", 10, 3), ("*\u{A0}* * * *", 10, 0), ("*\n* * * * *", 1, 1), ("@daily", 6, 0),
  ])
  func `junk is refused at its place`(text: String, offset: Int, length: Int) {
    let error = #expect(throws: CronSyntaxError.self) { try CronExpression(text) }
    #expect(
      error?.offset == offset && error?.length == length,
      "\(text.debugDescription): \(String(describing: error))")
    #expect(error?.category == .syntax)
  }

  @Test(arguments: [
    ("60 * * * *", 0, 2, "0-59"), ("* 24 * * *", 2, 2, "0-23"), ("* * 0 * *", 4, 1, "1-31"),
    ("* * 32 * *", 4, 2, "1-31"), ("* * * 13 *", 6, 2, "1-12 or jan-dec"),
    ("* * * * 8", 8, 1, "0-7 or sun-sat"), ("0-60 * * * *", 2, 2, "0-59"),
    ("*/0 * * * *", 2, 1, "1 or more"), ("5/00 * * * *", 2, 2, "1 or more"),
    ("99999999999999999999999999 * * * *", 0, 26, "0-59"),
    ("*/99999999999999999999999999 * * * *", 2, 26, "1 or more"),
    ("0 0 0 1 1 * 1969", 12, 4, "1970-2199"), ("0 0 0 1 1 * 2200", 12, 4, "1970-2199"),
    ("0 0 0 1 1 * 2030-2020", 12, 9, "2020-2030"), ("* * * * 1#0", 10, 1, "#1 to #5, or #L"),
    ("* * * * 1#6", 10, 1, "#1 to #5, or #L"), ("* * L-31 * *", 6, 2, "L-1 to L-30"),
    ("* * 32W * *", 4, 2, "1-31"), ("60 * * * * *", 0, 2, "0-59"),
  ])
  func `a number out of range is told with the range`(
    text: String, offset: Int, length: Int, expected: String
  ) {
    let error = #expect(throws: CronSyntaxError.self) { try CronExpression(text) }
    #expect(
      error?.offset == offset && error?.length == length && error?.expected == expected,
      "\(text): \(String(describing: error))")
    #expect(error?.category == .range)
  }

  @Test(arguments: [
    ("* * * * Monday", "mon"), ("* * * * mno", "mon"), ("* * * janu *", "jan"),
    ("* * * sept *", "sep"), ("* * * * xyz", nil), ("* * * * fir-sun", "fri"),
  ])
  func `a misspelt name gets the nearest one`(text: String, suggestion: String?) {
    let error = #expect(throws: CronSyntaxError.self) { try CronExpression(text) }
    #expect(error?.suggestion == suggestion)
  }

  @Test(arguments: [
    ("0 0 31 2 *", 4, 4), ("0 0 30 2 *", 4, 4), ("0 0 31 4,6,9,11 *", 4, 11),
    ("0 0 31 feb *", 4, 6), ("0 0 30-31 2 */2", 4, 7), ("0 0 30W 2 *", 4, 5),
    ("0 0 L-29 2 *", 4, 6), ("0 0 0 29 2 * 2025-2027", 6, 16), ("0 0 0 29 2 ? 2100", 6, 11),
    ("0 0 */31 2 5#2", 4, 6),
  ])
  func `what can never fire is refused`(text: String, offset: Int, length: Int) {
    let error = #expect(throws: CronSyntaxError.self) { try CronExpression(text) }
    #expect(error?.category == .never, "\(text)")
    #expect(
      error?.offset == offset && error?.length == length, "\(text): \(String(describing: error))")
  }

  @Test(arguments: [
    "0 0 29 2 *", "0 0 31 2 1", "0 0 29 2 */7", "0 0 L-28 2 *", "0 0 L 2 *", "0 0 * 2 5#5",
    "0 0 0 29 2 * 2096-2104", "0 0 31 1,2 *",
  ])
  func `what fires seldom is accepted, and fires`(text: String) throws {
    let times = FireTimes(try Schedule(crontab: text), in: .utc)
    #expect(times.next(after: .epoch) != nil)
    #expect(times.previous(before: .latest) != nil)
  }

  @Test(arguments: [
    ("@Daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@HOURLY", "0 * * * *"),
    ("@weekly", "0 0 * * 0"), ("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"), ("@every_minute", "* * * * *"), (" @daily ", "0 0 * * *"),
    ("\t5\t4 * *   7 ", "5 4 * * 0"), ("5/10 * * * *", "5,15,25,35,45,55 * * * *"),
    ("0 22-2 * * *", "0 22,23,0,1,2 * * *"), ("0 0 * * fri-mon", "0 0 * * 5,6,0,1"),
    ("0 22-4/2 * * *", "0 22,0,2,4 * * *"), ("0 0 * * 5-0", "0 0 * * 0,5,6"),
    ("0 0 * * sat-sun", "0 0 * * 0,6"), ("0 0 * * 7-2", "0 0 * * 0,1,2"),
    ("0 0 * * 1-7", "0 0 * * 0-6"), ("0 0 * NOV-feb *", "0 0 * 11,12,1,2 *"),
    ("0 0 25-3 * *", "0 0 1-3,25-31 * *"), ("005 * * * *", "5 * * * *"),
    ("0-59/70 0 * * *", "0 0 * * *"), ("0 0 lw * 5l", "0 0 LW * FRIL"),
    ("0 0 L-3w * *", "0 0 l-3W * *"),
    ("0 0 ? * FRI#2,fri#L", "0 0 ? * 5#2,5L"), ("0 0 ? * MON-WED#1", "0 0 ? * 1#1,2#1,3#1"),
    ("0 0 0 1 1 * 2024-2030/3", "0 0 0 1 1 * 2024,2027,2030"), ("0 0 * * 0-7", "0 0 * * 0-6"),
  ])
  func `two ways to say the same are equal`(left: String, right: String) throws {
    #expect(try Schedule(crontab: left) == Schedule(crontab: right))
  }

  @Test(arguments: [
    ("*/60 * * * *", "0 * * * *"), ("*/2 * * * *", "0-59/2 * * * *"), ("* * ? * *", "* * 1-31 * *"),
    ("* * * * *", "0-59 * * * *"),
  ])
  func `a star is remembered`(left: String, right: String) throws {
    #expect(try Schedule(crontab: left) != Schedule(crontab: right))
  }

  @Test(arguments: [
    ("@dayly", 0, 6, "@daily"), (" @rebot", 1, 6, "@reboot"), ("@x", 0, 2, nil),
    ("@Weekyl", 0, 7, "@weekly"), ("@every5m", 0, 8, "@every"),
  ])
  func `a misspelt macro gets the nearest one`(
    text: String, offset: Int, length: Int, suggestion: String?
  ) {
    let error = #expect(throws: CronSyntaxError.self) { try Schedule(crontab: text) }
    #expect(error?.offset == offset && error?.length == length && error?.suggestion == suggestion)
  }

  @Test(arguments: [
    ("@every", 6, 0), ("@every  5x", 9, 1), ("@every 0s", 7, 2), ("@daily 5", 7, 1),
    ("@every 5m x", 8, 3),
  ])
  func `a macro's argument is checked at its place`(text: String, offset: Int, length: Int) {
    let error = #expect(throws: CronSyntaxError.self) { try Schedule(crontab: text) }
    #expect(
      error?.offset == offset && error?.length == length, "\(text): \(String(describing: error))")
  }

  @Test func `no bytes trap the parser`() {
    var random = SplitMix64(state: 11)
    let alphabet = Array("0123456789**//--,,##LWw?lHh~@ \t\u{0}٥monfrijaneveryPTsmhd+;.".utf8)
    for _ in 0..<20_000 {
      let length = Int.random(in: 0...24, using: &random)
      let bytes = (0..<length).map { _ in alphabet.randomElement(using: &random)! }
      let text = String(decoding: bytes, as: UTF8.self)
      do throws(CronSyntaxError) {
        let times = FireTimes(try Schedule(crontab: text), in: .utc)
        _ = times.next(after: .epoch)
        _ = times.previous(before: .epoch)
        _ = times.schedule.description
      } catch {
        #expect(error.offset >= 0 && error.length >= 0, "\(text.debugDescription)")
        #expect(error.offset + error.length <= text.utf8.count, "\(text.debugDescription) \(error)")
      }
    }
  }

  @Test(arguments: ["0 0 * * L", "0 0 ? * l", "0 0 * * mon,L"])
  func `a bare L of the week says what goes with it`(text: String) {
    let error = #expect(throws: CronSyntaxError.self) { try CronExpression(text) }
    #expect(error?.message.contains("alone is no day of the week") == true)
    #expect(error?.expected?.contains("5L") == true)
  }

  @Test func `an expression is small`() {
    #expect(MemoryLayout<CronExpression>.size <= 48)
  }
}
