// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import Testing

@Suite struct RouteTests {
  @Test func `a job's name is one part of the path whatever it holds`() {
    #expect(
      APIRoute.trigger.target(["crontab/back up?&ü"])
        == "/v1/jobs/crontab%2Fback%20up%3F%26%C3%BC/trigger")
    #expect(
      APIRoute.runs.target(query: [("job", "a/b"), ("limit", "5")]) == "/v1/runs?job=a%2Fb&limit=5")
    #expect(APIRoute.pauseAll.target() == "/v1/pause")
  }

  @Test func `no two routes have the same shape`() {
    var seen: Set<String> = []
    for route in APIRoute.allCases {
      let shape = route.template.map { part in
        if case .literal(let text) = part { text } else { "{}" }
      }
      #expect(seen.insert("\(route.method) \(shape)").inserted)
    }
  }

  @Test func `percent-encoding is strict and comes back`() {
    for text in ["", "plain", "a b/c?d#e%f", "日本", "a+b"] {
      #expect(PercentEncoding.decode(PercentEncoding.encode(text)) == text)
    }
    for text in ["%", "%4", "%GG", "%FF", "a%00", "%0a", "%C3", "%7F"] {
      #expect(PercentEncoding.decode(text) == nil)
    }
  }

  @Test func `the socket is where only its owner can put it`() {
    func path(_ uid: UInt32, _ environment: [String: String], _ folders: Set<String> = [])
      -> String?
    {
      SocketPath.standard(uid: uid, environment: environment) { folders.contains($0) }
    }
    #expect(path(0, ["XDG_RUNTIME_DIR": "/x"]) == "/run/beat/beatd.sock")
    #expect(path(1, ["XDG_RUNTIME_DIR": "/x"]) == "/x/beat/beatd.sock")
    #expect(path(1, ["XDG_RUNTIME_DIR": "x", "HOME": "/h"]) == "/h/.local/state/beat/beatd.sock")
    #expect(path(1, ["HOME": "/h"], ["/run/user/1"]) == "/run/user/1/beat/beatd.sock")
    #expect(path(1, [:]) == nil)
    #expect(path(1, ["BEAT_SOCKET": "/s"]) == "/s")
  }
}
