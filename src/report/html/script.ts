/** The page's script: filters, deep links and copy buttons. The page can be read without it. */
export const SCRIPT = `"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  const form = document.getElementById("filters");
  const rules = [...document.querySelectorAll("article.rule")];
  const groups = [...document.querySelectorAll("section.group")];
  const count = document.getElementById("count");

  const filter = () => {
    const chosen = (name) => new Set([...form.querySelectorAll('input[name="' + name + '"]:checked')].map((box) => box.value));
    const levels = chosen("level");
    const verdicts = chosen("verdict");
    const suite = form.elements.suite.value;
    const words = form.elements.text.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    for (const rule of rules) {
      const { level, verdict, suite: own } = rule.dataset;
      const fits = levels.has(level) && verdicts.has(verdict) && (suite === "" || suite === own) &&
        words.every((word) => rule.firstElementChild.textContent.toLowerCase().includes(word));
      rule.hidden = !fits;
      if (fits) shown++;
    }
    for (const group of groups) group.hidden = !group.querySelector("article.rule:not([hidden])");
    count.textContent = shown === rules.length ? shown + " rules" : shown + " of " + rules.length + " rules";
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  const showAll = () => { form.reset(); filter(); };
  document.getElementById("all").addEventListener("click", showAll);
  filter();

  const go = () => {
    let id = location.hash.slice(1);
    try { id = decodeURIComponent(id); } catch {}
    const target = id && document.getElementById(id);
    if (!target) return;
    if (target.closest("[hidden]")) showAll();
    for (let part = target; part; part = part.parentElement) if (part.localName === "details") part.open = true;
    target.scrollIntoView();
    if (target.tabIndex === -1) target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", go);
  go();

  const copy = async (button) => {
    const text = button.previousElementSibling.querySelector("pre").textContent;
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      const details = button.previousElementSibling;
      details.open = true;
      getSelection().selectAllChildren(details.querySelector("pre"));
      button.textContent = document.execCommand("copy") ? "Copied" : "Selected: press Ctrl+C";
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button.copy");
    if (button) copy(button);
  });

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("#unknown details:not([open]), details.others:not([open])")];
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of closed) one.open = false; });
})();
`;
