// SPDX-License-Identifier: Apache-2.0

import CronParser
import Testing

@testable import Scheduler

struct ProcessPlanTests {
  private let account = Account(name: "ada", home: "/home/ada")

  private func plan(
    _ work: Work, _ surroundings: Surroundings = Surroundings()
  ) throws -> ProcessPlan {
    let order = order(work) { $0.surroundings = surroundings }
    return try #require(ProcessPlan(order, account: account))
  }

  @Test func `the environment is built and holds nothing else`() throws {
    let plan = try plan(.command("true", input: nil))
    #expect(
      plan.environment == [
        "SHELL=/bin/sh", "HOME=/home/ada",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LOGNAME=ada",
        "USER=ada", "BEAT_JOB=a-job", "BEAT_RUN_ID=t-1",
        "BEAT_SCHEDULED_FOR=2027-01-15T08:00:00.123Z", "BEAT_ATTEMPT=1", "BEAT_TRIGGER=schedule",
      ])
    #expect(plan.directory == "/home/ada")
    #expect(plan.arguments == ["/bin/sh", "-c", "true"])
    #expect(plan.programs == ["/bin/sh"])
  }

  @Test func `a job sets what it likes but who it is and which run`() throws {
    var surroundings = Surroundings()
    surroundings.environment = [
      EnvironmentVariable(name: "A", value: "1"), EnvironmentVariable(name: "HOME", value: "/srv"),
      EnvironmentVariable(name: "LOGNAME", value: "eve"),
      EnvironmentVariable(name: "USER", value: "eve"),
      EnvironmentVariable(name: "BEAT_RUN_ID", value: "mine"),
      EnvironmentVariable(name: "A", value: "2"),
      EnvironmentVariable(name: "PATH", value: "/p::/q"),
    ]
    let plan = try plan(.exec(["tool", "x"], input: nil), surroundings)
    #expect(plan.environment.contains("A=2") && !plan.environment.contains("A=1"))
    #expect(plan.environment.contains("LOGNAME=ada") && plan.environment.contains("USER=ada"))
    #expect(plan.environment.contains("BEAT_RUN_ID=t-1"))
    #expect(plan.directory == "/srv")
    #expect(plan.programs == ["/p/tool", "./tool", "/q/tool"])
    #expect(plan.arguments == ["tool", "x"])
  }

  @Test func `a relative directory begins at the home directory`() throws {
    var surroundings = Surroundings()
    surroundings.directory = "work"
    surroundings.shell = "/bin/bash"
    let plan = try plan(.command("true", input: nil), surroundings)
    #expect(plan.directory == "/home/ada/work")
    #expect(plan.arguments[0] == "/bin/bash")
    #expect(plan.environment.contains("SHELL=/bin/bash"))
  }

  @Test func `a user without a home starts at the root`() throws {
    let nobody = Account(name: "nobody", home: "/nonexistent")
    let order = order(.command("true", input: nil)) { $0.surroundings.directory = nil }
    let plan = try #require(ProcessPlan(order, account: nobody))
    #expect(plan.directory == "/")
    #expect(plan.environment.contains("HOME=/nonexistent"))
  }

  @Test func `of variables the file's win over the job's, and those over what is inherited`() throws
  {
    let variable = { EnvironmentVariable(name: $0, value: $1) }
    let order = order(.command("true", input: nil)) {
      $0.surroundings.environment = [variable("A", "job"), variable("B", "job")]
    }
    let outside = OutsideVariables(
      inherited: ["PATH", "A", "B", "C", "USER"].map { variable($0, "daemon") },
      file: [variable("A", "file"), variable("BEAT_JOB", "file")])
    let plan = try #require(ProcessPlan(order, account: account, outside: outside))
    for line in ["PATH=daemon", "A=file", "B=job", "C=daemon", "USER=ada", "BEAT_JOB=a-job"] {
      #expect(plan.environment.contains(line))
    }
  }

  @Test func `a task and an empty command are no process`() {
    #expect(ProcessPlan(order(.task(name: "t", payload: "{}")), account: account) == nil)
    #expect(ProcessPlan(order(.exec([], input: nil)), account: account) == nil)
  }
}
