// SPDX-License-Identifier: Apache-2.0

import BeatAPI
import CCurl
import Glibc

/// HTTP over the control socket, through libcurl; one connection for all requests.
@safe final class CurlClient: Daemon {
  /// Seconds for an answer: longer than the longest that a request is held.
  private static let patience = APIRoute.longestWaitSeconds + 20
  private let handle: UnsafeMutableRawPointer
  private let socket: String

  /// A client; nothing is sent yet.
  init(socket: String) throws(Failure) {
    guard curl_global_init(Int(CURL_GLOBAL_NOTHING)) == CURLE_OK,
      let handle = unsafe curl_easy_init()
    else { throw Failure(.failed, "libcurl cannot be set up") }
    unsafe self.handle = handle
    self.socket = socket
  }

  deinit { unsafe curl_easy_cleanup(handle) }

  func send(_ method: String, _ target: String, body: [UInt8]?) throws -> [UInt8] {
    let answer = Answer()
    let code = try perform(method, target, body, into: answer)
    guard code == CURLE_OK else { throw failure(code) }
    let status = unsafe ccurl_get_long(handle, CURLINFO_RESPONSE_CODE)
    guard (200..<300).contains(status) else {
      guard let problem = try? APICoder.decode(Problem.self, from: answer.bytes) else {
        throw Failure(
          .failed, "\(socket) answers with HTTP status \(status) and no explanation",
          hint: "is it beatd that listens there?")
      }
      throw problem
    }
    return answer.bytes
  }

  /// What comes back.
  private final class Answer { var bytes: [UInt8] = [] }

  private func perform(
    _ method: String, _ target: String, _ body: [UInt8]?, into answer: Answer
  ) throws(Failure) -> CURLcode {
    unsafe curl_easy_reset(handle)
    let headers = unsafe curl_slist_append(nil, "Content-Type: application/json")
    defer { unsafe curl_slist_free_all(headers) }
    let context = unsafe Unmanaged.passUnretained(answer).toOpaque()
    let steps = unsafe [
      ccurl_set_string(handle, CURLOPT_URL, "http://localhost" + target),
      ccurl_set_string(handle, CURLOPT_UNIX_SOCKET_PATH, socket),
      ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, method),
      ccurl_set_string(handle, CURLOPT_PROXY, ""),
      ccurl_set_long(handle, CURLOPT_PATH_AS_IS, 1),
      ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1),
      ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT, 5),
      ccurl_set_long(handle, CURLOPT_TIMEOUT, Self.patience),
      body.map { unsafe ccurl_set_body(handle, $0, $0.count) } ?? CURLE_OK,
      body == nil
        ? CURLE_OK
        : ccurl_set_pointer(handle, CURLOPT_HTTPHEADER, UnsafeMutableRawPointer(headers)),
      ccurl_set_writer(handle, Self.receive, context),
    ]
    guard steps.allSatisfy({ $0 == CURLE_OK }) else {
      throw Failure(
        .usage, "the socket's path cannot be used: \(socket)",
        hint: "a socket's path has at most 107 bytes")
    }
    return withExtendedLifetime(answer) { unsafe curl_easy_perform(handle) }
  }

  private static let receive: ccurl_writer = { bytes, size, count, context in
    let (length, overflow) = size.multipliedReportingOverflow(by: count)
    guard !overflow, let context = unsafe context else { return 0 }
    let answer = unsafe Unmanaged<Answer>.fromOpaque(context).takeUnretainedValue()
    unsafe answer.bytes.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
    return length
  }

  private func failure(_ code: CURLcode) -> Failure {
    guard code == CURLE_COULDNT_CONNECT else {
      return Failure(
        .noDaemon,
        unsafe "the daemon at \(socket) gave no answer: "
          + String(cString: curl_easy_strerror(code)),
        hint: "did it stop meanwhile? (systemctl status beatd)")
    }
    switch Int32(unsafe ccurl_get_long(handle, CURLINFO_OS_ERRNO)) {
    case EACCES, EPERM:
      return Failure(
        .noDaemon, "no permission to open \(socket)",
        hint: "run beatctl as root or as the daemon's user")
    default:
      return Failure(
        .noDaemon, "no daemon answers at \(socket)",
        hint: "is beatd running? (systemctl status beatd); another socket: --socket PATH")
    }
  }
}
