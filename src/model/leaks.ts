interface Leak {
  what: string;
  text: string;
}

/** Clear signs of a server's inside in an error. Each pattern is linear in the text's length. */
const SIGNS: [string, RegExp][] = [
  ["a stack trace", /\bat [\w.$<>[\] ]{1,80} \(?(?:file:\/\/|node:|\/|[A-Z]:\\)[^\s)]{1,200}:\d+:\d+\)?/],
  ["a stack trace", /Traceback \(most recent call last\)|\bFile "[^"]{1,200}", line \d+/],
  ["a stack trace", /\bat [a-z][\w.]{1,100}\.[A-Z]\w{0,80}\.[\w<>$]{1,80}\([A-Z]\w{0,80}\.(?:java|kt|scala):\d+\)/],
  ["a stack trace", /\bgoroutine \d+ \[|\.go:\d+ \+0x/],
  ["SQL", /\b(?:SELECT\s[^;]{1,200}\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\s+\w/],
  [
    "SQL",
    /\bSQLSTATE\b|\bER_DUP_ENTRY\b|\bviolates (?:unique|foreign key|not-null|check) constraint|\bsyntax error at or near\b/,
  ],
  ["a file path", /(?:^|[\s"'(=:])\/(?:home|usr|var|opt|srv|app|etc|root|tmp|Users|workspace)\/[\w.-]+(?:\/[\w.-]+)*/],
  ["a file path", /\b[A-Z]:\\\\?(?:[\w.-]+\\\\?){2,}/],
  [
    "an internal host",
    /\b(?:10|127)(?:\.\d{1,3}){3}\b|\b192\.168(?:\.\d{1,3}){2}\b|\b172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}\b/,
  ],
  ["an internal host", /\b[\w-]+(?:\.[\w-]+)*\.(?:internal|local|svc|cluster\.local|corp|lan)\b(?::\d+)?/],
  ["an internal host", /\blocalhost:\d+/],
];

const LONGEST = 20_000;

/** What an error gives away of the server's inside, where it clearly does. */
export function leak(text: string): Leak | undefined {
  const head = text.slice(0, LONGEST);
  for (const [what, sign] of SIGNS) {
    const found = sign.exec(head);
    if (found) return { what, text: found[0].trim() };
  }
  return undefined;
}
