import type { Plan, RunEvent } from "../engine/result.ts";
import { lines, shorten, style, wrap } from "../report/layout.ts";
import { clean } from "../report/sanitize.ts";
import { columnsOf, type Io, mayStyle } from "./io.ts";

export interface Progress {
  on(event: RunEvent): void;
  /** A line for the user, outside the events of a run. */
  notice(message: string): void;
  /** Removes the status line. */
  end(): void;
}

export interface ProgressOptions {
  /** Suites and requests; notices are told in any case. */
  suites: boolean;
  /** Nothing at all. */
  quiet: boolean;
}

const REDRAW_MS = 100;
const CLEAR = "\r\u001b[2K";

/**
 * Tells on standard error how a run goes on: one line for each suite and, where that is a terminal, a status line that is
 * redrawn. Standard output is left to the reports.
 */
export function createProgress({ stderr, env }: Io, { suites, quiet }: ProgressOptions): Progress {
  const live = suites && !quiet && mayStyle(stderr, env);
  const { green, red, yellow } = style(live);
  const started = Date.now();
  let requests = 0;
  let doing = "connecting";
  let drawnAt = 0;

  const draw = () => {
    if (!live) return;
    drawnAt = Date.now();
    const seconds = Math.round((drawnAt - started) / 1000);
    stderr.write(CLEAR + shorten(`${doing}: ${requests} requests, ${seconds} s`, columnsOf(stderr) - 1));
  };
  // Time goes on while a seller is silent.
  const timer = live ? setInterval(draw, 1000).unref() : undefined;
  const say = (text: string, first = "") => {
    if (quiet) return;
    stderr.write((live ? CLEAR : "") + lines(wrap(text, columnsOf(stderr), first)));
    draw();
  };

  return {
    notice: (message) => say(clean(message, 600)),
    end() {
      clearInterval(timer);
      if (live) stderr.write(CLEAR);
    },
    on(event) {
      switch (event.type) {
        case "connected":
          doing = "looking at the account";
          return draw();
        case "planned":
          for (const message of planNotices(event.plan)) say(message);
          return;
        case "suite_started":
          doing = clean(event.suite, 40);
          return draw();
        case "suite_finished": {
          if (!suites) return;
          const { passed, failed, warned, not_tested } = event;
          const counts = [
            [passed, green(`${passed} passed`)],
            [failed, red(`${failed} failed`)],
            [warned, yellow(`${warned} warned`)],
            [not_tested, `${not_tested} not tested`],
          ] as const;
          const told = counts.filter(([count]) => count > 0).map(([, text]) => text);
          return say(`${clean(event.suite, 40)}: ${told.join(", ") || "nothing to test"}`);
        }
        case "fuzzing":
          doing = `generated calls, ${event.done} of ${event.of}`;
          if (event.done < event.of) return draw();
          if (!suites) return;
          return say(
            `generated calls: ${event.findings > 0 ? red(`${event.findings} ${event.findings === 1 ? "finding" : "findings"}`) : green("no finding")}`,
          );
        case "request":
          requests = event.total;
          if (Date.now() - drawnAt >= REDRAW_MS) draw();
          return;
        case "waiting":
          return say(`waiting ${event.seconds} s: ${clean(event.why)}`);
        case "notice":
          return say(clean(event.message, 600));
      }
    },
  };
}

/** What has to be said before the first write. */
function planNotices({ mode, reason }: Plan): string[] {
  return mode === "limited"
    ? [`Limited run: ${clean(reason ?? "nothing that could harm the account is sent", 600)}.`]
    : [];
}
