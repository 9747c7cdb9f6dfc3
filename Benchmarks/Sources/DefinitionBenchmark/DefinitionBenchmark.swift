// SPDX-License-Identifier: Apache-2.0

import CronParser
import Scheduler

/// Times what it costs to write jobs' definitions as text with their fingerprints, and to read them
/// again, beside the reading of the crontab that they come from.
///
/// Lines: name, jobs, nanoseconds a job, the limit's, the ratio; the best of five rounds.
///
/// Usage: DefinitionBenchmark [JOBS]
@main struct DefinitionBenchmark {
  static func main() throws {
    let arguments = CommandLine.arguments
    let count = max(10, arguments.count > 1 ? Int(arguments[1]) ?? 100_000 : 100_000)
    let context = LoadContext(defaultZone: .utc, zones: ZoneDirectory())
    let file = crontab(count)
    var jobs: [Job] = []
    let load = best { jobs = ScheduleSet.load(files: [file], context: context).jobs }
    guard jobs.count == count else { fatalError("\(jobs.count) of \(count) jobs were read") }

    var writer = DefinitionWriter()
    var sum: Int64 = 0
    let write = best { for job in jobs { sum &+= writer.write(job).rawValue } }
    var texts: [String] = []
    let render = best {
      texts = jobs.map { job in
        sum &+= writer.write(job).rawValue
        return writer.text
      }
    }
    let some = min(count, 20_000)
    let parse = try best {
      for text in texts.prefix(some) {
        let job = try DefinitionText.parse(text, zones: context.zones, defaultZone: .utc)
        sum &+= Int64(job.scheduleText.utf8.count)
      }
    }
    report("definition, fingerprint alone", count, write, limit: load)
    report("definition, text and fingerprint", count, render, limit: load)
    report("definition, read again", some, parse, limit: load * Double(some) / Double(count))
    print("bytes a text: \(texts.reduce(0) { $0 + $1.utf8.count } / count), checksum \(sum)")
  }

  private static func crontab(_ count: Int) -> ScheduleFile {
    var text = "SHELL=/bin/bash\nMAILTO=ops@example.org\nPATH=/usr/local/bin:/usr/bin:/bin\n"
    for number in 0..<count {
      text += "\(number % 60) \(number % 24) * * \(number % 7) /usr/local/bin/job\(number) --all\n"
    }
    return ScheduleFile(
      path: "/etc/beat/schedules/app.cron", relativeName: "app.cron", kind: .crontab,
      bytes: Array(text.utf8))
  }

  private static func best(of rounds: Int = 5, _ body: () throws -> Void) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<rounds {
      let time = try ContinuousClock().measure(body)
      best = min(best, time / .nanoseconds(1))
    }
    return best
  }

  private static func report(_ name: String, _ count: Int, _ time: Double, limit: Double) {
    let figure = time / Double(count)
    let other = limit / Double(count)
    let ratio = (time / limit * 100).rounded() / 100
    print("\(name)\t\(count)\t\(Int(figure)) ns\treading \(Int(other)) ns\t\(ratio)")
  }
}
