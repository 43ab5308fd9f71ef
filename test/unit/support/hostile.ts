/** Texts that try to break out of where they are put, to hide, to call somebody, or to give something away. */

/** Stands for a secret in hostile texts; nothing that is shown may contain it. */
export const CANARY = "cAnArY0123456789abcdef";

// prettier-ignore
const MARKDOWN = [
  ...[
    "`", "``", "```", "~~~", "````\n", "`a`", "` `", "*x*", "**x**", "_x_", "__x__", "~~x~~", "***", "---", "===",
    "+++",
  ],
  ...["# x", "## x", "> x", ">", "- x", "* x", "+ x", "1. x", "1) x", "- [ ] x", "    x", "\tx", "x  \ny", "x\\\ny"],
  ...[
    "[x](y)", "[x]: http://e.example", "![x](http://e.example/x.png)", "[x][y]", "[^1]", "[^1]: x",
    "<http://e.example>",
  ],
  ...[
    "| a | b |", "|---|---|", "a|b", "\\|", "||", "| a |\n|---|\n| b |", "\\", "\\\\", "\\`", "$x$", "$$x$$",
    "$`x`$",
  ],
  ...[
    "[!CAUTION]", "> [!NOTE]\n> x", "\n\n", "\n\n# x", "\n\n```\n", "x\n\n\ny", "\r\n\r\n", "\r", ":smile:", ":+1:",
    "::",
  ],
  ...[
    "&lt;", "&#60;script&#62;", "&amp;", "&", "&#x40;", "&nbsp;", "%3Cscript%3E", "\u00a0",
    "```mermaid\ngraph LR\n```",
  ],
];
// prettier-ignore
const HTML = [
  ...[
    "<", "<b>", "</b>", "<b", "<!--", "-->", "<!-- slipway:comment:1 -->", "<![CDATA[", "]]>", "<?php ?>",
    "<!doctype html>",
  ],
  ...[
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<a href='javascript:alert(1)'>x</a>",
    "<svg/onload=alert(1)>",
  ],
  ...[
    "</td>", "</tr>", "</table>", "</details>", "</code>", "</summary>", "</td></tr></table></details>",
    "<details>", "<pre>",
  ],
  ...[
    "</pre>", "<iframe src=//e.example>", "<style>*{display:none}</style>", "<textarea>", "<plaintext>",
    "<base href=//e.example>",
  ],
  ...[
    '"><img src=x>', "'><img src=y>", "<input onfocus=alert(1) autofocus>", "<x y='", "<form action=//e.example>",
    "<title>", "&#0;",
  ],
  ...[
    "<math><mi//xlink:href='data:x'>", "<template>", "<noscript>", "<select><option>", "<button>x", "<!-->",
    "<!--->", "<a b=`c`>",
  ],
];
// prettier-ignore
const REFERENCES = [
  ...[
    "@octocat", "@acme/team", "cc @octocat", "x@y.example", "mailto:x@y.example", "#1", "acme/shop#1", "GH-1", "!1",
    "~label", "%1",
  ],
  ...[
    "http://e.example", "https://e.example/?a=b&c=d", "www.e.example", "WWW.e.example", "ftp://e.example",
    "xmpp:x@y.example",
  ],
  ...[
    "a5c3785ed8d6a35868bc169f07e40e889087fd2e", "jlord@a5c3785", "closes #1", "/close", "/merge", "/label ~bug",
    "@dependabot merge",
  ],
  ...[
    "javascript:alert(1)", "data:text/html,<b>x</b>", "//e.example", "\\\\e.example\\x", "see www.e.example now",
    "(www.e.example)",
  ],
];
// prettier-ignore
const HIDDEN = [
  ...[
    "\u001b[31mred\u001b[0m", "\u001b[2J\u001b[H", "\u001b]0;title\u0007",
    "\u001b]8;;http://e.example\u0007x\u001b]8;;\u0007",
  ],
  ...[
    "\u009b31m", "\u009d0;title\u009c", "\u0000", "a\u0000b", "\u0007", "\b\b\b", "\u007f", "\u0085", "\u2028",
    "\u2029", "\v\f",
  ],
  ...[
    "\u202eevil\u202c", "\u2066x\u2069", "\u200b", "a\u200db", "\ufeff", "\u061c", "\u{e0041}\u{e0042}", "\ud800",
    "\udc00x", "\ud83d",
  ],
  ...[
    "\u001bP1;2|x\u001b\\", "\u001b[?1049h", "\u001b(0", "\u001b[6n", "\u001bc", "\r\u001b[K ✔ done", "\u001b",
    "\u001b[", "\u00ad",
  ],
];
// prettier-ignore
const UNUSUAL = [
  ...[
    "", " ", "   ", "日本語", "Grüße", "🚀🚀", "👩‍👩‍👧", "é", "e\u0301", "Z\u0351\u036b\u0343", "ﷺ", "null", "undefined",
    "[object Object]",
  ],
  ...[
    "{}", "[]", "${x}", "{{ x }}", "{% raw %}", "#{x}", "$(id)", "; rm -rf /", "' OR 1=1 --", "../../etc/passwd",
    "__proto__",
  ],
  ...[
    "constructor", "toString", "%s%s%n", "CON", "true", "1e999", "-0", "\\u003cscript\\u003e", "\\x3cscript>",
    "=1+1", "-", "+",
  ],
];
const LONG = [
  "a".repeat(2 ** 20),
  "<".repeat(2 ** 20),
  "`\n".repeat(2 ** 19),
  "🚀".repeat(2 ** 18),
  "\u001b[31m".repeat(2 ** 17),
  `${"x".repeat(150)}🚀🚀🚀`.repeat(4),
  "a=".repeat(2 ** 19),
  "secret".repeat(2 ** 17),
  "://".repeat(2 ** 18),
];
/** Secrets in the forms in which they slip into values and messages. */
const SECRETS = [
  `postgresql://blog:${CANARY}@db.example:5432/blog`,
  `amqps://user:${CANARY}@mq.example:5671//`,
  `redis://:${CANARY}@cache.example:6379/0`,
  `{"DB_URI":"mysql://u:${CANARY}@h/d","x":1}`,
  `password=${CANARY}`,
  `DB_PASSWORD: ${CANARY}`,
  `{"password":"${CANARY}"}`,
  `{\\"apiKey\\": \\"${CANARY}\\"}`,
  `--token=${CANARY}`,
  `Authorization token: ${CANARY}`,
  `aws_secret_access_key = ${CANARY}`,
  `-----BEGIN RSA PRIVATE KEY-----\n${CANARY}\n-----END RSA PRIVATE KEY-----`,
  `-----BEGIN PRIVATE KEY-----\n${CANARY}`,
  `ghp_${CANARY}`,
  `g\u001b[0mhp_${CANARY}`,
  `github_pat_${CANARY}`,
  `glpat-${CANARY}`,
  `xoxb-${CANARY}`,
  `sk_live_${CANARY}`,
  `HRKU-${CANARY}`,
  `eyJhbGciOiJIUzI1NiJ9.${CANARY}.${CANARY}`,
  `${"x".repeat(190)} postgresql://blog:${CANARY}@db.example/blog`,
  `${"x".repeat(5000)} postgresql://blog:${CANARY}@db.example/blog`,
];

/** More than 200 of them. */
export const HOSTILE: readonly string[] = [
  ...MARKDOWN,
  ...HTML,
  ...REFERENCES,
  ...HIDDEN,
  ...UNUSUAL,
  ...LONG,
  ...SECRETS,
];
