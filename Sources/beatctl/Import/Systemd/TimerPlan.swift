// SPDX-License-Identifier: Apache-2.0

import CronParser

/// When a timer elapses (systemd.timer(5)), as Beat says it.
struct TimerPlan {
  /// One schedule of a timer.
  struct Schedule {
    /// `cron`, `every` or `every-after`.
    let key: String
    var text = ""
    var zone: String?
    var remark: String?
    var changes: [String] = []
    var losses: [String] = []
    /// Why there is no such schedule.
    var refusal: String?

    /// Gives a job the schedule.
    func apply(to job: inout ImportedJob) {
      if let refusal {
        _ = job.refuse(refusal)
      } else {
        job.options.insert(
          ImportedOption(
            key: key, value: .string(text), remark: remark, weight: .essential), at: 0)
      }
      if let zone { job.set("timezone", .string(zone), weight: .essential) }
      for change in changes { job.remark(change) }
      for loss in losses { job.lose(loss) }
    }
  }

  private(set) var schedules: [Schedule] = []
  private let isPersistent: Bool
  private var options: [(key: String, value: String)] = []
  private var changes: [String] = []
  private var losses: [String] = []

  /// Takes what a timer says of time out of its settings.
  init(_ timer: inout UnitFile, isZone: (String) -> Bool) {
    isPersistent = timer.takeFlag("Timer", "Persistent") ?? false
    for text in timer.takeAll("Timer", "OnCalendar") {
      schedules.append(Self.calendar(text, isZone: isZone))
    }
    addIntervals(&timer)
    if schedules.isEmpty {
      schedules.append(Schedule(key: "cron", refusal: "the timer names no time"))
    }
    takeOptions(&timer)
  }

  /// Gives a job what the timer says beside its schedules.
  func apply(to job: inout ImportedJob, isCalendar: Bool, isFirst: Bool) {
    for option in options { job.set(option.key, .string(option.value)) }
    if isCalendar {
      job.set(
        "catch-up", .string(isPersistent ? "latest" : "skip"),
        remark: isPersistent ? "Persistent=yes" : "the timer is not Persistent=")
    }
    guard isFirst else { return }
    for change in changes { job.remark(change) }
    for loss in losses { job.lose(loss) }
  }

  // MARK: By the calendar

  private static func calendar(_ text: String, isZone: (String) -> Bool) -> Schedule {
    var schedule = Schedule(key: "cron", remark: "OnCalendar=\(text)")
    do {
      let event = try CalendarEvent(text, isZone: isZone)
      schedule.zone = event.zone
      schedule.text = try event.cron()
    } catch let reason as CalendarEvent.Unsayable {
      schedule.refusal = "OnCalendar=\(text): \(reason.message)"
    } catch {
      schedule.refusal = "OnCalendar=\(text) is no calendar event"
    }
    return schedule
  }

  // MARK: By intervals

  private mutating func addIntervals(_ timer: inout UnitFile) {
    var starts: [(key: String, text: String)] = []
    for key in ["OnBootSec", "OnStartupSec", "OnActiveSec"] {
      for text in timer.takeAll("Timer", key) { starts.append((key, text)) }
    }
    let before = schedules.count
    for text in timer.takeAll("Timer", "OnUnitActiveSec") {
      var schedule = Self.interval("every", "OnUnitActiveSec", text)
      schedule.changes.append(
        "OnUnitActiveSec=\(text) counts from the last start; Beat keeps a fixed rate")
      schedules.append(schedule)
    }
    for text in timer.takeAll("Timer", "OnUnitInactiveSec") {
      schedules.append(Self.interval("every-after", "OnUnitInactiveSec", text))
    }
    if schedules.count > before {
      for start in starts {
        schedules[before].changes.append(
          "\(start.key)=\(start.text): Beat does not begin anew at a boot, it goes on counting")
      }
    } else {
      schedules += starts.map(Self.boot)
    }
  }

  private static func interval(_ key: String, _ name: String, _ text: String) -> Schedule {
    guard let span = UnitTimeSpan.parse(text), span > .zero else {
      return Schedule(key: key, refusal: "\(name)=\(text) is no length of time")
    }
    return Schedule(key: key, text: span.text, remark: "\(name)=\(text)")
  }

  /// A start once a boot.
  private static func boot(_ start: (key: String, text: String)) -> Schedule {
    let setting = "\(start.key)=\(start.text)"
    var schedule = Schedule(key: "cron", text: "@reboot", remark: setting)
    guard let span = UnitTimeSpan.parse(start.text) else {
      schedule.refusal = "\(setting) is no length of time"
      return schedule
    }
    if span > .zero {
      schedule.losses.append("\(setting): the delay; Beat starts the job when it starts itself")
    }
    if start.key != "OnBootSec" {
      schedule.changes.append("\(start.key)= also counts from a later start of the timer")
    }
    return schedule
  }

  // MARK: Other settings

  private mutating func takeOptions(_ timer: inout UnitFile) {
    if let text = timer.take("Timer", "RandomizedDelaySec") {
      if let span = UnitTimeSpan.parse(text) {
        if span > .zero { options.append(("jitter", span.text)) }
      } else {
        losses.append("RandomizedDelaySec=\(text) is no length of time")
      }
    }
    if let text = timer.take("Timer", "AccuracySec") {
      changes.append("AccuracySec=\(text): Beat starts jobs at their instant")
    }
    _ = timer.take("Timer", "RemainAfterElapse")
    for (key, why) in [
      ("FixedRandomDelay", "Beat's delay is another for each run"),
      ("WakeSystem", "Beat wakes no machine"),
      ("OnClockChange", "no schedule of Beat's begins with that"),
      ("OnTimezoneChange", "no schedule of Beat's begins with that"),
    ] where timer.takeFlag("Timer", key) == true {
      losses.append("\(key)=yes: \(why)")
    }
  }
}
