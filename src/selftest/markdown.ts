import { escapeUnsafe } from "../report/sanitize.ts";
import type { FaultResult, SelfTest } from "./result.ts";

/** The self-test as a page: the matrix of faults and rules, the correct sellers, and the rules. */
export function toMarkdown(told: SelfTest): string {
  const { faults, variants, rules } = told.totals;
  return `${[
    "# Self-test",
    "",
    `${told.tool.name} ${told.tool.version}, release ${told.release}, seeds ${told.seeds.join(", ")}: **${told.passed ? "passed" : "failed"}**.`,
    "",
    `- faults: ${faults.killed} killed, ${faults.weak} weak, ${faults.survived} survived, ${faults.out_of_scope} out of scope`,
    `- correct sellers: ${variants.clean} clean, ${variants.blamed} blamed, ${variants.inconclusive} inconclusive`,
    `- rules: ${rules.proven} proven able to fail, ${rules.idle} idle, ${rules.excused} excused, ${rules.uncovered} without a fault, ${rules.out_of_scope} out of scope`,
    `- ${told.totals.runs} runs, ${told.totals.requests} requests`,
    "",
    "## Faults",
    "",
    ...table(
      ["fault", "breaks", "status", "killed by", "phase", "after requests", "verdict of the run", "also broken"],
      told.faults.map((fault) => [
        fault.name,
        fault.breaks.join(", "),
        fault.status === "survived" ? "**survived**" : fault.status.replaceAll("_", " "),
        fault.killed_by.map(({ rule, verdict }) => `${rule} (${verdict})`).join(", "),
        fault.killed_by[0]?.phase ?? "",
        String(firstRequests(fault) ?? ""),
        fault.verdict.replaceAll("_", "-"),
        fault.also.join(", "),
      ]),
    ),
    "",
    "## Correct sellers",
    "",
    ...table(
      ["seller", "release", "status", "findings"],
      told.variants.map(({ name, release, status, findings, reason }) => [
        name,
        release,
        status,
        findings.map(({ rule, message }) => `${rule}: ${message}`).join("; ") ||
          (status === "clean" ? "" : (reason ?? "")),
      ]),
    ),
    "",
    "## Rules",
    "",
    ...table(
      ["rule", "level", "status", "faults that it kills", "others that break it", "reason"],
      told.rules.map(({ id, level, status, kills, faults: all, reason }) => [
        id,
        level,
        status.replaceAll("_", " "),
        kills.join(", "),
        all.filter((name) => !kills.includes(name)).join(", "),
        reason ?? "",
      ]),
    ),
  ].join("\n")}\n`;
}

/** How many requests it took to see the first rule broken. */
const firstRequests = ({ killed_by }: FaultResult): number | undefined =>
  killed_by.length === 0 ? undefined : Math.min(...killed_by.map(({ requests }) => requests));

/** A table of GitHub's dialect. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const row = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [row(head), `| ${head.map(() => "---").join(" | ")} |`, ...rows.map(row)];
}

/** Text that can neither end its cell nor be taken for markup. */
const cell = (text: string): string =>
  escapeUnsafe(text.slice(0, 500)).replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;");
