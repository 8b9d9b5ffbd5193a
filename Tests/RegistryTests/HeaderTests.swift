import Registry
import Testing

@Suite struct HeaderTests {
  @Test(arguments: [
    ("Basic realm=\"x\"", [AuthChallenge(scheme: "basic", parameters: ["realm": "x"])]),
    (
      "Bearer realm=\"https://a/b?c=d,e\",service=\"s\", scope=\"repository:a/b:pull,push\"",
      [
        AuthChallenge(
          scheme: "bearer",
          parameters: ["realm": "https://a/b?c=d,e", "service": "s", "scope": "repository:a/b:pull,push"])
      ]
    ),
    (
      "Negotiate, Basic realm=\"a \\\"quoted\\\" one\" , charset=UTF-8, NTLM",
      [
        AuthChallenge(scheme: "negotiate"),
        AuthChallenge(scheme: "basic", parameters: ["realm": "a \"quoted\" one", "charset": "UTF-8"]),
        AuthChallenge(scheme: "ntlm"),
      ]
    ),
    (
      "Negotiate YII==, bearer REALM = https://t/ ,Service=x",
      [
        AuthChallenge(scheme: "negotiate"),
        AuthChallenge(scheme: "bearer", parameters: ["realm": "https://t/", "service": "x"]),
      ]
    ),
    ("", []), (",,,", []), ("\"", []),
    (
      "Bearer realm=\"open",
      [AuthChallenge(scheme: "bearer"), AuthChallenge(scheme: "realm"), AuthChallenge(scheme: "open")]
    ),
  ])
  func challengesAreTakenApart(field: String, expected: [AuthChallenge]) {
    #expect(AuthChallenge.parse([field]) == expected)
  }

  @Test func challengesOfSeveralFieldsAreAllSeen() {
    let found = AuthChallenge.parse(["Bearer realm=\"r\"", "Basic realm=\"b\""])
    #expect(found.map(\.scheme) == ["bearer", "basic"])
  }

  @Test(
    arguments: [
      ("</v2/a/tags/list?last=b&n=1>; rel=\"next\"", "/v2/a/tags/list?last=b&n=1"),
      ("<https://h/x>; rel=next", "https://h/x"),
      ("<a>; rel=prev, <b,c>; title=\"x; rel=next\"; rel=\"last next\"", "b,c"),
      ("<a>; rel=\"prev\"", nil), ("a; rel=next", nil), ("<a; rel=next", nil), ("", nil), ("<>; rel=next", nil),
    ] as [(String, String?)])
  func theNextPageIsFound(field: String, expected: String?) {
    #expect(LinkHeader.next(in: [field]) == expected)
  }

  @Test(
    arguments: [
      ("bytes 0-9/10", 0, 10, 10), ("bytes 5-9/*", 5, 10, nil), ("Bytes  7-7/8", 7, 8, 8),
    ] as [(String, Int64, Int64, Int64?)])
  func contentRangesAreRead(field: String, first: Int64, end: Int64, total: Int64?) throws {
    let found = try #require(ByteRange.contentRange(field))
    #expect(found.range == first..<end && found.total == total)
  }

  @Test(arguments: [
    "", "bytes", "bytes 9-5/10", "bytes 0-10/10", "bytes */10", "items 0-1/2", "bytes 0-1", "bytes -1-2/3",
    "bytes 0-9223372036854775807/*", "bytes 0-99999999999999999999/*", "bytes 0-1/2x",
  ])
  func whatIsNoContentRangeIsNone(field: String) {
    #expect(ByteRange.contentRange(field) == nil)
  }

  @Test(
    arguments: [
      ("0-0", 0), ("0-99", 100), ("bytes=0-99", 100), (" 0-1", 2), ("1-2", nil), ("0", nil), ("0-", nil), ("-5", nil),
      ("0-9223372036854775807", nil),
    ] as [(String, Int64?)])
  func theSizeOfAnUploadIsRead(field: String, expected: Int64?) {
    #expect(ByteRange.uploaded(field) == expected)
  }

  @Test(
    arguments: [
      ("120", 120), (" 0", 0), ("99999999999999999999", .max), ("Fri, 31 Dec 1999 23:59:59 GMT", 59),
      ("Friday, 31-Dec-99 23:59:59 GMT", 59), ("Fri Dec 31 23:59:59 1999", 59), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
      ("-1", nil), ("soon", nil), ("1.5", nil), ("Fri, 31 Foo 1999 23:59:59 GMT", nil), ("", nil),
    ] as [(String, Int64?)])
  func howLongToWaitIsRead(field: String, expected: Int64?) {
    #expect(RetryAfter.seconds(field, now: 946_684_740) == expected)
  }

  @Test(
    arguments: [
      (
        "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"manifest unknown\"}]}",
        "manifest unknown: manifest unknown"
      ),
      ("{\"errors\":[{\"code\":\"DENIED\"}]}", "denied"),
      ("{\"details\":\"incorrect username or password\"}", "incorrect username or password"),
      ("{\"error\":\"invalid_grant\",\"error_description\":\"bad \\u001b[31mtoken\"}", "bad  [31mtoken"),
      ("<html>", nil), ("[]", nil), ("{}", nil), ("{\"errors\":[]}", nil),
    ] as [(String, String?)])
  func whatARegistrySaysIsTold(body: String, expected: String?) {
    #expect(RegistryErrorDocument.words(of: Array(body.utf8)) == expected)
  }

  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("\u{FF}é:", "w7/DqTo="),
  ])
  func base64IsThatOfTheStandard(text: String, expected: String) {
    #expect(Base64.encode(text.utf8) == expected)
  }

  @Test(arguments: [
    (784_111_776, "1994-11-06T08:49:36Z is before 1994-11-06T08:49:37Z"),
    (784_111_777, nil), (784_198_177, nil),
    (784_198_178, "1994-11-07T08:49:38Z is after 1994-11-07T08:49:37Z"),
  ])
  func aCertificatesTimeIsJudgedInTheWordsOfGo(now: Int64, words: String?) {
    let lines = ["Version:2", "Start date:Nov  6 08:49:37 1994 GMT", "Expire date:Nov  7 08:49:37 1994 GMT"]
    let usual = "x509: certificate has expired or is not yet valid: current time "
    #expect(CertificateTimes(lines)?.fault(at: now) == words.map { usual + $0 })
    #expect(CertificateTimes([lines[0], lines[1]]) == nil)
  }
}
