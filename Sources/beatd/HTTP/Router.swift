// SPDX-License-Identifier: Apache-2.0

import BeatAPI

/// A table of routes: which closure answers a method on a path.
struct Router: Sendable {
  /// Answers a request whose ``HTTPRequest/parameters`` are filled in.
  typealias Handler = @Sendable (HTTPRequest) async throws -> HTTPResponse

  private var rows: [(route: APIRoute, template: [APIRoute.Part], handler: Handler)] = []

  /// Adds a row; a later row of the same route is never reached.
  mutating func on(_ route: APIRoute, _ handler: @escaping Handler) {
    rows.append((route, route.template, handler))
  }

  /// Answers with what the row's closure says: a ``Problem`` that it throws as itself, any other
  /// error as status 500; 404 for a path and 405 for a method that is not in the table.
  func answer(_ request: HTTPRequest) async -> HTTPResponse {
    var allowed: [String] = []
    for row in rows {
      guard let parameters = Self.match(row.template, request.target.segments) else { continue }
      guard row.route.method == request.method else {
        allowed.append(row.route.method)
        continue
      }
      var routed = request
      routed.parameters = parameters
      return await Self.carryOut(row.handler, routed)
    }
    guard allowed.isEmpty else { return Self.refusal(of: request.method, allowed: allowed) }
    return HTTPResponse(
      Problem(
        404, .request, "there is no such path",
        hint: "beatctl and beatd may be of different versions: see `beatctl version`"))
  }

  private static func carryOut(_ handler: Handler, _ request: HTTPRequest) async -> HTTPResponse {
    do {
      return try await handler(request)
    } catch let problem as Problem {
      return HTTPResponse(problem)
    } catch let error as APIMessageError {
      return HTTPResponse(Problem(400, .request, error.message))
    } catch {
      return HTTPResponse(Problem(500, .state, "\(error)"))
    }
  }

  private static func refusal(of method: String, allowed: [String]) -> HTTPResponse {
    let list = allowed.joined(separator: ", ")
    var response = HTTPResponse(
      Problem(405, .request, "\(method.prefix(20)) is not answered here: use \(list)"))
    response.headers.append(("Allow", list))
    return response
  }

  /// The parameters of a path that fits the template, or nil.
  private static func match(_ template: [APIRoute.Part], _ segments: [String]) -> [String]? {
    guard template.count == segments.count else { return nil }
    var parameters: [String] = []
    for (part, segment) in zip(template, segments) {
      switch part {
      case .literal(let text): guard text == segment else { return nil }
      case .parameter: parameters.append(segment)
      }
    }
    return parameters
  }
}
