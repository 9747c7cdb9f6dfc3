// SPDX-License-Identifier: Apache-2.0

/// Lines of the vector files that bind but should not hold for Beat, each under the rule that
/// overrides it.
public let vectorExceptions: [String: String] = {
  var all: [String: String] = [:]
  for (rule, lines) in exceptionsByRule {
    for line in lines { all[line] = rule }
  }
  return all
}()

private let exceptionsByRule: [(rule: String, lines: [String])] = [
  (
    "CRONTAB.md A: Sunday is 0 and 7, never 1",
    [
      "zslayton-same-0100"  // @weekly
    ]
  ),
  (
    "DESIGN.md section 3, Intervals: instants are anchored at the epoch, not at the start",
    [
      "robfig-next-0110",  // @every 15m
      "robfig-next-0111",  // @every 15m
      "robfig-next-0116",  // @every 25h44m24s
    ]
  ),
  (
    "DESIGN.md section 3: an expression that can never fire is an error",
    [
      "ccronexpr-next-0060",  // 0 0 0 31 6 *
      "cron-utils-next-0229",  // 0 0 31 2 *
      "cron-utils-valid-0416",  // 0 0 30 2 *
      "croner-next-0123",  // 0 0 30W 2 *
      "croner-next-0125",  // 0 0 31W 4 *
      "croner-next-0160",  // 0 0 31 2 *
      "croner-next-0162",  // 0 0 31 4 *
      "croner-valid-0122",  // 0 0 30W 2 *
      "croner-valid-0124",  // 0 0 31W 4 *
      "croner-valid-0161",  // 0 0 31 4 *
      "croniter-next-0085",  // * * 31 2 *
      "croniter-next-0112",  // 0 0 31 2 *
      "croniter-next-0113",  // 0 0 30 2 *
      "croniter-valid-0014",  // 0 0 31 2 *
      "k8s-next-0012",  // 59 23 31 2 *
      "k8s-valid-0016",  // 59 23 31 2 *
      "robfig-next-0069",  // 0 0 0 30 Feb ?
      "robfig-next-0070",  // 0 0 0 31 Apr ?
    ]
  ),
  (
    "DESIGN.md section 3: ? stands in the day fields only",
    [
      "croner-next-0479",  // 59 * ? ? ? ?
      "croner-next-0481",  // ? * ? ? ? ?
      "croner-next-0483",  // * * ? ? ? ?
      "croner-next-0485",  // * ? ? ? ? ?
      "croner-next-0553",  // ? * * * * *
      "croner-next-0555",  // 0 ? * * * *
      "croner-next-0557",  // 0 0 ? * * *
      "croner-next-0562",  // 0 0 12 1 ? *
      "croner-next-0568",  // 0 0 12 1 1 * ?
      "croner-next-0571",  // ? ? ? ? ? ?
      "croner-next-0573",  // ? 30 * * * MON
      "croner-next-0576",  // 0 0 12 1-5 ? *
      "croner-next-0579",  // 0 ?/15 * * * *
      "croner-next-0590",  // 0 0 0 * ? *
      "croner-valid-0566",  // 0 0 12 1 1 * ?
      "gronx-match-0153",  // * ? * ? * *
      "gronx-match-0155",  // * * ? * * * */2
      "gronx-next-0154",  // * ? * ? * *
      "gronx-next-0156",  // * * ? * * * */2
    ]
  ),
  (
    "DESIGN.md section 3 has no + before the weekday; CRONTAB.md A: +5 is junk",
    [
      "croner-match-0283",  // 0 0 0 15 * +MON
      "croner-match-0284",  // 0 0 0 15 * +MON
      "croner-match-0285",  // 0 0 0 15 * +MON
      "croner-match-0286",  // 0 0 0 15 * +MON
      "croner-next-0316",  // 0 0 13 * +FRI
      "croner-next-0318",  // 0 0 L * +FRI
      "croner-next-0585",  // 0 12 1 * +?
      "croner-next-0586",  // 0 12 1 * +*
      "croner-valid-0282",  // 0 0 0 15 * +MON
      "croner-valid-0315",  // 0 0 13 * +FRI
      "croner-valid-0317",  // 0 0 L * +FRI
      "croner-valid-0583",  // 0 12 1 * +?
      "croner-valid-0584",  // 0 12 1 * +*
    ]
  ),
  (
    "DESIGN.md section 3: years are 1970 to 2199",
    [
      "croner-valid-0306"  // 0 0 0 1 1 * 1-9999/2
    ]
  ),
  (
    "SpreadSeed: H is drawn from FNV-1a and SplitMix64, not from Java's Random or its stubs",
    [
      "jenkins-next-0051",  // H H(12-13) * * *, seed stuff
      "jenkins-expand-0052",  // H H(5-8) H/3 H(1-10)/4 *, a stub that draws n-1
      "jenkins-expand-0053",  // H H(5-8) H/3 H(1-10)/4 *, a stub that draws 1
    ]
  ),
  (
    "DESIGN.md section 3: an expression is one line of five to seven fields",
    [
      "jenkins-expand-0054"  // two lines
    ]
  ),
  (
    "DESIGN.md section 3: both day fields may be restricted, or none; ? is not demanded",
    [
      "cron-utils-valid-0013",  // 0 30 17 4 1 * 2016
      "cron-utils-valid-0036",  // 0/1 * * * * *
      "quartz-valid-0158",  // 0 0 * * * *
    ]
  ),
  (
    "DESIGN.md section 3: L in the day-of-week field follows a weekday, as in 5L",
    [
      "cron-utils-next-0049",  // 0 0 0 ? * L *
      "cron-utils-valid-0048",  // 0 0 0 ? * L *
    ]
  ),
]
