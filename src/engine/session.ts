import type { Answer } from "../protocol/answer.ts";
import type { Transport } from "../transport/transport.ts";
import { Caller } from "./caller.ts";
import { random } from "./random.ts";
import { Recorder } from "./recorder.ts";
import { ReleaseJudge } from "./release-judge.ts";
import type { RunSetup, TransportHooks } from "./setup.ts";

export type SessionSetup = Pick<
  RunSetup,
  "connect" | "connectAlso" | "validator" | "release" | "seed" | "maxWait" | "maxRps" | "directory" | "signal" | "on"
>;

/** What talks to the seller: transport, pacing, the record of every exchange, and the release that judges answers. */
export class Session {
  readonly transport: Transport;
  readonly also: Transport | undefined;
  readonly recorder: Recorder;
  readonly releases: ReleaseJudge;
  readonly caller: Caller;

  /** @param onAnswer hears of every answer that is to be judged. */
  constructor(setup: SessionSetup, onAnswer: (answer: Answer) => void) {
    this.recorder = new Recorder(setup.directory);
    this.releases = new ReleaseJudge(setup.release);
    const hooks: TransportHooks = {
      nextNumber: this.recorder.nextNumber,
      onExchange: (exchange) => {
        this.recorder.add(exchange);
        setup.on?.({ type: "request", total: this.recorder.count });
      },
    };
    this.transport = setup.connect(hooks);
    this.also = setup.connectAlso?.(hooks);
    this.caller = new Caller({
      transport: this.transport,
      ...(this.also && { also: this.also }),
      validator: setup.validator,
      releaseOf: (payload, request) => this.releases.of(payload, request),
      onAnswer: (answer, last) => {
        if (last || answer.payload) onAnswer(answer);
      },
      onWait: (seconds, why) => setup.on?.({ type: "waiting", seconds, why }),
      random: random(setup.seed ^ 0x5eed),
      maxWait: setup.maxWait,
      ...(setup.maxRps !== undefined && { maxRps: setup.maxRps }),
      ...(setup.signal && { signal: setup.signal }),
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.transport.close(), this.also?.close()]);
    this.recorder.close();
  }
}
