// SPDX-License-Identifier: Apache-2.0

public import CronParser

/// A definition of a job as text, so that it can be kept and read again.
///
/// The text is TOML in the words of job files, a line for each key:
///
///     name = "backup"
///     cron = "30 3 * * *"
///     timezone = "Europe/Berlin"
///     command = "pg_dump app | gzip > app.sql.gz"
///     timeout = "1h"
///     source = { file = "/etc/beat/schedules/app.toml", line = 12 }
///
/// 1. It is canonical: equal jobs have equal texts, in every process and on every machine.
/// 2. What it says is what stood: defaults of a file, of the daemon and of the kind of file are
///    worked out, paths are whole, and what `H` and `~` came to is in it.
/// 3. `parse(render(job)) == job` for every job that a schedule file can define, as long as its
///    time zone has the same rules.
///
/// What is at the default of a job file is left out. Beside the words of job files there are
/// `name`; `schedule`, the schedule's text for people where the other keys do not give it;
/// `cron-image`, an expression that its text alone does not give; and `source`. `environment` is a
/// list of `NAME=VALUE`, as its order and repeats count, and `with` is JSON text.
public enum DefinitionText {
  /// The job as text.
  ///
  /// Whoever writes many uses one ``DefinitionWriter``.
  public static func render(_ job: Job) -> String {
    var writer = DefinitionWriter()
    _ = writer.write(job)
    return writer.text
  }

  /// The job of a text.
  ///
  /// - Parameters:
  ///   - text: What ``render(_:)`` gave, perhaps in another version of this program.
  ///   - zones: Where the job's time zone is found.
  ///   - defaultZone: The daemon's own zone: taken where the job's has its name, since it may be
  ///     one that no file is called by.
  /// - Returns: A job that is equal to the one that was rendered.
  /// - Throws: ``DefinitionTextError`` at the first fault.
  public static func parse(
    _ text: String, zones: ZoneDirectory, defaultZone: Zone
  ) throws(DefinitionTextError) -> Job {
    var reader = DefinitionReader(LoadContext(defaultZone: defaultZone, zones: zones))
    return try reader.read(text)
  }
}
