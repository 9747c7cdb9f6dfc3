// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Scheduler

@Suite struct CommandSlugTests {
  private func slug(_ command: String) -> String {
    var bytes: [UInt8] = []
    CommandSlug.append(of: command, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test(
    arguments: [
      ("/usr/bin/backup", "backup"),
      ("backup.sh", "backup-sh"),
      ("/usr/bin/pg_dump app | gzip > app.gz", "pg-dump-app"),
      ("php /srv/app/artisan schedule:run >> /dev/null 2>&1", "php-artisan-schedule-run"),
      ("cd / && run-parts --report /etc/cron.hourly", "run-parts-report-cron-hourly"),
      ("[ -x /opt/a/update.sh ] && /opt/a/update.sh", "update-sh"),
      (
        "test -x /usr/sbin/anacron || { cd / && run-parts --report /etc/cron.daily; }",
        "run-parts-report-cron-daily"
      ),
      ("if [ -x /usr/bin/mailman ]; then /usr/bin/mailman notify; fi", "mailman-notify"),
      ("SERVICE_MODE=1 /sbin/e2scrub_all -A -r", "e2scrub-all-a-r"),
      ("PATH=\"$PATH:/usr/local/bin/\" pihole flush once quiet", "pihole-flush-once-quiet"),
      ("sleep 30 && /usr/bin/quota.sh", "quota-sh"),
      ("sleep 5", "sleep-5"),
      ("cd /tmp", "cd-tmp"),
      ("true", "true"),
      ("Backup  NOW", "backup-now"),
      ("a 2>&1 b", "a"),
      ("a >b 2>&1; c", "a"),
      ("/", "job"), ("", "job"), ("...", "job"), ("é", "job"), ("&&", "job"), ("a=1", "job"),
      ("/usr/bin/", "bin"), ("a//", "a"),
      ("timeout 30m /usr/local/bin/php x", "timeout-30m-php-x"),
      (
        "one two three four five six seven eight nine ten",
        "one-two-three-four-five-six-seven-eight"
      ),
      (
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      ),
      ("x aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa y", "x"),
    ])
  func `a command is named by its program and the words after it`(command: String, name: String) {
    #expect(slug(command) == name)
  }

  @Test func `what stands before in the buffer stays`() {
    var bytes = Array("file/".utf8)
    CommandSlug.append(of: "cd / && x", to: &bytes)
    #expect(String(decoding: bytes, as: UTF8.self) == "file/x")
  }
}
