import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HoldfastError } from "../../base/errors.ts";
import { compileTemplate, render, type TemplateSurroundings } from "./template.ts";

const message = {
  action: "send",
  to: ["ann", "bob"],
  n: 5,
  nested: { deep: [{ x: 1 }] },
  text: `it's "so"/`,
};
const surroundings: TemplateSurroundings = {
  body: JSON.stringify(message),
  context: { connectionId: "abc=", routeKey: "send", identity: { sourceIp: "127.0.0.1" }, connectedAt: 12 },
  stageVariables: { colour: "blue" },
};

const show = (text: string, change: Partial<TemplateSurroundings> = {}): string =>
  render(compileTemplate(text), { ...surroundings, ...change });

function codeOf(work: () => unknown): string {
  try {
    work();
    return "nothing was thrown";
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

describe("the variables of API Gateway", () => {
  test.each([
    ["$input.body", surroundings.body],
    ["$input.json('$')", surroundings.body],
    ["$input.json('$.to')", '["ann","bob"]'],
    ['$input.json("$.nested")', '{"deep":[{"x":1}]}'],
    ["$input.json('$.action')", '"send"'],
    ["$input.json('$.missing')", '""'],
    ["$input.path('$.action')", "send"],
    ["$input.path('$.missing')", ""],
    ["$input.path('$').to[1]", "bob"],
    ["$input.path('$.to').size()", "2"],
    ["$input.path('$.to')", '["ann","bob"]'],
    ["$input.path('$.nested')", '{deep=[{"x":1}]}'],
    ["$context.connectionId $context.identity.sourceIp", "abc= 127.0.0.1"],
    ["$context.missing.deeper|", "|"],
    ["${stageVariables.colour}s $stageVariables.get('colour')", "blues blue"],
    ["$util.escapeJavaScript($input.path('$.text'))", `it\\'s \\"so\\"\\/`],
    ["$util.escapeJavaScript('é')", "\\u00E9"],
    ["$util.urlEncode('a b&c=é')", "a+b%26c%3D%C3%A9"],
    ["$util.urlDecode('a+b%26c')", "a b&c"],
    ["$util.base64Encode('hi')$util.base64Decode('aGk=')", "aGk=hi"],
    [`$util.parseJson('{"a":[1,2]}').a[1]`, "2"],
  ])("%s gives %s", (template, text) => {
    expect(show(template)).toBe(text);
  });

  test("a body that is empty counts as an empty object, one that is not JSON as text", () => {
    expect(show("$input.body $input.json('$')", { body: "" })).toBe("{} {}");
    expect(show("$input.body $input.json('$') $input.path('$')", { body: "hi" })).toBe('hi "hi" hi');
  });
});

describe("text and references", () => {
  test.each([
    ["plain $ 5 $1 # #1 #word a#b", "plain $ 5 $1 # #1 #word a#b"],
    ["#set($x = 'v')$x $!x ${x} $!{x} ${x}y $x.", "v v v v vy v."],
    ["[$nothing] [$!nothing] [${nothing.more()}]", "[] [] []"],
    ["#set($x = 1)\\$x \\\\$x \\\\\\$x \\#set($y = 1) a\\b", "$x \\1 \\$x #set( = 1) a\\b"],
    ["a ## comment\nb #* more\n *# c #[[ $x #if ]]#", "a b  c  $x #if "],
    ["#set($a = 1)\n#set($b = 2)  \n$a$b", "12"],
    ["#if(true)\n  x\n#end\ny", "  x\ny"],
  ])("%j gives %j", (template, text) => {
    expect(show(template)).toBe(text);
  });
});

describe("expressions", () => {
  test.each([
    ["1 + 2 * 3", "7"],
    ["(1 + 2) * 3", "9"],
    ["5 / 2", "2"],
    ["5.0 / 2.5 + 0.5", "2.5"],
    ["-7 / 2", "-3"],
    ["7 % 3", "1"],
    ["1 / 0", ""],
    ["10 - 2 - 3", "5"],
    ["'a' + 1", "a1"],
    ['"<$context.routeKey ""x"">"', '<send "x">'],
    ["'<$context.routeKey>'", "<$context.routeKey>"],
    ["1 < 2 && 2 <= 2 && !(3 > 4) && 4 >= 4", "true"],
    ["1 lt 2 and not (1 ge 2) or false", "true"],
    ["'a' == 'a' && 'a' != 'b' && 1 == 1.0 && '1' == 1", "true"],
    ["$nothing == '' && $nothing == $nothing2", "true"],
    ["false || $nothing", "false"],
    ["[1, 'a', true, null, [2]]", "[1, a, true, null, [2]]"],
    ["[1..4]", "[1, 2, 3, 4]"],
    ["[2..-1]", "[2, 1, 0, -1]"],
    ["{'a': 1, 'b': {'c': []}}", "{a=1, b={c=[]}}"],
  ])("%s is %s", (expression, text) => {
    expect(show(`#set($x = ${expression})$x`)).toBe(text);
  });

  test("only null and false are not true", () => {
    const truth = (expression: string) => show(`#if(${expression})y#{else}n#end`);
    expect(["true", "1", "0", "''", "[]"].map(truth).join("")).toBe("yyyyy");
    expect(["false", "null", "$nothing", "!true", "$input.path('$.missing')"].map(truth).join("")).toBe(
      "nnnnn",
    );
  });
});

describe("directives", () => {
  test.each([
    ["#if($context.a)1#elseif($context.routeKey == 'send')2#{else}3#end", "2"],
    ["#if(false)1#elseif(false)2#{else}3#end", "3"],
    [
      "#foreach($i in $input.path('$.to'))$foreach.index/$foreach.count/$velocityCount:$i#if($foreach.hasNext),#end#end",
      "0/1/1:ann,1/2/2:bob",
    ],
    ["#foreach ( $i in [1..9] )#if($i == 3)#break#end$i#end.", "12."],
    [
      "#foreach($a in [1..2])#foreach($b in [1..2])$a$b$foreach.index #end$foreach.index|#end$!a",
      "110 121 0|210 221 1|",
    ],
    ["#foreach($e in $stageVariables.entrySet())$e.key=$e.value#end", "colour=blue"],
    ["#foreach($v in $stageVariables)$v#end#foreach($v in $nothing)x#end", "blue"],
    ["a#stop b", "a"],
    ["#define($b)<$n>#end#set($n = 1)$b#set($n = 2)$b", "<1><2>"],
    ["#pair('a' $context.routeKey)#macro(pair $k $v)$k=$v;#end#pair('x', 'y')", "a=send;x=y;"],
    ["#set($m = {})#set($m.a = 1)#set($m['b c'] = 2)$m", "{a=1, b c=2}"],
    ["#set($l = [1, 2])#set($l[1] = 9)$l$l[-1]", "[1, 9]9"],
  ])("%s gives %s", (template, text) => {
    expect(show(template)).toBe(text);
  });
});

describe("Java's methods", () => {
  test.each([
    ["'a,b,,'.split(',').size()", "'a,b,,'", ".split(',').size()", "2"],
    ["replaceAll with a group", "'2026-11'", ".replaceAll('(\\d+)-(\\d+)', '$2/$1')", "11/2026"],
    ["the guide's own escape", '"it\\\'s"', `.replaceAll("\\\\'", "'")`, "it's"],
    ["substring", "'hello'", ".substring(1, 3)", "el"],
    ["length", "'hello'", ".length()", "5"],
    ["contains", "'hello'", ".contains('ell')", "true"],
    ["chained", "' Ab '", ".trim().toLowerCase().concat('c').indexOf('c')", "2"],
    ["equals", "'a'", ".equals('a')", "true"],
    ["matches the whole", "'abc'", ".matches('b')", "false"],
    ["add", "[1]", ".add(2)", "true"],
    ["get", "[1, 5]", ".get(1)", "5"],
    ["list contains", "['a']", ".contains('a')", "true"],
    ["put gives what was there", "{'a': 1}", ".put('a', 2)", "1"],
    ["keySet", "{'a': 1, 'b': 2}", ".keySet()", "[a, b]"],
    ["entrySet", "{'a': 1}", ".entrySet()", "[a=1]"],
    ["containsKey", "{'a': 1}", ".containsKey('b')", "false"],
    ["isEmpty", "{}", ".isEmpty()", "true"],
    ["toString", "{'a': 1}", ".toString().length()", "5"],
    ["parseInt by way of a number", "0", ".parseInt('42')", "42"],
    ["one that is not there", "'a'", ".nothing().more()", ""],
  ])("%s", (_what, value, call, text) => {
    expect(show(`#set($x = ${value})$x${call}`)).toBe(text);
  });
});

test("nothing of JavaScript can be reached", () => {
  const names = [
    "constructor",
    "__proto__",
    "prototype",
    "hasOwnProperty",
    "valueOf",
    "toLocaleString",
    "class",
  ];
  const values = [
    "$input",
    "$util",
    "$context",
    "$input.body",
    "$input.path",
    "$input.path('$.to')",
    "$stageVariables",
  ];
  for (const value of values)
    for (const name of names)
      expect(
        show(
          `$!${value.slice(1)}.${name}|$!${value.slice(1)}['${name}']|$!${value.slice(1)}.${name}.constructor('return 1')`,
        ),
      ).toBe("||");
  show("#set($context.__proto__ = {'polluted': 1})#set($m = {'__proto__': {'polluted': 1}})$m");
  expect("polluted" in {}).toBe(false);
});

test.each([
  ["#if(true)x", "line 1, column 1: #if has no #end"],
  ["a\n  #foreach($i in [1])", "line 2, column 3: #foreach has no #end"],
  ["a\n #end", "#end has nothing"],
  ["#set($x = )", "line 1, column 11: a value is missing"],
  ["#set($x = {'a': 1}.a)", '")" is missing'],
  ["#set($x 1)", '"=" is missing'],
  ["#set($x = 'a)", "the string does not end"],
  ['\n#set($x = "a ${b c")', "line 2, column 18"],
  ["${x", '"}" is missing'],
  ["$x.y(1", '"," is missing'],
  ["#parse('a')", "not part of mapping templates"],
  ["#* x", "comment does not end"],
  [`#set($x = ${"(".repeat(100)}1${")".repeat(100)})`, "nests deeper"],
  ["#if(true)".repeat(100), "nests deeper"],
])("%j cannot be read, and the message says where", (template, why) => {
  expect(codeOf(() => compileTemplate(template))).toContain("MAPPING_TEMPLATE_INVALID");
  expect(codeOf(() => compileTemplate(template))).toContain(why);
});

test("a template longer than API Gateway's quota cannot be read", () => {
  expect(codeOf(() => compileTemplate("x".repeat(300 * 1024)))).toBe("nothing was thrown");
  expect(codeOf(() => compileTemplate("x".repeat(300 * 1024 + 1)))).toContain("MAPPING_TEMPLATE_INVALID");
});

test.each([
  ["$input.path('$.a[')", "is no JSONPath"],
  ["\n$util.parseJson('{')", "line 2, column 1"],
  ["$util.urlDecode('%')", "URL-encoded"],
  ["#set($l = [])$l.get(3)", "has no item 3"],
  ["#set($s = 'abc')$s.substring(9)", "no part from 9"],
  ["#set($s = 'abc')$s.matches('(a+)+$')", "repeats a repetition"],
  ["#set($s = 'abc')$s.matches('[')", "is no pattern"],
  ["#foreach($a in [1..100000])#foreach($b in [1..100000])#end#end", "more than"],
  ["#set($s = 'xxxxxxxx')#foreach($i in [1..30])#set($s = $s + $s)#end", "longer than"],
  [
    "#set($s = 'aaaaaaaaaa')#foreach($i in [1..10])#set($s = $s + $s)#end#foreach($i in [1..9])$s.replaceAll('a*b', '')#end",
    "more than 500000 steps",
  ],
  ["#set($l = [1])#foreach($i in [1..30])$!l.addAll($l)#end", "longer than"],
  ["#set($l = [])#set($x = $l.add($l))$l", "nests too deep"],
  ["#macro(again)#again()#end#again()", "call each other"],
  ["#define($d)$d#end$d", "call each other"],
  ["$x.y #set($x.y = 1)", "nothing can be set"],
  ["#set($r = [1..9999999])", "range is longer"],
])("%j fails with its place and in bounds", (template, why) => {
  const problem = codeOf(() => show(template));
  expect(problem).toMatch(/^MAPPING_TEMPLATE_FAILED: The mapping template failed at line \d+, column \d+: /);
  expect(problem).toContain(why);
});

test("JSON that nests too deep fails, and does not exhaust the stack", () => {
  const body = `${"[".repeat(60_000)}${"]".repeat(60_000)}`;
  expect(codeOf(() => show("$input.json('$')", { body }))).toContain("nests too deep");
});

describe("whatever is written", () => {
  const pieces = [
    "$",
    "#",
    "\\",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "'",
    '"',
    ",",
    ".",
    "..",
    "!",
    "=",
    "==",
    " ",
    "\n",
    "-",
    "1",
    "x",
    "in",
    "#set($x = ",
    "#if(",
    "#foreach($i in ",
    "#end",
    "#else",
    "#elseif(",
    "$x",
    "$i",
    "$input.path('$",
    "$input.body",
    "$util.",
    "escapeJavaScript(",
    "parseJson(",
    "$foreach.hasNext",
    "#macro(m $a)",
    "#m(",
    "#define($d)",
    "$d",
    "##",
    "#*",
    "*#",
    ".size()",
    ".get(",
    ".put(",
    ".add(",
    ".split('",
    ".replaceAll('a', '",
    "[1..9]",
    "{'a': 1}",
    "[]",
    "&&",
    "||",
    "+",
    "*",
    "/",
    "not ",
    "true",
    "null",
    "#stop",
    "#break",
    "$context.identity",
    "é",
    "((a+)+)+",
    "$..*",
    "#[[",
    "]]#",
  ];
  const template = fc
    .array(fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 4 })), {
      maxLength: 40,
    })
    .map((parts) => parts.join(""));
  const body = fc.oneof(fc.json(), fc.string(), fc.constant(surroundings.body));
  // HOLDFAST_FUZZ asks for as many runs.
  const numRuns = Number(process.env.HOLDFAST_FUZZ ?? 3000);

  test("a template is rendered, or refused with a code", { timeout: 600_000 }, () => {
    let rendered = 0;
    fc.assert(
      fc.property(template, body, (text, given) => {
        const problem = codeOf(() => {
          show(text, { body: given });
          rendered += 1;
        });
        expect(problem).toMatch(/^(?:MAPPING_TEMPLATE_|nothing was thrown)/);
      }),
      { numRuns },
    );
    expect(rendered).toBeGreaterThan(numRuns / 100);
  });
});
