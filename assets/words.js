/* What fills values into the texts of a page. The build has put each text in its language (lms_app/web/spoken.py). */

const [OPEN, CLOSE, VALUE, FORM] = [0x27e6, 0x27e7, 0xe002, 0xe003].map((code) => String.fromCharCode(code));
const [ISOLATE, POP] = [0x2068, 0x2069].map((code) => String.fromCharCode(code));
const APART = /[A-Za-zÀ-ɏͰ-ӿ].*[^\p{L}\p{N}_]|[^\p{L}\p{N}_].*[A-Za-zÀ-ɏͰ-ӿ]/su;
const FORMS = ["zero", "one", "two", "few", "many", "other"];

/* A text that has its values: say("{n} of {all}", {n: 1, all: 2}). Of several plurals `n` chooses. */
export function say(text, values) {
  if (text.startsWith(OPEN)) {
    text = text.slice(1, -1);
    // While the build draws pages ahead their language is open: the values go along.
    if (typeof document === "undefined")
      return OPEN + text + Object.entries(values).map(([name, value]) => VALUE + name + "=" + value).join("") + CLOSE;
  }
  if (text.includes(FORM)) {
    const rules = new Intl.PluralRules(document.documentElement.lang);
    const known = rules.resolvedOptions().pluralCategories;
    const n = values.n === "" || isNaN(values.n) ? "other" : rules.select(Number(values.n));
    text = text.split(FORM)[FORMS.filter((form) => known.includes(form)).indexOf(n)];
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? inOrder(String(values[name])) : whole));
}

/* Words from left to right keep their order in a sentence that runs the other way (lms_app/core/words.py `in_order`). */
function inOrder(value) {
  if (document.documentElement.dir !== "rtl" || value.includes("://") || value.startsWith(ISOLATE)) return value;
  return APART.test(value) ? ISOLATE + value + POP : value;
}
