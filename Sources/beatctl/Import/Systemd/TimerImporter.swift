// SPDX-License-Identifier: Apache-2.0

import CronParser

/// Turns systemd's timers, with the services that they start, into jobs.
struct TimerImporter {
  private let library: FileLibrary
  private let manager: UnitManager
  private let zones: ZoneDirectory
  private(set) var file: ImportedFile

  init(
    library: FileLibrary, manager: UnitManager, zones: ZoneDirectory, file: ImportedFile
  ) {
    self.library = library
    self.manager = manager
    self.zones = zones
    self.file = file
  }

  /// Adds a timer, or all timers of a folder; a service is left to the timer that starts it.
  mutating func add(_ path: String) throws(Failure) {
    if let names = library.list(path) {
      let timers = names.filter { $0.hasSuffix(".timer") }
      if timers.isEmpty { throw Failure(.failed, "there is no timer in \(path)") }
      for name in timers { addTimer("\(path)/\(name)") }
    } else if path.hasSuffix(".timer") {
      guard library.read(path) != nil else { throw Failure(.failed, "cannot read \(path)") }
      addTimer(path)
    } else if !path.hasSuffix(".service") {
      throw Failure.usage("\(path) is no timer", hint: "expected FILE.timer, or a folder of timers")
    } else if library.read(path) == nil {
      throw Failure(.failed, "cannot read \(path)")
    }
  }

  private mutating func addTimer(_ path: String) {
    let name = ImportSource.name(of: path)
    let specifiers = UnitSpecifiers(unit: name, path: path, manager: manager)
    guard !name.hasSuffix("@.timer") else {
      return file.lose("a template: import its instances, such as NAME@INSTANCE.timer", at: name)
    }
    guard var timer = read(name, in: ImportSource.folder(of: path)) else {
      return file.lose("cannot be read", at: name)
    }
    guard !timer.settings.isEmpty else {
      return file.remark("empty or masked, and was passed over", at: name)
    }
    let base = String(name.dropLast(".timer".count))
    var plan = TimerPlan(&timer, isZone: { zone in (try? zones.zone(named: zone)) != nil })
    let target = timer.take("Timer", "Unit").map { specifiers.expand($0).text }
    var job = ImportedJob(origin: name, name: base)
    let unit = timer.take("Unit", "Description")
    setDescription(unit.map { specifiers.expand($0).text }, &job)
    setWork(target ?? "\(base).service", folder: ImportSource.folder(of: path), &job)
    timer.loseRest(into: &job)
    add(job, by: &plan)
  }

  /// One job for each schedule of a timer.
  private mutating func add(_ job: ImportedJob, by plan: inout TimerPlan) {
    var first = true
    for schedule in plan.schedules {
      var own = job
      if !first { own.notes = [] }
      schedule.apply(to: &own)
      plan.apply(to: &own, isCalendar: schedule.key == "cron", isFirst: first)
      if plan.schedules.count > 1, first {
        own.remark("the timer has \(plan.schedules.count) schedules, and each became a job")
      }
      if schedule.key == "cron", schedule.refusal == nil { setDaylightRule() }
      file.jobs.append(own)
      first = false
    }
  }

  /// systemd leaves out a time that the clocks skip, and takes the first of one that comes twice.
  private mutating func setDaylightRule() {
    guard !file.defaults.contains(where: { $0.key == "dst" }) else { return }
    file.defaults.append(
      ImportedOption(
        key: "dst",
        value: .table([
          .init(key: "gap", value: .string("skip")), .init(key: "fold", value: .string("first")),
        ]),
        remark: "systemd's rule", weight: .nicety))
  }

  // MARK: Units

  private func setDescription(_ text: String?, _ job: inout ImportedJob) {
    if let text { job.set("description", .string(text)) }
  }

  private func setWork(_ unit: String, folder: String, _ job: inout ImportedJob) {
    guard unit.hasSuffix(".service") else {
      _ = job.refuse("it starts \(unit), which is no service")
      return
    }
    guard var service = read(unit, in: folder) else {
      _ = job.refuse("there is no \(unit) beside the timer")
      return
    }
    let specifiers = UnitSpecifiers(unit: unit, path: "\(folder)/\(unit)", manager: manager)
    ServiceWork(specifiers: specifiers).apply(&service, to: &job)
  }

  /// A unit's file, else its template's, and then its drop-ins.
  private func read(_ name: String, in folder: String) -> UnitFile? {
    var names = [name]
    if let at = name.firstIndex(of: "@"), let dot = name.lastIndex(of: "."), at < dot {
      names.append(String(name[...at] + name[dot...]))
    }
    guard let own = names.first(where: { library.read("\(folder)/\($0)") != nil }),
      let bytes = library.read("\(folder)/\(own)")
    else { return nil }
    var unit = UnitFile()
    unit.add(bytes)
    for name in names.reversed() {
      let place = "\(folder)/\(name).d"
      for dropIn in (library.list(place) ?? []).filter({ $0.hasSuffix(".conf") }) {
        if let bytes = library.read("\(place)/\(dropIn)") { unit.add(bytes) }
      }
    }
    return unit
  }
}

extension UnitFile {
  /// Says of every setting that is left that it was not carried over.
  mutating func loseRest(into job: inout ImportedJob) {
    for value in takeAll("Unit", "Documentation") {
      let comment = "Documentation: \(value)"
      if !job.comments.contains(comment) { job.comments.append(comment) }
    }
    for key in ["WantedBy", "RequiredBy"] { _ = takeAll("Install", key) }
    var told: Set<String> = []
    for setting in settings where !setting.value.isEmpty {
      let text = "\(setting.key)=\(setting.value)"
      if told.insert(text).inserted { job.lose(Self.explained(setting.key, text)) }
    }
  }

  private static func explained(_ key: String, _ text: String) -> String {
    switch key {
    case "OnFailure", "OnSuccess":
      "\(text) (see the options `on-failure` and `on-success`)"
    case "Restart", "RestartSec", "StartLimitBurst", "StartLimitIntervalSec":
      "\(text) (see the option `retries`)"
    case _ where key.hasPrefix("Limit"): "\(text) (see the option `limits`)"
    case "After", "Before", "Wants", "Requires", "BindsTo", "PartOf", "Requisite", "Conflicts":
      "\(text) (Beat does not know other units)"
    default: text
    }
  }
}
